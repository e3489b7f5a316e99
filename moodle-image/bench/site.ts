import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { listening, program, run, start } from "./processes";
import { commonIni, type Side, sides } from "./sides";

export const here = process.env.MOODLE_BENCH_DIR ?? join(tmpdir(), "moodle-bench");
const first = Number(process.env.MOODLE_BENCH_PORT ?? 27100);

/** Real servers, and the ports on which php-fpm reaches them through the delay proxy. */
export const ports = {
  database: first,
  sessions: first + 1,
  cache: first + 2,
  slowDatabase: first + 3,
  slowSessions: first + 4,
  slowCache: first + 5,
  /** One per side. */
  web: (side: Side) => first + 10 + sides.indexOf(side),
  /** A second node of the last side. */
  second: first + 10 + sides.length,
} as const;

export interface Content {
  readonly small: number;
  readonly medium: number;
  readonly quiz: number;
  readonly forum: number;
  readonly page: number;
  readonly assign: number;
  readonly file: string;
  readonly modules: readonly [number, number];
}

export const path = (...parts: readonly string[]) => join(here, ...parts);
export const php = () => program(["php8\\.[2-9]", "php"], "php-cli");
export const fpm = () => program(["php-fpm8\\.[2-9]"], "php-fpm");

/** Extensions that Moodle or a side needs, by Debian's package of PHP. */
const extensions: Readonly<Record<string, string>> = {
  mysqli: "mysql",
  dom: "xml",
  mbstring: "mbstring",
  curl: "curl",
  zip: "zip",
  gd: "gd",
  intl: "intl",
  soap: "soap",
  apcu: "apcu",
  redis: "redis",
  igbinary: "igbinary",
};

/** @throws Error that names the packages */
function needExtensions(): void {
  const loaded = run([php(), "-m"]).toLowerCase().split("\n");
  const missing = Object.entries(extensions).filter(([extension]) => !loaded.includes(extension));
  if (missing.length > 0) {
    const version = /php([\d.]*)$/.exec(php())?.[1] ?? "";
    throw new Error(
      `${php()} has no ${missing.map(([extension]) => extension).join(", ")}: apt-get install ${missing.map(([, name]) => `php${version}-${name}`).join(" ")}`,
    );
  }
}

/** MariaDB, two Redis servers as on AWS (sessions are never evicted, caches are), and the proxy in front of all three. */
export async function startServers(): Promise<void> {
  needExtensions();
  for (const folder of ["log", "database", "state", "sessions", "cache"]) {
    mkdirSync(path(folder), { recursive: true });
  }
  const fresh = !existsSync(path("database", "mysql"));
  if (fresh) {
    run([
      program(["mariadb-install-db"], "mariadb-server"),
      "--no-defaults",
      `--datadir=${path("database")}`,
      "--auth-root-authentication-method=normal",
      ...asRoot("mysql"),
    ]);
  }
  start("database", path("log", "database"), [
    program(["mariadbd"], "mariadb-server"),
    "--no-defaults",
    `--datadir=${path("database")}`,
    `--socket=${path("database", "socket")}`,
    `--port=${ports.database}`,
    "--bind-address=127.0.0.1",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=1G",
    "--innodb-flush-log-at-trx-commit=0",
    "--max-allowed-packet=64M",
    ...asRoot("root"),
  ]);
  const redis = program(["redis-server", "valkey-server"], "redis-server");
  const memory = { sessions: "noeviction", cache: "allkeys-lru" } as const;
  for (const name of ["sessions", "cache"] as const) {
    start(name, path("log", name), [
      redis,
      "--port",
      String(ports[name]),
      "--bind",
      "127.0.0.1",
      "--dir",
      path(name),
      "--save",
      "",
      "--maxmemory",
      "512mb",
      "--maxmemory-policy",
      memory[name],
    ]);
  }
  run([
    program(["gcc", "cc"], "gcc"),
    "-O2",
    "-pthread",
    "-o",
    path("delay-proxy"),
    join(__dirname, "native", "delay-proxy.c"),
  ]);
  run([
    program(["gcc", "cc"], "gcc"),
    "-O2",
    "-shared",
    "-fPIC",
    "-o",
    path("slow-files.so"),
    join(__dirname, "native", "slow-files.c"),
    "-ldl",
  ]);
  start("proxy", path("log", "proxy"), [
    path("delay-proxy"),
    path("state", "proxy"),
    `${ports.slowDatabase}:${ports.database}`,
    `${ports.slowSessions}:${ports.sessions}`,
    `${ports.slowCache}:${ports.cache}`,
  ]);
  for (const port of [ports.database, ports.sessions, ports.cache, ports.slowCache]) {
    await listening(port);
  }
  if (fresh) {
    run(
      ["mariadb", "--no-defaults", "-uroot", `--socket=${path("database", "socket")}`],
      {},
      "CREATE DATABASE moodle DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; CREATE USER moodle@'127.0.0.1' IDENTIFIED BY 'moodle'; CREATE USER moodle@localhost IDENTIFIED BY 'moodle'; GRANT ALL ON moodle.* TO moodle@'127.0.0.1'; GRANT ALL ON moodle.* TO moodle@localhost;\n",
    );
  }
}

function asRoot(user: string): readonly string[] {
  return process.getuid?.() === 0 ? [`--user=${user === "mysql" ? "root" : user}`] : [];
}

export const sideFile = (side: Side, node: 1 | 2 = 1) => path("sides", side.id, `side${node === 1 ? "" : node}.json`);

/** Folders and settings of one side; all sides use the same code and database, and each has its own moodledata. */
export function describeSide(side: Side): void {
  for (const folder of ["dataroot", "localcache", "localcache2", "caches", "ini"]) {
    mkdirSync(path("sides", side.id, folder), { recursive: true });
  }
  const described = {
    database: ports.slowDatabase,
    wwwroot: `http://127.0.0.1:${ports.web(side)}`,
    dataroot: path("sides", side.id, "dataroot"),
    localcache: path("sides", side.id, "localcache"),
    sessions: side.sessions,
    sessionport: ports.slowSessions,
    caches: side.caches === null ? null : path("sides", side.id, "caches"),
    // The image's own answer for pictures that hardly any site has.
    pictures: side.id === "tiered" ? join(__dirname, "..", "rootfs/opt/moodle/lib/pictures.php") : null,
  };
  writeFileSync(sideFile(side), JSON.stringify(described));
  describeSecondNode(side);
  const zstd = process.env.MOODLE_BENCH_ZSTD;
  const extension = zstd === undefined ? [] : [`extension = ${zstd}`];
  const files = path("sides", side.id, "opcache");
  if (side.opcacheFiles === true) {
    mkdirSync(files, { recursive: true });
  }
  const opcache = side.opcacheFiles === true ? [`opcache.file_cache = ${files}`] : [];
  writeFileSync(
    path("sides", side.id, "ini", "bench.ini"),
    [...extension, ...commonIni, ...side.ini, ...opcache, ""].join("\n"),
  );
}

/** `persist`: it keeps its connections to the database between pages. */
export function describeSecondNode(side: Side, persist = false): void {
  const first = JSON.parse(readFileSync(sideFile(side), "utf8")) as Record<string, unknown>;
  writeFileSync(
    sideFile(side, 2),
    JSON.stringify({ ...first, localcache: `${String(first["localcache"])}2`, persist }),
  );
}

export const environment = (side: Side, node: 1 | 2 = 1): NodeJS.ProcessEnv => ({
  MOODLE_BENCH_SIDE: sideFile(side, node),
  PHP_INI_SCAN_DIR: `:${path("sides", side.id, "ini")}`,
});

/** Copies Moodle, installs it once, makes courses; later runs find all that in the benchmark's folder. */
export function prepareSite(source: string): Content {
  const moodle = path("moodle");
  if (!existsSync(join(moodle, "public"))) {
    cpSync(source, moodle, { recursive: true, verbatimSymlinks: true });
    rmSync(join(moodle, "config.php"), { force: true });
  }
  const stores = join(moodle, "public", "cache", "stores");
  rmSync(join(stores, "tiered"), { recursive: true, force: true });
  cpSync(join(__dirname, "..", "cachestore", "tiered"), join(stores, "tiered"), { recursive: true });
  cpSync(join(__dirname, "site", "config.php"), join(moodle, "config.php"));
  sides.forEach(describeSide);
  const files = sides[0]!;
  const cli = (script: string, ...args: string[]) => run([php(), join(moodle, script), ...args], environment(files));
  const once = (name: string, step: () => void) => {
    if (!existsSync(path(`${name}.done`))) {
      step();
      writeFileSync(path(`${name}.done`), "");
    }
  };
  once("install", () =>
    cli(
      "admin/cli/install_database.php",
      "--agree-license",
      "--adminpass=Bench-1-admin!",
      "--adminemail=admin@example.invalid",
      "--shortname=bench",
      "--fullname=Bench",
    ),
  );
  for (const [shortname, size] of [
    ["bench_s", "S"],
    ["bench_m", "M"],
  ] as const) {
    once(shortname, () =>
      cli(
        "public/admin/tool/generator/cli/maketestcourse.php",
        `--shortname=${shortname}`,
        `--size=${size}`,
        "--quiet",
        "--bypasscheck",
      ),
    );
  }
  once("content", () => {
    const content = run([php(), join(__dirname, "site", "content.php"), moodle], environment(files));
    writeFileSync(path("content.json"), content.slice(content.indexOf("{")));
  });
  // The uploaded files are part of the site; caches and sessions are each side's own.
  for (const side of sides.slice(1)) {
    const own = path("sides", side.id, "dataroot", "filedir");
    if (!existsSync(own)) {
      cpSync(path("sides", files.id, "dataroot", "filedir"), own, { recursive: true });
    }
  }
  cli("admin/cli/upgrade.php", "--non-interactive");
  for (const side of sides.filter(({ caches }) => caches !== null)) {
    run(
      [
        php(),
        join(__dirname, "site", "caches.php"),
        moodle,
        side.caches!,
        path("sides", side.id, "caches"),
        String(ports.slowCache),
      ],
      environment(files),
    );
  }
  return JSON.parse(readFileSync(path("content.json"), "utf8")) as Content;
}

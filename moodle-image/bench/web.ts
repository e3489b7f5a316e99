import { type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { listening, program, run, start, stop } from "./processes";
import { environment, fpm, path, ports } from "./site";
import { type Side, sides } from "./sides";

const root = process.getuid?.() === 0;
/** Processes of a side that is measured one request at a time. */
const fewChildren = 2;

/** A second node of a side has a socket and a local cache of its own, and shares all else. */
export interface NodeOptions {
  readonly children?: number | undefined;
  readonly node?: 1 | 2;
}

/** One nginx for all sides, one php-fpm per side: each has its own opcache and APCu, as a container has. */
export async function startNginx(): Promise<void> {
  const servers = sides
    .filter(({ apache }) => apache !== true)
    .flatMap((side) => [
      [side, ports.web(side), 1] as const,
      ...(side === sides.at(-1) ? [[side, ports.second, 2] as const] : []),
    ])
    .map(
      ([side, port, node]) => `server {
  listen 127.0.0.1:${port};
  root ${path("moodle", "public")};
  index index.php;
  client_max_body_size 64m;
  location / { try_files $uri $uri/ /r.php$is_args$args; }
  location ~ ^.+?\\.php(/|$) {
    fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
    include /etc/nginx/fastcgi_params;
    fastcgi_param SERVER_PORT ${ports.web(side)};
    fastcgi_param PATH_INFO $fastcgi_path_info;
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_pass unix:${socket(side, node)};
    fastcgi_read_timeout 300s;
  }
}`,
    );
  writeFileSync(
    path("nginx.conf"),
    `${root ? "user root;\n" : ""}worker_processes 1;
pid ${path("nginx.pid")};
events { worker_connections 2048; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  client_body_temp_path ${path("nginx-body")};
  fastcgi_temp_path ${path("nginx-fastcgi")};
  ${servers.join("\n")}
}
`,
  );
  start("nginx", path("log", "nginx"), [
    program(["nginx"], "nginx"),
    "-c",
    path("nginx.conf"),
    "-e",
    path("log", "nginx"),
    "-g",
    "daemon off;",
  ]);
  await listening(ports.web(sides[0]!));
}

const socket = (side: Side, node: 1 | 2 = 1) => path("sides", side.id, `fpm${node === 1 ? "" : node}.sock`);

const preloaded = (side: Side, node: 1 | 2 = 1): NodeJS.ProcessEnv => ({
  ...environment(side, node),
  LD_PRELOAD: path("slow-files.so"),
  SLOW_FILES_ROOT: path("sides", side.id, "dataroot"),
  SLOW_FILES_STATE: path("state", side.id),
});

/** Apache with mod_php, as many processes as the other sides have php-fpm children. */
function startApache(side: Side, children: number): ChildProcess {
  const module = (name: string, file = `mod_${name}`) =>
    `LoadModule ${name}_module /usr/lib/apache2/modules/${file}.so`;
  const modphp = program(["libphp8\\.[2-9]\\.so"], "libapache2-mod-php", ["/usr/lib/apache2/modules"]);
  const lines = [
    ...["mpm_prefork", "authz_core", "dir", "mime"].map((name) => module(name)),
    `LoadModule php_module ${modphp}`,
    `Listen 127.0.0.1:${ports.web(side)}`,
    "ServerName 127.0.0.1",
    `PidFile ${path("sides", side.id, "apache.pid")}`,
    `ErrorLog ${path("log", `apache-${side.id}`)}`,
    "TypesConfig /etc/mime.types",
    ...[
      `StartServers ${children}`,
      `MinSpareServers ${children}`,
      `MaxSpareServers ${children}`,
      `MaxRequestWorkers ${children}`,
    ],
    // It refuses to serve as root.
    "User www-data",
    "Group www-data",
    `DocumentRoot ${path("moodle", "public")}`,
    "DirectoryIndex index.php",
    "<Location />",
    "  FallbackResource /r.php",
    "</Location>",
    '<FilesMatch "\\.php$">',
    "  SetHandler application/x-httpd-php",
    "</FilesMatch>",
  ];
  writeFileSync(path("sides", side.id, "apache.conf"), `${lines.join("\n")}\n`);
  if (root) {
    run(["chown", "-R", "www-data:www-data", path("sides", side.id)]);
  }
  // Apache sends its SIGTERM on to the whole process group, so it gets one of its own.
  const command = [
    program(["setsid"], "util-linux"),
    program(["apache2"], "apache2"),
    "-D",
    "FOREGROUND",
    "-f",
    path("sides", side.id, "apache.conf"),
  ];
  return start(`apache-${side.id}`, path("log", `apache-${side.id}`), command, preloaded(side));
}

/** Starts PHP of one side and does not wait; `ini` is for settings of one measurement with php-fpm. */
export function startFpm(
  side: Side,
  ini: readonly string[] = [],
  { children = fewChildren, node = 1 }: NodeOptions = {},
): ChildProcess {
  if (side.apache === true) {
    return startApache(side, children);
  }
  const configuration = path("sides", side.id, `fpm${node === 1 ? "" : node}.conf`);
  const pool = [
    "[global]",
    "daemonize = no",
    `error_log = ${path("log", `fpm-${side.id}`)}`,
    "[www]",
    `listen = ${socket(side, node)}`,
    "pm = static",
    `pm.max_children = ${children}`,
    "clear_env = no",
    "catch_workers_output = yes",
    ...(root ? ["user = root", "group = root"] : []),
  ];
  writeFileSync(configuration, `${pool.join("\n")}\n`);
  rmSync(socket(side, node), { force: true });
  return start(
    `fpm-${side.id}`,
    path("log", `fpm-${side.id}`),
    [
      fpm(),
      "-F",
      "-y",
      configuration,
      ...ini.flatMap((setting) => ["-d", setting]),
      ...(root ? ["--allow-to-run-as-root"] : []),
    ],
    preloaded(side, node),
  );
}

export async function ready(side: Side, node: 1 | 2 = 1): Promise<void> {
  if (side.apache === true) {
    return listening(ports.web(side));
  }
  for (let i = 0; i < 5000 && !existsSync(socket(side, node)); i += 1) {
    await sleep(2);
  }
}

export const stopFpm = (child: ChildProcess) => stop(child, "SIGTERM");

/** CPU time of php-fpm's children in seconds, from the kernel's own accounting. */
export function cpuSeconds(master: ChildProcess): number {
  const ids = readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, "utf8")
    .split(" ")
    .filter((id) => id !== "");
  return ids.reduce((sum, id) => sum + Number(readFileSync(`/proc/${id}/schedstat`, "utf8").split(" ")[0]) / 1e9, 0);
}

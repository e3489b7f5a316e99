import { type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { listening, program, start, stop } from "./processes";
import { environment, fpm, path, ports } from "./site";
import { type Side, sides } from "./sides";

const root = process.getuid?.() === 0;
const children = 2;

/** One nginx for all sides, one php-fpm per side: each has its own opcache and APCu, as a container has. */
export async function startNginx(): Promise<void> {
  const servers = sides.map(
    (side) => `server {
  listen 127.0.0.1:${ports.web(side)};
  root ${path("moodle", "public")};
  index index.php;
  client_max_body_size 64m;
  location / { try_files $uri $uri/ /r.php$is_args$args; }
  location ~ ^.+?\\.php(/|$) {
    fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
    include /etc/nginx/fastcgi_params;
    fastcgi_param PATH_INFO $fastcgi_path_info;
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_pass unix:${socket(side)};
    fastcgi_read_timeout 300s;
  }
}`,
  );
  writeFileSync(
    path("nginx.conf"),
    `${root ? "user root;\n" : ""}worker_processes 1;
pid ${path("nginx.pid")};
events {}
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

const socket = (side: Side) => path("sides", side.id, "fpm.sock");

/** Starts php-fpm of one side and does not wait; `ini` is for settings of one measurement. */
export function startFpm(side: Side, ini: readonly string[] = []): ChildProcess {
  const pool = [
    "[global]",
    "daemonize = no",
    `error_log = ${path("log", `fpm-${side.id}`)}`,
    "[www]",
    `listen = ${socket(side)}`,
    "pm = static",
    `pm.max_children = ${children}`,
    "clear_env = no",
    "catch_workers_output = yes",
    ...(root ? ["user = root", "group = root"] : []),
  ];
  writeFileSync(path("sides", side.id, "fpm.conf"), `${pool.join("\n")}\n`);
  rmSync(socket(side), { force: true });
  return start(
    `fpm-${side.id}`,
    path("log", `fpm-${side.id}`),
    [
      fpm(),
      "-F",
      "-y",
      path("sides", side.id, "fpm.conf"),
      ...ini.flatMap((setting) => ["-d", setting]),
      ...(root ? ["--allow-to-run-as-root"] : []),
    ],
    {
      ...environment(side),
      LD_PRELOAD: path("slow-files.so"),
      SLOW_FILES_ROOT: path("sides", side.id, "dataroot"),
      SLOW_FILES_STATE: path("state", side.id),
    },
  );
}

export async function ready(side: Side): Promise<void> {
  for (let i = 0; i < 5000 && !existsSync(socket(side)); i += 1) {
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

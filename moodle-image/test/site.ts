import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { baseOf, folder, mountImage, mustBuild, publicFolder } from "./build";
import { freePort } from "../../tools/lib/freePort";
import { type Container, Task } from "./container";
import { type Certificates, certificates, type Database, mariadb, redis, type Service } from "./services";

export const tag = "localhost/moodle-real";
export const host = "moodle.test";
/** The administrator's, after the first sign-in. */
export const password = "Adm1n-password!";
/** Of the form that the stack generates: letters, digits and a hyphen. */
export const firstPassword = "aB3dEfGh1jKlMn0pQrStUvWx-";

/** Real Moodle: two tasks on one database, two Redis servers and one shared folder, TLS on every connection. */
export class Site {
  /** The containers that serve, once a test has started them. */
  web: readonly [Container, Container] = [undefined as never, undefined as never];
  readonly tasks: Task[] = [];

  private constructor(
    /** `public/` where Moodle's scripts are in it. */
    readonly scripts: string,
    private readonly image: { readonly root: string; readonly unmount: () => void },
    readonly tls: Certificates,
    readonly shared: string,
    readonly database: Database,
    readonly sessions: Service,
    readonly cache: Service,
  ) {}

  static async start(source: string): Promise<Site> {
    mustBuild({ tag, moodle: source, ...baseOf(source) });
    const tls = certificates();
    const shared = mkdtempSync(join(tmpdir(), "moodle-shared-"));
    chmodSync(shared, 0o755);
    chownSync(shared, 1000, 1000);
    return new Site(
      publicFolder(source),
      mountImage(tag),
      tls,
      shared,
      await mariadb({ user: "master", password: "master-secret" }, tls),
      await redis({ policy: "noeviction", password: "session-secret", tls }),
      await redis({ policy: "allkeys-lru", password: "cache-secret", tls }),
    );
  }

  /** MariaDB stands for Aurora, which exists nowhere else; the driver is then `mariadb`. */
  get settings(): Record<string, string> {
    return {
      MOODLE_ENVIRONMENT: "test",
      MOODLE_WWWROOT: `https://${host}`,
      MOODLE_DB_TYPE: "mariadb",
      MOODLE_DB_HOST: "127.0.0.1",
      // The same server again: what is tested is that Moodle reads through a second connection.
      MOODLE_DB_READER_HOST: "127.0.0.1",
      MOODLE_DB_PORT: `${this.database.port}`,
      MOODLE_DB_USER: "moodle",
      MOODLE_DB_PASSWORD: "database-secret",
      MOODLE_SESSION_REDIS_HOST: "127.0.0.1",
      MOODLE_SESSION_REDIS_PORT: `${this.sessions.port}`,
      MOODLE_SESSION_REDIS_AUTH: "session-secret",
      MOODLE_CACHE_REDIS_HOST: "127.0.0.1",
      MOODLE_CACHE_REDIS_PORT: `${this.cache.port}`,
      MOODLE_CACHE_REDIS_AUTH: "cache-secret",
      MOODLE_CA_FILE: "/run/moodle/ca.pem",
      MOODLE_TRUSTED_PROXIES: "127.0.0.0/8",
      // As behind CloudFront.
      MOODLE_VIEWER_ADDRESS_HEADER: "True-Client-IP",
      MOODLE_PHP_MAX_CHILDREN: "3",
      MOODLE_TIME_ZONE: "Europe/Berlin",
    };
  }

  async newTask(extra: Readonly<Record<string, string>> = {}): Promise<Task> {
    const task = new Task(
      this.image.root,
      { ...this.settings, MOODLE_HTTP_PORT: `${await freePort()}`, ...extra },
      { data: this.shared },
    );
    mkdirSync(join(task.state, "run"));
    copyFileSync(this.tls.authority, join(task.state, "run/ca.pem"));
    this.tasks.push(task);
    return task;
  }

  private pages = 0;

  /** Puts a script beside Moodle's own, in every container of this site, and gives its path. */
  addPage(code: string): string {
    const path = `/lab${this.pages++}.php`;
    writeFileSync(join(this.image.root, "var/www/moodle", this.scripts, path), code);
    return path;
  }

  /** Copies a plugin's source to its place beside Moodle's own, before the installation, and makes what the build makes of all plugins. */
  addPlugin(path: string, source: string): void {
    const { root } = this.image;
    cpSync(source, join(root, "var/www/moodle", this.scripts, path), { recursive: true });
    cpSync(join(folder, "build"), join(root, "opt/build"), { recursive: true });
    execFileSync("chroot", [root, "php", "/opt/build/bake.php"], { stdio: "inherit" });
    rmSync(join(root, "opt/build"), { recursive: true });
  }

  /** Runs PHP in a container of its own with Moodle loaded, and gives what it prints. */
  async php(code: string): Promise<string> {
    return this.script(`define('CLI_SCRIPT', true);\nrequire '/var/www/moodle/config.php';\n${code}`);
  }

  /** Runs PHP beside a task's own processes, without Moodle. */
  async script(code: string): Promise<string> {
    const task = this.tasks[0] ?? (await this.newTask());
    writeFileSync(join(task.state, "run/script.php"), `<?php\n${code}`);
    const { status, text } = await task.run(["cli", "../../../run/moodle/script.php"]);
    if (status !== 0) throw new Error(text);
    return text;
  }

  async stop(): Promise<void> {
    for (const task of this.tasks) await task.remove();
    for (const service of [this.database, this.sessions, this.cache]) await service.stop();
    rmSync(this.shared, { recursive: true, force: true });
    this.tls.remove();
    this.image.unmount();
  }
}

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../../tools/lib/freePort";
import { fastcgi } from "./fastcgi";

export type Operation = readonly [name: string, definition: string, ...rest: readonly [arguments: readonly unknown[]]];

const password = "correct-horse";

/** One Redis server and several nodes: php-fpm masters, each with its own APCu and several children; and one without APCu. */
export class Nodes {
  private readonly children: ChildProcess[] = [];
  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly names: readonly string[],
    private readonly secure: boolean,
  ) {}

  /** Why the test cannot run here, or undefined. */
  static missing(): string | undefined {
    if (fpm() === undefined) {
      return "php-fpm is not installed";
    }
    if (spawnSync("redis-server", ["--version"]).status !== 0) {
      return "redis-server is not installed";
    }
    const modules = String(spawnSync("php", ["-m"]).stdout);
    return ["apcu", "redis"].find((module) => !modules.includes(module))?.concat(" is not among PHP's extensions");
  }

  static async start(options: { readonly memory?: string; readonly secure?: boolean } = {}): Promise<Nodes> {
    const folder = mkdtempSync(join(tmpdir(), "tiered-"));
    const port = await freePort();
    const secure = options.secure ?? false;
    const nodes = new Nodes(folder, port, ["a", "b"], secure);
    if (secure) {
      spawnSync("openssl", [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        nodes.key,
        "-out",
        nodes.certificate,
      ]);
    }
    const listen = secure
      ? [
          "--port",
          "0",
          "--tls-port",
          String(port),
          "--tls-cert-file",
          nodes.certificate,
          "--tls-key-file",
          nodes.key,
          "--tls-ca-cert-file",
          nodes.certificate,
          "--tls-auth-clients",
          "no",
          "--requirepass",
          password,
        ]
      : ["--port", String(port)];
    nodes.run("redis-server", ...listen, "--bind", "127.0.0.1", "--save", "", "--dir", folder);
    for (const name of nodes.names) {
      const pool = [
        "[global]",
        "daemonize = no",
        `error_log = ${join(folder, `${name}.log`)}`,
        "[www]",
        `listen = ${nodes.socket(name)}`,
        "pm = static",
        "pm.max_children = 4",
        "catch_workers_output = yes",
        ...(process.getuid?.() === 0 ? ["user = root", "group = root"] : []),
      ];
      writeFileSync(join(folder, `${name}.conf`), `${pool.join("\n")}\n`);
      nodes.run(
        fpm()!,
        "-F",
        "-y",
        join(folder, `${name}.conf`),
        "-d",
        "apc.enabled=1",
        "-d",
        "apc.serializer=default",
        "-d",
        `apc.shm_size=${options.memory ?? "32M"}`,
        ...(process.getuid?.() === 0 ? ["--allow-to-run-as-root"] : []),
      );
    }
    for (let i = 0; i < 500 && !nodes.names.every((name) => existsSync(nodes.socket(name))); i += 1) {
      await sleep(10);
    }
    for (let i = 0; i < 500 && nodes.redis("ping") !== "PONG"; i += 1) {
      await sleep(10);
    }
    return nodes;
  }

  private get certificate(): string {
    return join(this.folder, "redis.crt");
  }

  private get key(): string {
    return join(this.folder, "redis.key");
  }

  socket(name: string): string {
    return join(this.folder, `${name}.sock`);
  }

  private run(...command: string[]): void {
    this.children.push(spawn(command[0]!, command.slice(1), { stdio: "ignore" }));
  }

  redis(...command: string[]): string {
    const secure = this.secure
      ? ["--tls", "--cacert", this.certificate, "-h", "localhost", "--no-auth-warning", "-a", password]
      : [];
    return String(spawnSync("redis-cli", ["-p", String(this.port), ...secure, ...command]).stdout).trim();
  }

  /** One request on one node. */
  async request(
    node: string,
    operations: readonly Operation[],
    page = "1",
    extra: object = {},
    user = 0,
  ): Promise<readonly unknown[]> {
    const secure = this.secure
      ? { server: `localhost:${this.port}`, encryption: true, cafile: this.certificate, password }
      : {};
    const configuration = { server: `127.0.0.1:${this.port}`, prefix: "test:", ...secure, ...extra };
    const body = JSON.stringify({ configuration, operations, page, user, dataroot: this.folder });
    const script = join(__dirname, "php", "worker.php");
    const answer = node === "cli" ? await commandLine(script, body) : await fastcgi(this.socket(node), script, body);
    try {
      return JSON.parse(answer) as readonly unknown[];
    } catch {
      throw new Error(`node ${node} answered: ${answer.slice(0, 1000)}`);
    }
  }

  async stop(): Promise<void> {
    for (const child of this.children.filter(({ exitCode }) => exitCode === null)) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Not waited for in one go: a way to the server may lead through this process. */
async function commandLine(script: string, body: string): Promise<string> {
  const child = spawn("php", ["-d", "apc.enable_cli=0", script], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end(body);
  let text = "";
  for await (const part of child.stdout) text += String(part);
  return text;
}

function fpm(): string | undefined {
  const found = existsSync("/usr/sbin")
    ? readdirSync("/usr/sbin").filter((name) => /^php-fpm8\.[2-9]$/.test(name))
    : [];
  return found.length > 0 ? `/usr/sbin/${found.sort().at(-1)!}` : undefined;
}

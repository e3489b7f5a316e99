// cspell:ignore nsenter
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { folder, patience } from "./build";

/** Containers of the image on this machine: read-only root, user 1000, process 1 of their own (local/container). */

export interface Container {
  readonly port: number;
  /** What the container wrote so far: standard output, and standard error. */
  output(): string;
  errors(): string;
  /** Every line that is JSON. */
  lines(): Record<string, any>[];
  signal(name: NodeJS.Signals): void;
  /** Runs a command inside, as `docker exec` does, and gives its exit status. */
  exec(command: readonly string[]): number | null;
  /** The number of a program of the container, by the start of its name. */
  process(name: string): number;
  /** Its exit status, when it has ended. */
  readonly ended: Promise<number | null>;
  get(path: string, init?: RequestInit): Promise<Response>;
}

/** The folders of one task: two containers of a task share them, two tasks share only data and (on one machine) cache. */
export class Task {
  readonly state = mkdtempSync(join(tmpdir(), "moodle-task-"));
  private readonly children: ChildProcess[] = [];

  constructor(
    private readonly root: string,
    private readonly environment: Readonly<Record<string, string>>,
    shared?: { readonly data: string },
  ) {
    chmodSync(this.state, 0o755);
    if (shared !== undefined) {
      mkdirSync(shared.data, { recursive: true });
      symlinkSync(shared.data, join(this.state, "data"));
    }
  }

  /** Starts a role. Its streams are files that the user in the container may open again, as a container runtime's are. */
  start(role: readonly string[], extra: Readonly<Record<string, string>> = {}): Container {
    const environment: Record<string, string> = { ...this.environment, ...extra };
    const stream = (name: string) => {
      const path = join(this.state, `${name}-${this.children.length}`);
      writeFileSync(path, "", { mode: 0o666 });
      chmodSync(path, 0o666);
      return { path, handle: openSync(path, "a") };
    };
    const [out, err] = [stream("out"), stream("err")];
    const child = spawn(join(folder, "local/container"), [this.root, this.state, ...role], {
      env: { PATH: process.env.PATH ?? "", ...environment },
      stdio: ["ignore", out.handle, err.handle],
    });
    this.children.push(child);
    const ended = new Promise<number | null>((resolve) => child.on("exit", (status) => resolve(status)));
    const port = Number(environment.MOODLE_HTTP_PORT ?? 8080);
    const output = () => readFileSync(out.path, "utf8");
    const errors = () => readFileSync(err.path, "utf8");
    return {
      port,
      output,
      errors,
      lines: () =>
        `${output()}\n${errors()}`
          .split("\n")
          .filter((line) => line.startsWith("{"))
          .map((line) => JSON.parse(line)),
      signal: (name) => process.kill(firstProcess(child), name),
      exec: (command) =>
        spawnSync(
          "nsenter",
          [
            `--target=${firstProcess(child)}`,
            "--mount",
            "--pid",
            "--root",
            "--setuid=1000",
            "--setgid=1000",
            "--",
            ...command,
          ],
          // What the image sets for every program in it.
          {
            env: { PATH: "/usr/local/bin:/usr/bin:/bin", PHP_INI_SCAN_DIR: ":/run/moodle/php", ...environment },
            cwd: "/",
          },
        ).status,
      process: (name) => {
        // In front of a program of another processor stands the emulator.
        const line = `^(/usr/libexec/qemu-binfmt/[^ ]+ )?([^ ]*/)?${name}`;
        const found = spawnSync("pgrep", ["-P", `${firstProcess(child)}`, "-o", "-f", line], { encoding: "utf8" });
        return Number(found.stdout.trim());
      },
      ended,
      get: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init }),
    };
  }

  /** Starts a role and waits until it ends. */
  async run(
    role: readonly string[],
    extra: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number | null; text: string }> {
    const container = this.start(role, extra);
    const status = await container.ended;
    return { status, text: container.output() + container.errors() };
  }

  /** Ends what still runs, at once. */
  async remove(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.on("exit", resolve));
        // With process 1 the whole container goes, and `unshare` ends when all of it is gone.
        process.kill(firstProcess(child), "SIGKILL");
        await gone;
      }
    }
    rmSync(this.state, { recursive: true, force: true });
  }
}

/** Process 1 of a container, which is the child of `unshare`. */
function firstProcess({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  // A signal to 0 would go to the tests' own process group.
  if (children === "") throw new Error("the container has no process: it has ended, or is about to begin");
  return Number(children);
}

/** Asks again until the answer is there. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  seconds = 150,
): Promise<T> {
  const end = Date.now() + seconds * 1000 * patience;
  for (;;) {
    const found = await Promise.resolve()
      .then(ask)
      .catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the load balancer's check would pass. A task's warm-up ends after 20 s at the latest. */
export async function healthy(container: Container): Promise<void> {
  await until(
    "a healthy container",
    async () => ((await container.get("/healthz")).status === 200 ? true : undefined),
    400,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\n${container.output()}\n${container.errors()}`);
  });
}

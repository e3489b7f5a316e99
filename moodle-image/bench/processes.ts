import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createWriteStream, existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Servers of a benchmark; each is ended by its own process id. */
const running: { readonly name: string; readonly child: ChildProcess }[] = [];

/** The first of the programs that is installed, or an error that names the package. */
export function program(
  candidates: readonly string[],
  debianPackage: string,
  folders: readonly string[] = ["/usr/sbin", "/usr/bin", "/usr/local/bin"],
): string {
  for (const folder of folders) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const found = candidates.flatMap((candidate) =>
      names.filter((name) => new RegExp(`^${candidate}$`).test(name)).sort(),
    );
    if (found.length > 0) {
      return `${folder}/${found.at(-1)!}`;
    }
  }
  throw new Error(`${candidates.join(" or ")} is not installed: apt-get install ${debianPackage}`);
}

export function start(
  name: string,
  log: string,
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const child = spawn(command[0]!, command.slice(1), {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out = createWriteStream(log, { flags: "a" });
  child.stdout.pipe(out);
  child.stderr.pipe(out);
  running.push({ name, child });
  return child;
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await Promise.race([ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
  }
}

export async function stopAll(): Promise<void> {
  for (const { child } of running.splice(0).reverse()) {
    await stop(child);
  }
}

/** Waits until something listens on a port. */
export async function listening(port: number, seconds = 30): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (open) {
      return;
    }
    await sleep(20);
  }
  throw new Error(`nothing listens on port ${port} after ${seconds} s; the logs are in the benchmark's folder`);
}

export function run(command: readonly string[], env: NodeJS.ProcessEnv = {}, input?: string): string {
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
    input,
  });
  if (status !== 0) {
    throw new Error(`${command.join(" ")} ended with ${status}:\n${(stdout + stderr).slice(-3000)}`);
  }
  return stdout;
}

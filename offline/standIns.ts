import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./stackFiles";

const offline = join(root, "offline");

/** A helper process that has printed where it listens. It ends with this process. */
interface Listening {
  readonly printed: string;
  readonly process: ChildProcess;
}

let providers: Promise<Listening> | undefined;
const policyPacks = new Map<string, Promise<Listening>>();

/** Starts the stand-in providers once for this process and returns their ports as `aws:1234,awsx:1235,...`. */
export async function providerPorts(): Promise<string> {
  providers ??= listen([join(offline, "providers", "serve.ts")], root);
  return (await providers).printed;
}

export interface PolicyPack {
  /** Folder with `PulumiPolicy.yaml`. */
  readonly path: string;
  /** JSON file with levels and thresholds. */
  readonly config?: string;
  /** Port of a running server. Default: start one. */
  readonly port?: string;
}

/**
 * Starts a policy pack and keeps it: it loads while the engine and the program do, and once for many runs.
 *
 * One process for each configuration, because the engine sets it for the process as a whole.
 */
export async function policyPort(pack: PolicyPack): Promise<string> {
  const key = `${pack.path}:${pack.config ?? ""}`;
  let running = policyPacks.get(key);
  if (running === undefined) {
    running = listen([join(offline, "policyPack.ts")], pack.path);
    policyPacks.set(key, running);
  }
  return (await running).printed;
}

/** Ends the helper processes. They end by themselves with this process. */
export async function stopStandIns(): Promise<void> {
  const running = [...(providers === undefined ? [] : [providers]), ...policyPacks.values()];
  providers = undefined;
  policyPacks.clear();
  for (const helper of running) {
    (await helper.catch(() => undefined))?.process.kill();
  }
}

process.once("exit", () => {
  for (const child of children) {
    child.kill();
  }
});
const children = new Set<ChildProcess>();

function listen(args: readonly string[], cwd: string): Promise<Listening> {
  const loader = join(root, "node_modules", "tsx", "dist", "loader.mjs");
  const child = spawn(process.execPath, ["--import", loader, ...args], { cwd, stdio: ["pipe", "pipe", "pipe"] });
  children.add(child);
  let printed = "";
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
      const line = /^([\w:,]*\d)\n/m.exec(printed)?.[1];
      if (line !== undefined) {
        // From here on it must not keep this process alive.
        child.unref();
        for (const stream of [child.stdin, child.stdout, child.stderr]) {
          (stream as unknown as { unref(): void }).unref();
        }
        resolve({ printed: line, process: child });
      }
    });
    let complaints = "";
    child.stderr.on("data", (data: Buffer) => {
      complaints += data.toString();
    });
    child.on("exit", (code) => {
      children.delete(child);
      reject(new Error(`${args[0]} ended with code ${code} before it listened:\n${complaints}${printed}`));
    });
  });
}

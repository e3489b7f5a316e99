import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const root = resolve(__dirname, "..", "..");

export type Ran =
  | { readonly kind: "ran"; readonly output: string }
  /** There is no such program on PATH. */
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly why: string };

/** Questions that checks may ask of this computer. A test brings its own. */
export interface Machine {
  /** Runs a program as a person at a prompt would, and waits ten seconds for it. */
  run(program: string, args: readonly string[]): Promise<Ran>;
  exists(path: string): boolean;
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** PATH without the Node that make puts first: `pulumi up` at a prompt takes the computer's own. */
function ownPath(path: string): string {
  const inside = join(root, "node_modules", ".bin");
  return path
    .split(delimiter)
    .filter((folder) => resolve(folder) !== inside)
    .join(delimiter);
}

export const thisMachine: Machine = {
  run: (program, args) =>
    new Promise((done) => {
      const env = { ...process.env, PATH: ownPath(process.env["PATH"] ?? "") };
      execFile(program, [...args], { cwd: root, env, timeout: 10_000 }, (error, stdout, stderr) => {
        if (error === null) {
          done({ kind: "ran", output: stdout.trim() });
        } else if (error.code === "ENOENT") {
          done({ kind: "missing" });
        } else {
          const said = stderr.trim().split("\n")[0] ?? "";
          done({ kind: "failed", why: error.killed === true ? "no answer within 10 seconds" : said || error.message });
        }
      });
    }),
  exists: existsSync,
  platform: process.platform,
  variables: process.env,
};

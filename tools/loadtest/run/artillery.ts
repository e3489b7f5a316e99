import { spawn } from "node:child_process";
import { join } from "node:path";

import { folder } from "./bundle";

export interface Ended {
  readonly code: number;
  /** Its output, for use after a failure. */
  readonly words: string;
}

/** Arguments for a run on this machine. Artillery's own printout is off: `progress.ts` has one line instead. */
export const localArguments = (script: string, output: string): readonly string[] => [
  "run",
  "--quiet",
  "--output",
  output,
  script,
];

/**
 * Runs Artillery. No test data leaves this machine: its usage statistics are off
 * (https://www.artillery.io/docs/resources/core/telemetry).
 *
 * @param signal Stops it early; it then writes no report.
 */
export function artillery(
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(folder, "artillery", "node_modules", "artillery", "bin", "run"), ...args],
      {
        cwd,
        // One worker is enough for what one machine can be asked for, and it alone has all lines of the users' file.
        env: { ...process.env, ARTILLERY_DISABLE_TELEMETRY: "true", DEBUG: "", NODE_OPTIONS: "", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let words = "";
    const hear = (part: Buffer): void => {
      words = (words + part.toString()).slice(-20_000);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const stop = (): void => void child.kill("SIGINT");
    signal.addEventListener("abort", stop, { once: true });
    child.on("error", reject);
    child.on("exit", (code) => {
      signal.removeEventListener("abort", stop);
      resolve({ code: code ?? 1, words });
    });
  });
}

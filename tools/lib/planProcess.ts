import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { stackSettings } from "./stackFile";
import { type Planned, planOf } from "./plan";

const root = resolve(__dirname, "..", "..");

/**
 * The plan of a stack, made by a separate process: planning blocks a process for seconds, and its pending calls would
 * seem to get no answer.
 *
 * @throws Error as the program throws it, for example during an exam freeze.
 */
export function planApart(stack: string): Promise<readonly Planned[]> {
  const loader = join(root, "node_modules", "tsx", "dist", "loader.mjs");
  return new Promise((done, fail) => {
    const given = ["--import", loader, __filename, stack];
    execFile(process.execPath, given, { cwd: root, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) {
        done(JSON.parse(stdout) as Planned[]);
      } else {
        fail(new Error(stderr.trim() || error.message));
      }
    });
  });
}

if (require.main === module) {
  planOf(stackSettings(process.argv[2] ?? "")).then(
    (plan) => process.stdout.write(JSON.stringify(plan)),
    (error: unknown) => {
      console.error((error as Error).message);
      process.exitCode = 1;
    },
  );
}

import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "mocha";

/**
 * Leaves the test out, or all tests of the suite when a hook calls it, and has the report say why.
 *
 * @param why What this machine lacks and how to get it, such as "there is no PHP: apt-get install php-cli".
 */
export function leaveOut(context: Context, why: string): never {
  // Mocha keeps no reasons, and runs this in a separate process: reporter.cjs names the file.
  const reasons = process.env["TESTS_LEFT_OUT"];
  if (reasons !== undefined) {
    appendFileSync(reasons, `${JSON.stringify(why)}\n`);
  }
  return context.skip();
}

/**
 * Leaves the test or suite out where testing/venv could not make a Python environment.
 *
 * @param name The environment's folder below .offline/, such as "moto".
 */
export function needPython(context: Context, name: string): void {
  if (!existsSync(join(__dirname, "../.offline", name, "installed.txt"))) {
    leaveOut(context, `there are no Python packages in .offline/${name}: install Python 3 with venv`);
  }
}

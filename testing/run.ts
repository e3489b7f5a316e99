/**
 * Runs tests: all of them, those of a folder or file (ONLY), or the fast ones (FAST=1): no engine, image, browser or installed
 * program.
 * "make test" calls it.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { slowParts, testFiles, testFilesOf } from "./testFiles";

const only = process.env["ONLY"] ?? "";
const fast = (process.env["FAST"] ?? "") !== "";

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

try {
  const found = only === "" ? testFiles() : testFilesOf(only);
  const chosen = fast ? found.filter((file) => slowParts(file).length === 0) : found;
  if (fast) {
    console.log(
      `${chosen.length} of ${found.length} files with tests need no engine, no image, no browser and no installed program.`,
    );
  }
  if (only !== "" && chosen.some((file) => slowParts(file).length > 0)) {
    run("make", ["--no-print-directory", "cli", "test-tools"]);
  }
  // Two files at a time at least, as many of them wait for something: a container, a time-out, another program.
  const jobs = String(Math.max(2, availableParallelism()));
  run("mocha", chosen.length > 1 ? ["--parallel", "--jobs", jobs, ...chosen] : chosen);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { declare, flag, optional, start } from "../tools/lib/command";
import { anyText } from "../tools/lib/kinds";
import { longestFirst, slowParts, testFiles, testFilesOf } from "./testFiles";

function run(command: string, args: readonly string[]): number {
  return spawnSync(command, args, { stdio: "inherit" }).status ?? 1;
}

export const command = declare({
  name: "test",
  summary: "Check, then all tests. Without the check: ONLY=<folder or file>, FAST=1",
  failure: "a test failed",
  options: {
    ONLY: optional(anyText("a folder with tests, or a file of tests", "Leave it out for all."), "Only these"),
    FAST: flag("Only those that need no engine, no image, no browser and no installed program"),
  },
  run: ({ ONLY, FAST }, { print }) => {
    const found = ONLY === undefined ? testFiles() : testFilesOf(ONLY);
    const chosen = FAST ? found.filter((file) => slowParts(file).length === 0) : found;
    if (FAST) {
      print(
        `${chosen.length} of ${found.length} files with tests need no engine, no image, no browser and no installed program.`,
      );
    }
    if (ONLY !== undefined && chosen.some((file) => slowParts(file).length > 0)) {
      const status = run("make", ["--no-print-directory", "cli", "test-tools"]);
      if (status !== 0) {
        return 1;
      }
    }
    // One file more than there are cores, as many of them wait for something: a container, a time-out, another program.
    const jobs = String(availableParallelism() + 1);
    const status = run("mocha", chosen.length > 1 ? ["--parallel", "--jobs", jobs, ...longestFirst(chosen)] : chosen);
    return status === 0 ? 0 : 1;
  },
});

if (require.main === module) {
  start(command);
}

import { readdirSync } from "node:fs";
import { join } from "node:path";

// Schedules and freezes depend on the day: the tests plan on one and the same, in which no exam is near.
process.env["MOODLE_NOW"] ??= "2026-11-23T06:00:00Z";

export const root = join(__dirname, "..", "..");

/** The stacks that the repository has a file for. */
export const stacks = readdirSync(root)
  .map((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1])
  .filter((name): name is string => name !== undefined)
  .sort();

import { readdirSync } from "node:fs";
import { join } from "node:path";

export const root = join(__dirname, "..", "..");

/** The stacks that the repository has a file for. */
export const stacks = readdirSync(root)
  .map((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1])
  .filter((name): name is string => name !== undefined)
  .sort();

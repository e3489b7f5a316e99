import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

export const resultsFile = path.join(__dirname, "results.json");

/** What came of a file's mutants, and which text they were made of. */
export interface Result {
  readonly hash: string;
  readonly mutants: number;
  readonly killed: number;
}

export function hashOf(source: string): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 12);
}

export function resultsSoFar(): Readonly<Record<string, Result>> {
  return JSON.parse(fs.readFileSync(resultsFile, "utf8")) as Record<string, Result>;
}

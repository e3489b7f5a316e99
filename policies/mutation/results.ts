import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

export const resultsFile = path.join(__dirname, "scores.json");

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

const groups = [
  "network",
  "compute",
  "database",
  "cache",
  "storage",
  "edge",
  "identity",
  "observability",
  "tagging",
  "cost",
];
/** Of lib/ what decides a verdict. The rest serves the SDK, configurations and reports, and has tests of its own. */
const deciding = [
  ...["anyone", "cidr", "document", "graph", "graphRoutes", "launchTemplates", "placement", "resourcePolicies"],
  ...["secretForm", "tiers", "verdict", "zones"],
];

/** The files whose conditions are changed: those of the rules, and what they decide by. */
export function mutatedFiles(): readonly string[] {
  const rules = groups.flatMap((group) =>
    fs
      .readdirSync(path.join(__dirname, "..", group))
      .filter((name) => name.endsWith(".ts") && !/\.(cases|test)\.ts$/.test(name))
      .map((name) => `${group}/${name}`),
  );
  return [...rules, ...deciding.map((name) => `lib/${name}.ts`)];
}

/** "1,036 of 1,286 mutants noticed (80.6 %)", of all files. */
export function score(results: Readonly<Record<string, Result>>): string {
  const sum = (of: (one: Result) => number): number => Object.values(results).reduce((all, one) => all + of(one), 0);
  const [killed, made] = [sum((one) => one.killed), sum((one) => one.mutants)];
  const number = (value: number): string => value.toLocaleString("en-GB");
  return `${number(killed)} of ${number(made)} mutants noticed (${((100 * killed) / made).toFixed(1)} %)`;
}

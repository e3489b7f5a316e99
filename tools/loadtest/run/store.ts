import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Verdict } from "../gate/gate";
import { everyBlockOnce, sample } from "../gate/measures";
import type { Result } from "../gate/result";
import type { Run } from "../../lib/programs";

/** Results of runs, one folder each; git does not see it. */
export const resultsFolder = resolve(__dirname, "../../../.offline/loadtests/results");

export const runFile = "run.json";

export function readResults(folder: string): readonly Result[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .map((id) => join(folder, id, runFile))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as Result)
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

/** @returns The folder that the run is now in. */
export function writeResult(folder: string, result: Result, pages: Readonly<Record<string, string>>): string {
  const to = join(folder, result.id);
  mkdirSync(to, { recursive: true });
  for (const [name, content] of Object.entries({ ...pages, [runFile]: `${JSON.stringify(result)}\n` })) {
    writeFileSync(join(to, name), content);
  }
  return to;
}

/** Where runs of a stack are kept for everybody: below `runs/` of a bucket. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
}

/** Fetches what others have stored, before a run is compared with it. */
export function fetchResults({ name, region }: Bucket, folder: string, run: Run): void {
  mkdirSync(folder, { recursive: true });
  run("aws", [
    "s3",
    "sync",
    `s3://${name}/runs/`,
    folder,
    "--exclude",
    "*",
    "--include",
    `*/${runFile}`,
    "--region",
    region,
  ]);
}

export function storeResult({ name, region }: Bucket, path: string, result: Result, verdict: Verdict, run: Run): void {
  run("aws", ["s3", "cp", path, `s3://${name}/runs/${result.id}/`, "--recursive", "--region", region]);
  const data = metricData(result, verdict);
  run("aws", [
    "cloudwatch",
    "put-metric-data",
    "--region",
    region,
    "--namespace",
    "Moodle/LoadTests",
    "--metric-data",
    JSON.stringify(data),
  ]);
}

/** CloudWatch keeps at most 30 dimensions a metric, and each set of values is a metric that is paid for: four do. */
export function metricData(result: Result, verdict: Verdict): readonly object[] {
  const taken = sample(result);
  const Dimensions = [
    { Name: "Environment", Value: result.shape.target },
    { Name: "Scenario", Value: result.shape.scenario },
    { Name: "Release", Value: result.release },
    { Name: "Commit", Value: result.commit },
  ];
  const measures = [...taken.measure(everyBlockOnce(taken))].map(([name, value]) => ({
    MetricName: name,
    Value: value,
    Unit: name.startsWith("p95") ? "Milliseconds" : "None",
  }));
  return [...measures, { MetricName: "good", Value: verdict.good ? 1 : 0, Unit: "None" }].map((one) => ({
    ...one,
    Timestamp: result.startedAt,
    Dimensions,
  }));
}

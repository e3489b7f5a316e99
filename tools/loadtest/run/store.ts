import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";

import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

import type { Verdict } from "../gate/gate";
import { everyBlockOnce, sample } from "../gate/measures";
import type { Result } from "../gate/result";
import { asked } from "../../lib/awsCall";
import { writeWhole } from "../../lib/files";

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
  for (const [name, content] of Object.entries({ ...pages, [runFile]: `${JSON.stringify(result)}\n` })) {
    writeWhole(join(to, name), content);
  }
  return to;
}

/** Shared storage of a stack's runs: below `runs/` of a bucket. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
}

/** Fetches what others have stored, before a run is compared with it. A run that is here already stays as it is. */
export async function fetchResults({ name: Bucket, region }: Bucket, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const s3 = new S3Client({ region });
  const read = async () => {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: "runs/" })) {
      for (const { Key = "" } of Contents) {
        const [, id] = new RegExp(`^runs/([^/]+)/${runFile}$`).exec(Key) ?? [];
        if (id === undefined || id === ".." || existsSync(join(folder, id, runFile))) {
          continue;
        }
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        writeWhole(join(folder, id, runFile), (await Body?.transformToString()) ?? "");
      }
    }
  };
  await asked(`s3 GetObject of ${Bucket}`, read());
}

export async function storeResult(
  { name: Bucket, region }: Bucket,
  path: string,
  result: Result,
  verdict: Verdict,
): Promise<void> {
  const s3 = new S3Client({ region });
  for (const file of readdirSync(path)) {
    const put = new PutObjectCommand({
      Bucket,
      Key: `runs/${result.id}/${file}`,
      Body: readFileSync(join(path, file)),
      ContentType: contentTypes[extname(file)] ?? "application/octet-stream",
    });
    await asked(`s3 PutObject of ${Bucket}`, s3.send(put));
  }
  const data = new PutMetricDataCommand({ Namespace: "Moodle/LoadTests", MetricData: metricData(result, verdict) });
  await asked("cloudwatch PutMetricData", new CloudWatchClient({ region }).send(data));
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
};

/** CloudWatch keeps at most 30 dimensions a metric, and each set of values is a metric that is paid for: four do. */
export function metricData(result: Result, verdict: Verdict): MetricDatum[] {
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
    Unit: name.startsWith("p95") ? ("Milliseconds" as const) : ("None" as const),
  }));
  return [...measures, { MetricName: "good", Value: verdict.good ? 1 : 0, Unit: "None" as const }].map((one) => ({
    ...one,
    Timestamp: new Date(result.startedAt),
    Dimensions,
  }));
}

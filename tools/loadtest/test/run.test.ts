import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  CloudWatchClient,
  ListMetricsCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

import { enterAws, leaveAws, StandInAws } from "../../doctor/test/aws";
import { judge } from "../gate/gate";
import { madeUp, sameAsBefore } from "../gate/synthetic";
import { withCloudCpu } from "../run/cloudCpu";
import { CpuLog, parseStat, usedBelow } from "../run/cpu";
import { fargateArguments, share } from "../run/fargate";
import { standingLine, Times } from "../run/progress";
import { parseSite, usersFile } from "../run/site";
import { fetchResults, metricData, readResults, storeResult, writeResult } from "../run/store";
import { drawSeconds, drawStart, pauses } from "../scenario/pace";
import { seeded } from "../gate/random";
import { makePlan } from "../scenario/plan";
import processor from "../scenario/processor";
import { standInSite } from "./standin/site";

/** The processor's times count from when it was loaded, which in a run of all tests is long before its tests. */
const loaded = Date.now();

const scratch = () => mkdtempSync(join(tmpdir(), "loadtest-"));

describe("Think times", () => {
  it("have the means of their table, and starts come at the gate as the capacity model says", () => {
    const random = seeded(1);
    const times = Array.from({ length: 20_000 }, () => drawSeconds(pauses.read.mean, random));
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    assert.ok(Math.abs(mean / pauses.read.mean - 1) < 0.03, `${mean}`);
    const starts = Array.from({ length: 20_000 }, () => drawStart(60, random));
    assert.ok(starts.every((start) => start >= 0 && start <= 60));
    assert.ok(Math.abs(starts.filter((start) => start < 15).length / starts.length - 0.4) < 0.02);
  });
});

describe("An exam that takes too long", () => {
  it("is a wrong answer, and the student asks for nothing more", () => {
    const counted: string[] = [];
    const events = { emit: (_: "counter", name: string) => counted.push(name) };
    const playUntil = (secondsFromNow: number) => {
      const seconds = (Date.now() - loaded) / 1000 + secondsFromNow;
      const vars = {
        plan: makePlan("exam-gate", 1, seconds, 1, standInSite),
        username: "u",
        password: "p",
        target: "http://127.0.0.1",
      };
      let done = false;
      processor["pause-question"](
        { vars, _jar: { removeAllCookiesSync: () => undefined } },
        events,
        () => (done = true),
      );
      return { done, able: processor.able(vars) };
    };
    assert.deepEqual(playUntil(-3600), { done: true, able: false });
    assert.deepEqual(counted, ["moodle.attempt.failed", "wrong.attempt: out of time"]);
    assert.equal(playUntil(0.01).able, true);
  });
});

describe("Processor time", () => {
  it("is read from the kernel, for names with spaces and brackets too", () => {
    const stat = "42 (php-fpm: (pool)) S 7 42 42 0 -1 4194304 1 2 3 4 150 50 25 75 20 0 1 0 9 8 7";
    assert.deepEqual(parseStat(stat), { parent: 7, name: "php-fpm: (pool)", seconds: 3 });
  });

  it("counts what is below one process, at any depth, and nothing else", () => {
    const all = new Map([
      [10, { parent: 1, name: "run", seconds: 9 }],
      [11, { parent: 10, name: "sh", seconds: 9 }],
      [12, { parent: 11, name: "php-fpm: pool www", seconds: 2 }],
      [13, { parent: 11, name: "nginx", seconds: 1 }],
      [14, { parent: 10, name: "mariadbd", seconds: 4 }],
      [20, { parent: 1, name: "nginx", seconds: 100 }],
    ]);
    assert.deepEqual(usedBelow(10, all), { web: 3, database: 4 });
  });

  it("is interpolated between looks, and unknown outside them", () => {
    const log = new CpuLog();
    log.add({ web: 1, database: 0 }, 1000);
    log.add({ web: 3, database: 1 }, 3000);
    assert.deepEqual(log.between(1500, 2500), { web: 1, database: 0.5 });
    assert.equal(log.between(500, 2500), undefined);
    assert.equal(log.between(2500, 3500), undefined);
  });
});

describe("A run's surroundings", () => {
  it("shows one line of how it goes, from the answers since the last", async () => {
    const folder = scratch();
    const path = join(folder, "times.log");
    const times = new Times(path);
    assert.deepEqual(await times.fresh(), { p95Ms: undefined, count: 0 });
    appendFileSync(path, "100\n200\nwrong\n30");
    assert.deepEqual(await times.fresh(), { p95Ms: 200, count: 3 });
    appendFileSync(path, "0\n");
    assert.deepEqual(await times.fresh(), { p95Ms: 300, count: 1 });
    assert.deepEqual([times.requests, times.failed], [4, 1]);
    rmSync(folder, { recursive: true });
    assert.equal(
      standingLine({ seconds: 65, of: 180, requests: 412, perSecond: 7.25, p95Ms: 310.4, failed: 0, webCpus: 1.2 }),
      "1:05 of 3:00 | 412 requests | 7.3/s | p95 310 ms | 0 wrong | 1.20 CPUs in web",
    );
  });

  it("gives each generator its own accounts, and Artillery's own options for Fargate", () => {
    const users = usersFile(5, "Pw");
    const shares = [0, 1].map((worker) => share(users, worker, 2).trim().split("\n"));
    assert.deepEqual(
      shares.map((lines) => lines.length - 1),
      [3, 2],
    );
    assert.equal(new Set(shares.flatMap((lines) => lines.slice(1))).size, 5);
    const place = { taskRoleName: "role", securityGroupId: "sg-1", subnetIds: ["subnet-a", "subnet-b"] };
    const args = fargateArguments("script.json", "report.json", "eu-west-2", place, 600).join(" ");
    assert.match(
      args,
      /^run-fargate --region eu-west-2 --count 1 .*--task-role-name role --security-group-ids sg-1 --subnet-ids subnet-a,subnet-b --no-assign-public-ip/,
    );
  });

  it("reads the site from what the container printed, and nothing else", () => {
    const printed = 'warning {"x":1}\n{"log":"cli"}\n{"course":3,"quiz":129,"files":[]}\n';
    assert.equal(parseSite(printed).quiz, 129);
    assert.throws(() => parseSite("no database"), /the test site was not made: no database/);
  });
});

describe("A run of a stack, against moto", () => {
  const region = "eu-west-2";
  let moto: StandInAws;
  before(async function () {
    moto = await StandInAws.start(this);
    enterAws(moto.address);
  });
  after(() => {
    leaveAws();
    moto?.stop();
  });

  it("has its processor time from CloudWatch by the minute for a stack: share used, times tasks, times vCPUs", async () => {
    const start = Date.parse("2026-03-01T10:00:00Z");
    const run = madeUp(1, { ...sameAsBefore, minutes: 2 });
    const blocks = run.blocks.map((block, index) => ({ ...block, start: start + index * 10_000 }));
    await moto.reset();
    const cloudWatch = new CloudWatchClient({ region });
    const point = (MetricName: string, Value: number, minute: number): MetricDatum => ({
      MetricName,
      Value,
      Timestamp: new Date(start + minute * 60_000),
      Dimensions: [
        { Name: "ClusterName", Value: "c" },
        { Name: "ServiceName", Value: "s" },
      ],
    });
    const put = (Namespace: string, ...MetricData: MetricDatum[]) =>
      cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
    await put("AWS/ECS", point("CPUUtilization", 50, 0), point("CPUUtilization", 25, 1));
    await put("ECS/ContainerInsights", point("RunningTaskCount", 4, 0), point("RunningTaskCount", 6, 1));
    const minutes = await withCloudCpu(blocks, { region, cluster: "c", service: "s" }, 2);
    assert.deepEqual(
      minutes.map(({ webCpuSeconds, seconds }) => [webCpuSeconds, seconds]),
      [
        [240, 60],
        [180, 60],
      ],
    );
    const count = (all: typeof blocks) =>
      all.reduce((sum, { requests }) => sum + Object.values(requests.course!.bins).reduce((a, b) => a + b, 0), 0);
    assert.equal(count(minutes as typeof blocks), count(blocks));
  });

  it("keeps results as files, in S3 and as metrics with release and commit", async () => {
    const folder = scratch();
    const result = madeUp(3, sameAsBefore);
    const verdict = judge(result, undefined);
    const path = writeResult(folder, result, { "report.md": "x" });
    assert.deepEqual(readResults(folder), [result]);
    await moto.reset();
    const bucket = { name: "results", region };
    const s3 = new S3Client({ region, forcePathStyle: true });
    const LocationConstraint = region;
    await s3.send(new CreateBucketCommand({ Bucket: bucket.name, CreateBucketConfiguration: { LocationConstraint } }));
    await storeResult(bucket, path, result, verdict);
    // Somebody else's computer gets the run, and no page of it; what it has already stays as it is.
    const elsewhere = scratch();
    await fetchResults(bucket, elsewhere);
    assert.deepEqual(readResults(elsewhere), [result]);
    assert.deepEqual(readdirSync(join(elsewhere, result.id)), ["run.json"]);
    writeFileSync(join(elsewhere, result.id, "run.json"), "own");
    await fetchResults(bucket, elsewhere);
    assert.equal(readFileSync(join(elsewhere, result.id, "run.json"), "utf8"), "own");
    rmSync(elsewhere, { recursive: true });
    const page = await s3.send(new GetObjectCommand({ Bucket: bucket.name, Key: `runs/${result.id}/report.md` }));
    assert.deepEqual([page.ContentType, await page.Body!.transformToString()], ["text/markdown; charset=utf-8", "x"]);
    const { Metrics = [] } = await new CloudWatchClient({ region }).send(
      new ListMetricsCommand({ Namespace: "Moodle/LoadTests", MetricName: "good" }),
    );
    assert.equal(Metrics.length, 1);
    const missing = fetchResults({ ...bucket, name: "nowhere" }, scratch());
    await assert.rejects(missing, /^Error: s3 GetObject of nowhere failed: NoSuchBucket/);
    const data = metricData(result, verdict) as readonly {
      MetricName: string;
      Value: number;
      Dimensions: readonly { Name: string; Value: string }[];
    }[];
    assert.equal(data.find(({ MetricName }) => MetricName === "good")?.Value, 1);
    assert.ok(data.some(({ MetricName }) => MetricName === "requests per vCPU second"));
    assert.ok(
      data.every(({ Dimensions }) =>
        ["Release", "Commit"].every((name) => Dimensions.some((one) => one.Name === name)),
      ),
    );
    rmSync(folder, { recursive: true });
  });
});

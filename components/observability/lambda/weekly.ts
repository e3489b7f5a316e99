/**
 * The week in figures: the objectives, their results, and the running release compared with those before it. The data
 * are hourly points of CloudWatch, which keeps them for 455 days. The state is in the bucket: the list of
 * releases, and the report of last week.
 */
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReportedActions, ReportSettings } from "../weeklyReport";
import { day, fetchAll, type GetMetricData, hour, iso, kept, performance, type Performance, queries } from "./figures";
import { overridesInLogs, overridesOf, type Start } from "./overrides";
import { actionsOn, asMarkdown, asText, type Report } from "./reportText";

export { queries };

export interface ReportWorld {
  readonly settings: ReportSettings;
  readonly getMetricData: GetMetricData;
  /** The web service's release, with the time of its deployment. */
  release(): Promise<{ readonly id: string; readonly deployedAt: number }>;
  /** What is open after incidents. */
  readonly actions: ReportedActions;
  /** Overrides with which tasks started, the newest first. */
  overrides(from: number, to: number): Promise<readonly Start[]>;
  /** A file of the bucket, or undefined when there is none. */
  read(key: string): Promise<string | undefined>;
  write(key: string, body: string, type: string): Promise<unknown>;
  publish(subject: string, text: string): Promise<unknown>;
  now(): number;
}

/** Two years of weeks. */
const keptReleases = 104;

/** Writes the report of the seven days before the current hour. */
export async function weekly(world: ReportWorld): Promise<void> {
  const { settings, getMetricData, release, actions, overrides, read, write, publish, now } = world;
  const to = Math.floor(now() / hour) * hour;
  const from = to - 7 * day;
  const longest = Math.max(...settings.objectives.map(({ windowDays }) => windowDays), 7);
  const data = await fetchAll(getMetricData, queries(settings), new Date(to - longest * day), new Date(to));
  const running = performance(data, settings, await release(), from, to);
  const releases = (JSON.parse((await read("reports/releases.json")) ?? "[]") as readonly Performance[]).filter(
    ({ to: end }) => end !== running?.to,
  );
  const before = running && releases.findLast(({ release: id }) => id !== running.release);
  const date = (time: number) => iso(time).slice(0, 10);
  const last = JSON.parse((await read(`reports/${date(from)}.json`)) ?? "{}") as Partial<Report>;
  const report: Report = {
    environment: settings.environment,
    week: { from: date(from), to: date(to) },
    objectives: settings.objectives.map((objective) => kept(data, objective, from, to)),
    release: running,
    before,
    overrides: overridesOf(await overrides(from, to), last.overrides ?? []),
    actions: actionsOn(date(to), actions),
  };
  const all = [...releases, ...(running === undefined ? [] : [running])].slice(-keptReleases);
  await write("reports/releases.json", `${JSON.stringify(all, undefined, 1)}\n`, "application/json");
  await write(`reports/${report.week.to}.json`, `${JSON.stringify(report, undefined, 1)}\n`, "application/json");
  await write(`reports/${report.week.to}.md`, asMarkdown(report, all), "text/markdown; charset=utf-8");
  await publish(`Weekly report, ${report.week.from} to ${report.week.to}`, asText(report));
}

function lambdaWorld(env: Readonly<Record<string, string | undefined>>): ReportWorld {
  const [cloudWatch, ecs, s3, sns] = [new CloudWatchClient({}), new ECSClient({}), new S3Client({}), new SNSClient({})];
  const logs = new CloudWatchLogsClient({});
  const settings = JSON.parse(env["SETTINGS"] ?? "") as ReportSettings;
  const { BUCKET: Bucket, TOPIC_ARN: TopicArn } = env;
  return {
    settings,
    // Its name is that of actionsFile: a bundle has no component in it.
    actions: JSON.parse(readFileSync(join(env["LAMBDA_TASK_ROOT"] ?? "", "actions.json"), "utf8")) as ReportedActions,
    getMetricData: (input) => cloudWatch.send(new GetMetricDataCommand(input)),
    async release() {
      const { cluster, service } = settings;
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const primary = services[0]?.deployments?.find(({ status }) => status === "PRIMARY");
      if (primary?.createdAt === undefined) {
        throw new Error(`ECS service ${service} of cluster ${cluster} has no primary deployment.`);
      }
      const { taskDefinition = {} } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: primary.taskDefinition }),
      );
      return { id: releaseOf(taskDefinition), deployedAt: primary.createdAt.getTime() };
    },
    overrides: (from, to) => overridesInLogs(logs, settings.logGroups, from, to),
    async read(Key) {
      try {
        return await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    write: (Key, Body, ContentType) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType })),
    publish: (Subject, Message) => sns.send(new PublishCommand({ TopicArn, Subject, Message })),
    now: Date.now,
  };
}

/** Twelve digits of the image's digest, or its tag: all containers of a task have the same image. */
export function releaseOf(taskDefinition: {
  readonly containerDefinitions?: readonly { readonly image?: string | undefined }[] | undefined;
}): string {
  const image = taskDefinition.containerDefinitions?.[0]?.image ?? "";
  return /@sha256:([0-9a-f]{12})/.exec(image)?.[1] ?? image.slice(image.lastIndexOf("/") + 1);
}

export async function handler(): Promise<void> {
  await weekly(lambdaWorld(process.env));
}

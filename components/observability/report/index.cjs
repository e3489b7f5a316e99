"use strict";

/**
 * The week in figures: what was promised, what was kept, and how the running release compares with those before it.
 * From hourly points of CloudWatch, which keeps them for 455 days. Its state is one file in the bucket, the list of
 * releases.
 */

const hour = 3_600_000;
const day = 24 * hour;
const round = (value, digits) => Number(value.toFixed(digits));
const iso = (time) => new Date(time).toISOString();
const date = (time) => iso(time).slice(0, 10);

/**
 * The series to ask for, by their ids:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
function queries({ namespace, objectives, cluster, service, loadBalancer, cacheNodes }) {
  const series = (Id, Namespace, MetricName, Stat, dimensions = {}) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace,
        MetricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: 3600,
      Stat,
    },
  });
  const tasks = { ClusterName: cluster, ServiceName: service };
  return [
    ...objectives.flatMap(({ pathClass }) => [
      series(`n_${pathClass}`, namespace, `${pathClass}.seconds`, "SampleCount"),
      series(`p95_${pathClass}`, namespace, `${pathClass}.seconds`, "p95"),
      series(`failed_${pathClass}`, namespace, `${pathClass}.failed`, "Sum"),
      series(`slow_${pathClass}`, namespace, `${pathClass}.slow`, "Sum"),
    ]),
    series("requests", "AWS/ApplicationELB", "RequestCount", "Sum", { LoadBalancer: loadBalancer }),
    series("cpu", "AWS/ECS", "CPUUtilization", "Average", tasks),
    series("tasks", "ECS/ContainerInsights", "RunningTaskCount", "Average", tasks),
    ...cacheNodes.map((node, index) =>
      series(`cache${index}`, "AWS/ElastiCache", "NetworkBytesOut", "Sum", { CacheClusterId: node }),
    ),
  ];
}

/**
 * All points, whatever pages they come on: per id a map from hour to value. @throws Error when CloudWatch could not
 * answer.
 */
async function fetch(getMetricData, asked, StartTime, EndTime) {
  const found = Object.fromEntries(asked.map(({ Id }) => [Id, new Map()]));
  let NextToken;
  do {
    const answer = await getMetricData({
      MetricDataQueries: asked,
      StartTime,
      EndTime,
      ...(NextToken && { NextToken }),
    });
    for (const { Id, Timestamps = [], Values = [], StatusCode } of answer.MetricDataResults ?? []) {
      if (StatusCode === "InternalError" || StatusCode === "Forbidden")
        throw new Error(`CloudWatch answers ${StatusCode} for ${Id}`);
      Timestamps.forEach((time, index) => found[Id].set(time.getTime(), Values[index]));
    }
    NextToken = answer.NextToken;
  } while (NextToken);
  return found;
}

function sum(series, from, to) {
  let total = 0;
  for (const [time, value] of series) if (time >= from && time < to) total += value;
  return total;
}

/** The mean of the hours, each by its number of requests: nearer to what people met than a mean of all hours alike. */
function weighted(series, weights, from, to) {
  let total = 0;
  let weight = 0;
  for (const [time, value] of series) {
    const by = weights.get(time) ?? 0;
    if (time < from || time >= to) continue;
    total += value * by;
    weight += by;
  }
  return weight === 0 ? undefined : total / weight;
}

/** One line of the promise: the week, and what is left of the error budget of the whole window. */
function kept(data, { pathClass, availabilityPercent, latencyPercent, latencySeconds, windowDays }, from, to) {
  const count = (name, since) => sum(data[`${name}_${pathClass}`], since, to);
  const share = (name, since) => (count("n", since) === 0 ? undefined : (100 * count(name, since)) / count("n", since));
  const left = (name, promised) => {
    const bad = share(name, to - windowDays * day);
    return bad === undefined ? undefined : round(100 * (1 - bad / (100 - promised)), 1);
  };
  const good = (name) => (share(name, from) === undefined ? undefined : round(100 - share(name, from), 3));
  return {
    pathClass,
    requests: count("n", from),
    availability: {
      promised: availabilityPercent,
      kept: good("failed"),
      budgetLeft: left("failed", availabilityPercent),
    },
    latency: {
      promised: latencyPercent,
      within: latencySeconds,
      kept: good("slow"),
      budgetLeft: left("slow", latencyPercent),
    },
    p95: p95(data, pathClass, from, to),
  };
}

function p95(data, pathClass, from, to) {
  const mean = weighted(data[`p95_${pathClass}`], data[`n_${pathClass}`], from, to);
  return mean === undefined ? undefined : round(mean, 3);
}

/** What the release costs and gives, in the hours since it was deployed; undefined when that is less than one. */
function performance(data, { objectives, taskVcpu, cacheNodes }, release, from, to) {
  const since = Math.max(from, Math.ceil(release.deployedAt / hour) * hour);
  if (since >= to) return undefined;
  const requests = sum(data.requests, since, to);
  let busy = 0;
  for (const [time, percent] of data.cpu) {
    if (time >= since && time < to) busy += (percent / 100) * (data.tasks.get(time) ?? 0) * taskVcpu * 3600;
  }
  const bytes = cacheNodes.reduce((total, _, index) => total + sum(data[`cache${index}`], since, to), 0);
  return {
    release: release.id,
    from: iso(since),
    to: iso(to),
    requests,
    requestsPerVcpuSecond: busy === 0 ? undefined : round(requests / busy, 2),
    cacheBytesPerRequest: requests === 0 ? undefined : Math.round(bytes / requests),
    p95: Object.fromEntries(objectives.map(({ pathClass }) => [pathClass, p95(data, pathClass, since, to)])),
  };
}

const shown = (value, unit = "") => (value === undefined ? "no data" : `${value}${unit}`);
const broken = ({ kept: share, promised }) => share !== undefined && share < promised;

/** Short enough for a mail and a chat message. */
function asText({ environment, week, objectives, release, before }) {
  const missed = objectives.filter(({ availability, latency }) => broken(availability) || broken(latency));
  const silent = objectives.every(({ requests }) => requests === 0);
  const lines = objectives.map(
    ({ pathClass, requests, availability, latency, p95: slow }) =>
      `${pathClass}: ${requests} requests, ${shown(availability.kept, " %")} answered (promised ${availability.promised} %), ` +
      `${shown(latency.kept, " %")} within ${latency.within} s (promised ${latency.promised} %), p95 ${shown(slow, " s")}; ` +
      `budget left ${shown(availability.budgetLeft, " %")} and ${shown(latency.budgetLeft, " %")}`,
  );
  return [
    silent
      ? "There were no requests in the access log's metrics, so nothing can be said."
      : missed.length === 0
        ? "All promises were kept."
        : `Not kept: ${missed.map(({ pathClass }) => pathClass).join(", ")}.`,
    "",
    ...lines,
    "",
    release === undefined
      ? "Release: deployed less than an hour ago, so not measured yet."
      : `Release ${release.release}: ${figures(release)}${before === undefined ? "" : `; before it ${before.release}: ${figures(before)}`}.`,
    `Week ${week.from} to ${week.to} of ${environment}.`,
  ].join("\n");
}

function figures({ requestsPerVcpuSecond, cacheBytesPerRequest, p95: classes }) {
  const slow = Object.entries(classes).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value} s`]));
  return `${shown(requestsPerVcpuSecond)} requests per vCPU second, ${shown(cacheBytesPerRequest)} cache bytes per request, p95 ${slow.join(", ") || "no data"}`;
}

function asMarkdown({ environment, week, objectives }, releases) {
  const cell = (value) => (value === undefined ? "" : String(value));
  const row = (cells) => `| ${cells.map(cell).join(" | ")} |`;
  const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)];
  const classes = objectives.map(({ pathClass }) => pathClass);
  return [
    `# ${environment}, ${week.from} to ${week.to}`,
    "",
    ...table(
      [
        "class",
        "requests",
        "answered %",
        "promised %",
        "budget left %",
        "in time %",
        "promised %",
        "within s",
        "budget left %",
        "p95 s",
      ],
      objectives.map(({ pathClass, requests, availability: a, latency: l, p95: slow }) => [
        pathClass,
        requests,
        a.kept,
        a.promised,
        a.budgetLeft,
        l.kept,
        l.promised,
        l.within,
        l.budgetLeft,
        slow,
      ]),
    ),
    "",
    "## Releases",
    "",
    ...table(
      [
        "release",
        "from",
        "to",
        "requests",
        "requests per vCPU second",
        "cache bytes per request",
        ...classes.map((name) => `p95 ${name} s`),
      ],
      releases.map((one) => [
        one.release,
        one.from,
        one.to,
        one.requests,
        one.requestsPerVcpuSecond,
        one.cacheBytesPerRequest,
        ...classes.map((name) => one.p95[name]),
      ]),
    ),
    "",
  ].join("\n");
}

/** Two years of weeks. */
const keptReleases = 104;

/** Writes the report of the seven days before the current hour. @param world see lambdaWorld */
async function weekly({ settings, getMetricData, release, read, write, publish, now }) {
  const to = Math.floor(now() / hour) * hour;
  const from = to - 7 * day;
  const longest = Math.max(...settings.objectives.map(({ windowDays }) => windowDays), 7);
  const data = await fetch(getMetricData, queries(settings), new Date(to - longest * day), new Date(to));
  const running = performance(data, settings, await release(), from, to);
  const releases = JSON.parse((await read("reports/releases.json")) ?? "[]").filter(
    ({ to: end }) => end !== running?.to,
  );
  const before = running && releases.findLast(({ release: id }) => id !== running.release);
  const report = {
    environment: settings.environment,
    week: { from: date(from), to: date(to) },
    objectives: settings.objectives.map((objective) => kept(data, objective, from, to)),
    release: running,
    before,
  };
  const all = [...releases, ...(running === undefined ? [] : [running])].slice(-keptReleases);
  await write("reports/releases.json", `${JSON.stringify(all, undefined, 1)}\n`, "application/json");
  await write(`reports/${report.week.to}.json`, `${JSON.stringify(report, undefined, 1)}\n`, "application/json");
  await write(`reports/${report.week.to}.md`, asMarkdown(report, all), "text/markdown; charset=utf-8");
  await publish(`Weekly report, ${report.week.from} to ${report.week.to}`, asText(report));
}

/** The world as Lambda has it; the SDK is part of the runtime. */
function lambdaWorld(env) {
  const { CloudWatchClient, GetMetricDataCommand } = require("@aws-sdk/client-cloudwatch");
  const { ECSClient, DescribeServicesCommand, DescribeTaskDefinitionCommand } = require("@aws-sdk/client-ecs");
  const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");
  const { SNSClient, PublishCommand } = require("@aws-sdk/client-sns");
  const [cloudWatch, ecs, s3, sns] = [new CloudWatchClient({}), new ECSClient({}), new S3Client({}), new SNSClient({})];
  const settings = JSON.parse(env.SETTINGS);
  const Bucket = env.BUCKET;
  return {
    settings,
    getMetricData: (input) => cloudWatch.send(new GetMetricDataCommand(input)),
    async release() {
      const { cluster, service } = settings;
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
      const primary = services[0].deployments.find(({ status }) => status === "PRIMARY");
      const { taskDefinition } = await ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: primary.taskDefinition }),
      );
      return { id: releaseOf(taskDefinition), deployedAt: primary.createdAt.getTime() };
    },
    async read(Key) {
      try {
        return await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToString();
      } catch (error) {
        if (error.name === "NoSuchKey") return undefined;
        throw error;
      }
    },
    write: (Key, Body, ContentType) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType })),
    publish: (Subject, Message) => sns.send(new PublishCommand({ TopicArn: env.TOPIC_ARN, Subject, Message })),
    now: Date.now,
  };
}

/** Twelve digits of the image's digest, or its tag: all containers of a task have the one image. */
function releaseOf({ containerDefinitions }) {
  const { image } = containerDefinitions[0];
  return /@sha256:([0-9a-f]{12})/.exec(image)?.[1] ?? image.split("/").pop();
}

async function handler() {
  await weekly(lambdaWorld(process.env));
}

module.exports = { handler, queries, releaseOf, weekly };

import type { GetMetricDataCommandOutput } from "@aws-sdk/client-cloudwatch";
import type { SloDefinition } from "../definition";
import type { ReportSettings } from "../weeklyReport";

export const hour = 3_600_000;
export const day = 24 * hour;
export const iso = (time: number): string => new Date(time).toISOString();
const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** One series to ask CloudWatch for. */
export interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export interface Page {
  readonly MetricDataQueries: Query[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string;
}

export type GetMetricData = (
  page: Page,
) => Promise<Pick<GetMetricDataCommandOutput, "MetricDataResults" | "NextToken">>;

/**
 * The series to ask for, by their ids:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function queries(settings: ReportSettings): Query[] {
  const { namespace, objectives, cluster, service, loadBalancer, cacheNodes } = settings;
  const series = (
    Id: string,
    Namespace: string,
    MetricName: string,
    Stat: string,
    dimensions: Readonly<Record<string, string>> = {},
  ): Query => ({
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

/** One series: from hour to value. */
type Points = ReadonlyMap<number, number>;
/** By the ids of the queries. */
export type Data = (id: string) => Points;

/** All points, from all pages of the answer. @throws Error when CloudWatch could not answer */
export async function fetchAll(getMetricData: GetMetricData, asked: Query[], from: Date, to: Date): Promise<Data> {
  const found = new Map(asked.map(({ Id }) => [Id, new Map<number, number>()]));
  const points = (id: string): Map<number, number> => {
    const own = found.get(id);
    if (own === undefined) throw new Error(`CloudWatch was not asked for ${id}`);
    return own;
  };
  let NextToken: string | undefined;
  do {
    const answer = await getMetricData({
      MetricDataQueries: asked,
      StartTime: from,
      EndTime: to,
      ...(NextToken && { NextToken }),
    });
    for (const { Id = "", Timestamps = [], Values = [], StatusCode } of answer.MetricDataResults ?? []) {
      if (StatusCode === "InternalError" || StatusCode === "Forbidden")
        throw new Error(`CloudWatch answers ${StatusCode} for ${Id}`);
      const own = points(Id);
      Timestamps.forEach((time, index) => own.set(time.getTime(), Values[index] ?? 0));
    }
    NextToken = answer.NextToken;
  } while (NextToken);
  return points;
}

function sum(series: Points, from: number, to: number): number {
  let total = 0;
  for (const [time, value] of series) if (time >= from && time < to) total += value;
  return total;
}

/** The mean of the hours, weighted by their requests: closer to the users' experience than a plain mean. */
function weighted(series: Points, weights: Points, from: number, to: number): number | undefined {
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

function p95(data: Data, pathClass: string, from: number, to: number): number | undefined {
  const mean = weighted(data(`p95_${pathClass}`), data(`n_${pathClass}`), from, to);
  return mean === undefined ? undefined : round(mean, 3);
}

/** A promised share, in percent. */
export interface Share {
  readonly promised: number;
  /** Undefined without requests, like the rest of the error budget. */
  readonly kept: number | undefined;
  readonly budgetLeft: number | undefined;
}

/** One objective: the week, and the error budget left of the whole window. */
export interface Objective {
  readonly pathClass: string;
  readonly requests: number;
  readonly availability: Share;
  readonly latency: Share & { readonly within: number };
  readonly p95: number | undefined;
}

export function kept(data: Data, objective: SloDefinition, from: number, to: number): Objective {
  const { pathClass, availabilityPercent, latencyPercent, latencySeconds, windowDays } = objective;
  const count = (name: string, since: number) => sum(data(`${name}_${pathClass}`), since, to);
  /** In percent. */
  const share = (name: string, since: number) => {
    const all = count("n", since);
    return all === 0 ? undefined : (100 * count(name, since)) / all;
  };
  const promise = (name: string, promised: number): Share => {
    const [week, whole] = [share(name, from), share(name, to - windowDays * day)];
    return {
      promised,
      kept: week === undefined ? undefined : round(100 - week, 3),
      budgetLeft: whole === undefined ? undefined : round(100 * (1 - whole / (100 - promised)), 1),
    };
  };
  const { promised, ...latency } = promise("slow", latencyPercent);
  return {
    pathClass,
    requests: count("n", from),
    availability: promise("failed", availabilityPercent),
    latency: { promised, within: latencySeconds, ...latency },
    p95: p95(data, pathClass, from, to),
  };
}

/** Load, speed and efficiency of one release. */
export interface Performance {
  readonly release: string;
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly requestsPerVcpuSecond?: number | undefined;
  readonly cacheBytesPerRequest?: number | undefined;
  /** By class of path. */
  readonly p95: Readonly<Record<string, number | undefined>>;
}

/** Figures since the release was deployed; undefined within its first hour. */
export function performance(
  data: Data,
  { objectives, taskVcpu, cacheNodes }: ReportSettings,
  release: { readonly id: string; readonly deployedAt: number },
  from: number,
  to: number,
): Performance | undefined {
  const since = Math.max(from, Math.ceil(release.deployedAt / hour) * hour);
  if (since >= to) return undefined;
  const requests = sum(data("requests"), since, to);
  const tasks = data("tasks");
  let busy = 0;
  for (const [time, percent] of data("cpu")) {
    if (time >= since && time < to) busy += (percent / 100) * (tasks.get(time) ?? 0) * taskVcpu * 3600;
  }
  const bytes = cacheNodes.reduce((total, _, index) => total + sum(data(`cache${index}`), since, to), 0);
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

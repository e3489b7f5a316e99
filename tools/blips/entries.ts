import { type PathClass } from "../../components/lib/pathClasses";

/**
 * Sources of answer times, the best first: nginx knows PHP's time, while the edge's also contains the viewer's slow
 * line.
 */
export const requestSources = ["nginx", "alb", "cloudfront"] as const;
export type RequestSource = (typeof requestSources)[number];

/** One answered request. Times are seconds since 1970 throughout. */
export interface RequestEntry {
  readonly type: "request";
  readonly source: RequestSource;
  /** When the answer was sent. */
  readonly at: number;
  readonly pathClass: PathClass;
  readonly seconds: number;
  readonly status: number;
}

export const eventKinds = [
  "deployment",
  "deployment-failed",
  "scaling",
  "capacity-lost",
  "database-failover",
  "cache-failover",
  "cache-purge",
  "long-task",
  "scheduled-task",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** Something that happened to the platform. */
export interface EventEntry {
  readonly type: "event";
  readonly kind: EventKind;
  readonly at: number;
  /** When it was over; tasks only. */
  readonly until?: number;
  readonly detail: string;
}

/** A value of a metric, by its id in {@link metricNames}. */
export interface MetricEntry {
  readonly type: "metric";
  readonly id: string;
  readonly at: number;
  readonly value: number;
}

export type Entry = RequestEntry | EventEntry | MetricEntry;

/** A line that was understood but is of no use, with the reason. */
export interface Skipped {
  readonly type: "skipped";
  readonly reason: string;
}

/** Result for one line: entries, nothing of use, or (undefined) an unknown line. */
export type Parsed = readonly Entry[] | Skipped | undefined;

export const skipped = (reason: string): Skipped => ({ type: "skipped", reason });

/**
 * Metrics that causes are judged by. The ids are those to be given to `aws cloudwatch get-metric-data`, which puts them into its
 * answer. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export const metricNames: Readonly<Record<string, string>> = {
  db_cpu: "database: CPUUtilization, percent",
  db_connections: "database: DatabaseConnections",
  db_acu: "database: ACUUtilization, percent",
  db_deadlocks: "database: Deadlocks per second",
  sessions_evictions: "sessions cache: Evictions",
  sessions_memory: "sessions cache: DatabaseMemoryUsagePercentage",
  sessions_cpu: "sessions cache: EngineCPUUtilization, percent",
  cache_evictions: "application cache: Evictions",
  cache_misses: "application cache: CacheMisses",
  cache_cpu: "application cache: EngineCPUUtilization, percent",
  files_io: "shared files: PercentIOLimit",
  files_throughput: "shared files: throughput used, percent",
  tasks_running: "web tasks that run",
  tasks_cpu: "web tasks: CPUUtilization, percent",
  waf_blocked: "firewall: requests blocked",
};

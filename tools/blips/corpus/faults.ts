import { type PathClass, pathClasses } from "../../../components/lib/pathClasses";
import { type Dice } from "./signals";

/** Signs of one cause's blip in the logs. Minutes count from its start. */
export interface Fault {
  readonly cause: string;
  readonly classes: readonly PathClass[];
  /** Answer times are multiplied by up to this. */
  readonly factor: readonly [number, number];
  readonly minutes: readonly [number, number];
  /** Share of requests that fail at the worst. */
  readonly errors?: number;
  /** Requests are multiplied by this. */
  readonly load?: readonly [number, number];
  /** Metrics while it lasts. */
  readonly metrics?: Readonly<Record<string, readonly [number, number]>>;
  /** Lines that say what happened. */
  readonly events?: (
    dice: Dice,
    minutes: number,
  ) => readonly { readonly minute: number; readonly record: Record<string, unknown> }[];
}

const all = pathClasses;
const pages: readonly PathClass[] = ["login", "dashboard", "course", "quiz", "service", "other"];

export const deployment = {
  "detail-type": "ECS Deployment State Change",
  detail: { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS", reason: "ECS deployment ecs-svc/1 in progress." },
};
export const scaling = {
  "detail-type": "Application Auto Scaling Scaling Activity State Change",
  detail: { Cause: "monitor alarm TargetTracking in state ALARM" },
};
export const lostTask = {
  "detail-type": "ECS Task State Change",
  detail: { lastStatus: "STOPPED", stoppedReason: "Essential container exited: OutOfMemoryError" },
};
export const purge = { log: "event", kind: "cache-purge", detail: "themerev, jsrev" };
export const task = (kind: "adhoc" | "scheduled", seconds: number, type: string) => ({
  log: "task",
  kind,
  type,
  class: `a\\task\\${type}`,
  seconds,
  result: "done",
});

const once =
  (record: Record<string, unknown>, from: number, to: number): Fault["events"] =>
  (dice) => [{ minute: dice.between(from, to), record }];

/**
 * One row for each cause of causes.ts, written from how the parts work and apart from the weights there: a row says what
 * happens, not what is looked for. Metrics that a fault moves are more than those that its cause is judged by.
 */
export const faults: readonly Fault[] = [
  {
    cause: "deployment",
    classes: pages,
    factor: [2, 4],
    minutes: [5, 15],
    metrics: { cache_misses: [400, 900], tasks_cpu: [55, 75] },
    events: once(deployment, -8, 0),
  },
  {
    cause: "load",
    classes: all,
    factor: [2.5, 6],
    minutes: [8, 25],
    load: [2, 3.5],
    metrics: { tasks_cpu: [85, 99], db_cpu: [45, 70], db_connections: [130, 220], cache_misses: [500, 900] },
    events: (dice) => [2, 5].map((minute) => ({ minute: minute + dice.between(0, 2), record: scaling })),
  },
  {
    cause: "capacity-lost",
    classes: all,
    factor: [2, 4],
    minutes: [5, 12],
    errors: 0.06,
    metrics: { tasks_running: [3, 4], tasks_cpu: [65, 90] },
    events: once(lostTask, -2, 0),
  },
  {
    cause: "database-failover",
    classes: pages,
    factor: [3, 8],
    minutes: [4, 8],
    errors: 0.5,
    metrics: { db_connections: [10, 40] },
    events: once(
      {
        "detail-type": "RDS DB Cluster Event",
        detail: { Message: "Started cross AZ failover to DB instance", EventID: "RDS-EVENT-0073" },
      },
      -1,
      1,
    ),
  },
  {
    cause: "database-load",
    classes: pages,
    factor: [2.5, 6],
    minutes: [8, 25],
    metrics: { db_cpu: [88, 99], db_connections: [170, 300], db_acu: [85, 100], db_deadlocks: [0.5, 3] },
  },
  {
    cause: "long-task",
    classes: pages,
    factor: [2, 5],
    minutes: [8, 25],
    metrics: { db_cpu: [60, 90] },
    events: (dice, minutes) => [
      { minute: minutes + dice.between(0, 1.5), record: task("adhoc", 60 * (minutes + dice.between(0, 3)), "regrade") },
    ],
  },
  {
    cause: "scheduled-task",
    classes: pages,
    factor: [2, 4],
    minutes: [6, 20],
    metrics: { db_cpu: [55, 85] },
    events: (dice, minutes) => [
      {
        minute: minutes + dice.between(0, 1.5),
        record: task("scheduled", 60 * (minutes + dice.between(0, 3)), "statistics"),
      },
    ],
  },
  {
    cause: "cache-purge",
    classes: pages,
    factor: [2.5, 6],
    minutes: [5, 12],
    metrics: { cache_misses: [1500, 6000], cache_cpu: [30, 60], db_cpu: [45, 75], tasks_cpu: [60, 90] },
    events: once(purge, -1, 1),
  },
  {
    cause: "sessions-cache",
    classes: pages,
    factor: [2, 5],
    minutes: [8, 25],
    errors: 0.02,
    metrics: { sessions_evictions: [20, 400], sessions_memory: [92, 100], sessions_cpu: [30, 80] },
  },
  {
    cause: "application-cache",
    classes: pages,
    factor: [2, 4],
    minutes: [8, 25],
    metrics: { cache_evictions: [200, 900], cache_cpu: [75, 98], cache_misses: [600, 1500], db_cpu: [40, 60] },
  },
  {
    cause: "cache-failover",
    classes: pages,
    factor: [3, 8],
    minutes: [4, 8],
    errors: 0.2,
    metrics: { cache_misses: [400, 2000] },
    events: once(
      { "detail-type": "ElastiCache Event", detail: { Message: "Failover complete from primary node to replica" } },
      -1,
      1,
    ),
  },
  {
    cause: "shared-files",
    classes: ["file", "file", "other"],
    factor: [5, 15],
    minutes: [8, 25],
    metrics: { files_io: [92, 100], files_throughput: [85, 100] },
  },
  {
    cause: "attack",
    classes: ["login", "other", "service"],
    factor: [2.5, 5],
    minutes: [6, 20],
    load: [1.3, 2.2],
    metrics: { tasks_cpu: [60, 90] },
  },
];

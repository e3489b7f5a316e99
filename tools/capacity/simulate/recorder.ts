import type { Values } from "../measured";
import type { Trace } from "../trace";
import type { Backend } from "./backend";
import type { Fleet } from "./fleet";
import type { Histogram } from "../../lib/histogram";
import type { Platform } from "./platform";
import type { Datapoints } from "./scaler";

/** One minute of a run. */
export interface Minute {
  readonly arrived: number;
  /** Refused, unanswered, too late, answered with an error, or lost with a zone. */
  readonly failed: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  readonly tasks: number;
  readonly desired: number;
  readonly instances: number;
  /** Requests a second that the healthy tasks could compute, at the mix of this minute. */
  readonly capacity: number;
  readonly cpu: number;
  readonly database: number;
  readonly acu: number;
  readonly connections: number;
  readonly violates: boolean;
}

export interface Result {
  readonly trace: string;
  readonly minutes: readonly Minute[];
  readonly violatingMinutes: number;
  readonly arrived: number;
  readonly failed: number;
  readonly completed: number;
  readonly refused: number;
  readonly held: number;
  readonly lost: number;
  readonly inFlight: number;
  /** Longest stretch in which the load needed more CPU than the healthy tasks had. */
  readonly secondsShort: number;
  /** Longest time from a scaling decision to the last healthy task that it asked for. */
  readonly slowestStartSeconds: number;
  readonly peakConnections: number;
  readonly usage: Usage;
}

/** Use of everything that has a price and changes with the load. */
export interface Usage {
  readonly seconds: number;
  readonly instanceSeconds: number;
  readonly poolSeconds: number;
  readonly taskSeconds: number;
  readonly acuSeconds: number;
}

/** Counts during a run and turns the counts into minutes. */
export class Recorder {
  arrived = 0;
  routed = 0;
  refused = 0;
  held = 0;
  late = 0;
  failed = 0;
  private readonly rows: Minute[] = [];
  private readonly busy: Float64Array;
  private readonly requests: (number | undefined)[] = [];
  private readonly utilisation: (number | undefined)[] = [];
  private seen = { arrived: 0, routed: 0, failed: 0 };
  private sums = emptySums();
  private usage = { instanceSeconds: 0, poolSeconds: 0, taskSeconds: 0, acuSeconds: 0 };
  private load = 0;
  private short = 0;
  private secondsShort = 0;
  private peakConnections = 0;

  constructor(
    private readonly length: number,
    private readonly platform: Platform,
    private readonly values: Values,
  ) {
    // Work that is still queued when the trace ends runs after its last minute.
    this.busy = new Float64Array(length / 60 + 120);
  }

  /** CPU seconds, in the minute in which they begin. */
  cpu(from: number, seconds: number): void {
    const minute = Math.min(this.busy.length - 1, Math.floor(from / 60));
    this.busy[minute]! += seconds;
  }

  second(fleet: Fleet, desired: number, connections: number, backend: Backend): void {
    const { sums, usage } = this;
    const healthy = fleet.alive().length;
    sums.targets += fleet.targets.length;
    sums.tasks += healthy;
    sums.desired = desired;
    sums.instances = fleet.cluster?.instances.length ?? 0;
    sums.database = Math.max(sums.database, backend.load);
    sums.acu = backend.acu;
    sums.connections = Math.max(sums.connections, connections);
    this.peakConnections = Math.max(this.peakConnections, connections);
    usage.instanceSeconds += sums.instances;
    usage.poolSeconds += fleet.cluster?.poolSize ?? 0;
    usage.taskSeconds += fleet.billedTasks;
    usage.acuSeconds += backend.acu;
    // Ten seconds' mean, so that a burst of a second is no shortage.
    const short = this.load > healthy * this.platform.web.vcpus;
    this.short = short ? this.short + 1 : 0;
    this.secondsShort = Math.max(this.secondsShort, this.short);
  }

  offered(rate: number, cpuSeconds: number): void {
    this.load += (cpuSeconds - this.load) / 10;
    this.sums.rate += rate;
    this.sums.cpu += cpuSeconds;
  }

  endMinute(minute: number, latencies: Histogram, lost: number): void {
    const { sums, platform, values } = this;
    const failedNow = this.refused + this.held + this.late + this.failed + lost;
    const arrived = this.arrived - this.seen.arrived;
    const failed = failedNow - this.seen.failed;
    const tasks = sums.tasks / 60;
    const quantile = latencies.quantile(values.sloPercentile / 100);
    const perRequest = sums.rate > 0 ? sums.cpu / sums.rate : 0;
    this.rows.push({
      arrived,
      failed,
      p50: latencies.quantile(0.5),
      p95: latencies.quantile(0.95),
      p99: latencies.quantile(0.99),
      tasks,
      desired: sums.desired,
      instances: sums.instances,
      capacity: perRequest > 0 ? (tasks * platform.web.vcpus) / perRequest : 0,
      cpu: tasks > 0 ? this.busy[minute]! / (tasks * 60 * platform.web.vcpus) : 0,
      database: sums.database,
      acu: sums.acu,
      connections: sums.connections,
      violates: arrived > 0 && (failed > values.sloFailedShare * arrived || (quantile ?? 0) > values.sloSeconds),
    });
    const targets = sums.targets / 60;
    const routed = this.routed - this.seen.routed;
    this.requests.push(routed > 0 && targets > 0 ? routed / targets : undefined);
    this.utilisation.push(tasks > 0 ? Math.min(100, this.rows.at(-1)!.cpu * 100) : undefined);
    this.seen = { arrived: this.arrived, routed: this.routed, failed: failedNow };
    this.sums = emptySums();
  }

  /** Data that alarms see at the beginning of a minute. */
  datapoints(minute: number, lag: number): Datapoints {
    const end = Math.max(0, minute - Math.floor(lag / 60));
    const from = Math.max(0, end - 60);
    return { requests: this.requests.slice(from, end), cpu: this.utilisation.slice(from, end) };
  }

  result(trace: Trace, fleet: Fleet): Result {
    const all = [...fleet.targets, ...fleet.draining].filter((task) => !task.dead);
    const inFlight = all.reduce((sum, task) => sum + task.station.outstanding(this.length), 0);
    const completed = all.reduce((sum, task) => sum + task.station.completed, fleet.completedByGone);
    return {
      trace: trace.name,
      minutes: this.rows,
      violatingMinutes: this.rows.filter((row) => row.violates).length,
      arrived: this.arrived,
      failed: this.refused + this.held + this.late + this.failed + fleet.lost,
      completed,
      refused: this.refused,
      held: this.held,
      lost: fleet.lost,
      inFlight,
      secondsShort: this.secondsShort,
      slowestStartSeconds: fleet.slowestStart,
      peakConnections: this.peakConnections,
      usage: { seconds: this.length, ...this.usage },
    };
  }
}

function emptySums() {
  return { targets: 0, tasks: 0, desired: 0, instances: 0, database: 0, acu: 0, connections: 0, rate: 0, cpu: 0 };
}

import type { Delays } from "../delays";
import { pages, type Values } from "../measured";
import { type PageClass, pageClasses } from "../pageClasses";
import { ratesBySecond, type Trace } from "../trace";
import { Backend } from "./backend";
import { Fleet } from "./fleet";
import { Histogram } from "../../lib/histogram";
import type { Platform } from "./platform";
import { logNormalTable, Random } from "../../lib/random";
import { Recorder, type Result } from "./recorder";
import { Scaler } from "./scaler";

export interface SimulationInput {
  readonly platform: Platform;
  readonly trace: Trace;
  readonly seed: number;
  readonly values: Values;
  readonly delays: Delays;
  /** CPU time of every page class, relative to measured.ts: for sensitivity. */
  readonly cpuFactor?: number;
  readonly databaseFactor?: number;
  readonly loadFactor?: number;
}

interface ClassCost {
  readonly cpuSeconds: number;
  readonly databaseSeconds: number;
  readonly waitSeconds: number;
  readonly commands: number;
  readonly mib: number;
}

/**
 * One trace on one platform. Requests are exact events, one by one; control (scaling, placement, health) moves in seconds;
 * database and caches are fluid. Time grows with the number of requests: some 300 ns each.
 */
export function simulate(input: SimulationInput): Result {
  const { platform, trace, values, delays } = input;
  const random = new Random(input.seed);
  const factors = logNormalTable(values.cpuVariation);
  const costs = pageClasses.map((name) => costOf(name, input));
  const rates = ratesBySecond(trace, input.loadFactor ?? 1);
  const width = pageClasses.length;
  const backend = new Backend(platform.database, values, delays);
  const fleet = new Fleet(platform, values, delays, random);
  const scaler = new Scaler(platform.policies, platform.web.minTasks, platform.web.maxTasks, delays);
  const recorder = new Recorder(trace.seconds, platform, values);
  const latencies = new Histogram();
  const actions = [...platform.scheduled].sort((a, b) => a.at - b.at);

  const apply = (now: number): void => {
    while (actions.length > 0 && actions[0]!.at <= now) {
      const { target, min, max } = actions.shift()!;
      if (target === "web") {
        scaler.bounds(min, max);
      } else if (min !== undefined) {
        fleet.cluster?.setMin(now, min);
      }
    }
  };
  apply(0);
  scaler.bounds(Math.max(scaler.min, startingTasks(rates, width, platform, scaler)), undefined);
  scaler.min = Math.min(scaler.min, scaler.desired);
  fleet.settle(scaler.desired);
  scaler.min = lastMin(platform, 0);

  for (let second = 0; second < trace.seconds; second += 1) {
    apply(second);
    zoneLoss(trace, second, fleet, backend, platform, delays);
    fleet.advance(second);
    if (second > 0 && second % 60 === 0) {
      const minute = second / 60;
      const fulfilled = fleet.alive().length >= scaler.desired;
      recorder.endMinute(minute - 1, latencies, fleet.lost);
      latencies.clear();
      scaler.evaluate(second, recorder.datapoints(minute, delays.metricLag), fulfilled);
    }
    fleet.ensure(second, scaler.desired);
    if (second % 60 === 30) {
      scaleCluster(second, fleet, scaler, platform);
    }
    const connections = fleet.connections(second) + platform.workerConnections;
    recorder.second(fleet, scaler.desired, connections, backend);

    // Arrivals of this second: a Poisson process with a rate for each class.
    const row = second * width;
    let total = 0;
    let offered = 0;
    for (let index = 0; index < width; index += 1) {
      total += rates[row + index]!;
      offered += rates[row + index]! * costs[index]!.cpuSeconds;
    }
    recorder.offered(total, offered);
    let now = second;
    while (total > 0) {
      now += random.exponential(1 / total);
      if (now >= second + 1) {
        break;
      }
      let pick = random.uniform() * total;
      let index = 0;
      while (index < width - 1 && pick >= rates[row + index]!) {
        pick -= rates[row + index]!;
        index += 1;
      }
      const cost = costs[index]!;
      const task = connections < platform.maxConnections ? fleet.choose(now) : undefined;
      recorder.arrived += 1;
      if (task === undefined) {
        recorder.refused += 1;
        continue;
      }
      recorder.routed += 1;
      if (task.dead) {
        task.station.hold(now + delays.connectTimeout);
        recorder.held += 1;
        latencies.add(delays.connectTimeout);
        continue;
      }
      let cpu = cost.cpuSeconds * factors[random.uint32() >>> 20]!;
      if (!task.served) {
        // The first request of a task compiles what all later ones share.
        cpu += values.coldStartSeconds;
        task.served = true;
      }
      const down = now < backend.downUntil;
      const wait = down
        ? Math.min(delays.databaseWait, backend.downUntil - now)
        : cost.waitSeconds +
          cost.databaseSeconds * backend.databaseStretch +
          backend.databaseBacklogSeconds +
          backend.cacheDelaySeconds;
      const end = task.station.offer(now, cpu, wait);
      if (end < 0) {
        recorder.refused += 1;
        continue;
      }
      recorder.cpu(task.station.cpuFrom, task.station.cpuSeconds);
      const latency = end - now;
      if (down && backend.downUntil - now > delays.databaseWait) {
        recorder.failed += 1;
      } else if (latency > platform.requestTimeoutSeconds) {
        recorder.late += 1;
      } else if (!down) {
        backend.request(task.station.cpuFrom, cost.databaseSeconds, cost.commands, cost.mib);
      }
      latencies.add(Math.min(latency, platform.requestTimeoutSeconds));
    }
    backend.tick();
  }
  recorder.endMinute(trace.seconds / 60 - 1, latencies, fleet.lost);
  return recorder.result(trace, fleet);
}

function costOf(name: PageClass, { values, cpuFactor = 1, databaseFactor = 1 }: SimulationInput): ClassCost {
  const cost = pages[name];
  return {
    cpuSeconds: (cost.cpuMs.value * cpuFactor) / 1000,
    databaseSeconds: (cost.databaseMs.value * databaseFactor) / 1000,
    waitSeconds: ((cost.queries + cost.redisCommands) * values.roundTripMs + 0.1 * values.fileSystemMs) / 1000,
    commands: cost.redisCommands,
    mib: (cost.redisKib + values.sessionKib) / 1024,
  };
}

/** The number of tasks that the first second's load would keep. */
function startingTasks(rates: Float64Array, width: number, platform: Platform, scaler: Scaler): number {
  const rate = rates.slice(0, width).reduce((sum, value) => sum + value, 0);
  const requests = platform.policies.find((policy) => policy.kind === "target" && policy.metric === "requests");
  const wanted = requests?.kind === "target" ? Math.ceil((rate * 60) / requests.target) : 0;
  return Math.min(scaler.max, wanted);
}

/** The minimum that scheduled actions have left in force at a time. */
function lastMin(platform: Platform, at: number): number {
  const set = platform.scheduled.filter(
    (action) => action.target === "web" && action.at <= at && action.min !== undefined,
  );
  return set.sort((a, b) => a.at - b.at).at(-1)?.min ?? platform.web.minTasks;
}

function scaleCluster(now: number, fleet: Fleet, scaler: Scaler, platform: Platform): void {
  const waiting = Math.max(0, scaler.desired - fleet.alive().length - fleet.starting.length - fleet.unseen);
  const pending = [...new Array<Platform["web"]>(waiting).fill(platform.web), ...fleet.pendingWorkers()];
  fleet.cluster?.scale(now, pending);
}

function zoneLoss(trace: Trace, now: number, fleet: Fleet, backend: Backend, platform: Platform, delays: Delays): void {
  for (const event of trace.events) {
    if (event.kind !== "zone-loss") {
      continue;
    }
    const { intervalSeconds, unhealthy } = platform.health;
    if (now === Math.floor(event.at)) {
      fleet.loseZone(event.zone % platform.zones, now);
      backend.downUntil = event.writer ? now + delays.failover : backend.downUntil;
    } else if (now === Math.floor(event.at) + intervalSeconds * unhealthy) {
      fleet.dropDead(now);
    } else if (now === Math.floor(event.at) + delays.zoneLossSeen) {
      fleet.unseen = 0;
      fleet.cluster?.replaceLost(now);
    }
  }
}

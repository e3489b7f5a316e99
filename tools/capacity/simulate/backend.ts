import type { Delays } from "../delays";
import type { Values } from "../measured";
import { erlangC } from "./closedForm";

export type DatabaseCapacity =
  | { readonly kind: "provisioned"; readonly vcpus: number }
  | { readonly kind: "serverless"; readonly minAcu: number; readonly maxAcu: number };

/**
 * Resources that all tasks share: the writer's CPU and connections, and the two caches. A fluid model in steps of a
 * second: work that cannot be done in a second waits for the next, and below full load the mean wait is that of M/M/c.
 * *Error.* Waits are means, so percentiles miss the database's own spread (well under 50 ms below 80 % load); bursts
 * within a second are smoothed. Aurora's readers serve nobody here: Moodle's reads from them are not modelled, which is
 * the safe side.
 */
export class Backend {
  /** Added to each request that asks the database for `databaseMs` of work. */
  databaseStretch = 1;
  databaseBacklogSeconds = 0;
  cacheDelaySeconds = 0;
  /** Share of the writer's CPU, smoothed. */
  load = 0;
  acu = 0;
  downUntil = -Infinity;
  /** Demand by second, a minute and a half ahead: a request that waits for a child asks for its data later. */
  private readonly demand = new Float64Array(96);
  private readonly cacheDemand = new Float64Array(96);
  private now = 0;
  private backlog = 0;
  private cacheBacklog = 0;
  private wanted = 0;

  constructor(
    private readonly capacity: DatabaseCapacity,
    private readonly values: Values,
    private readonly delays: Delays,
  ) {
    this.acu = capacity.kind === "serverless" ? capacity.minAcu : 0;
  }

  /** vCPUs of the writer as they are now. */
  get vcpus(): number {
    return this.capacity.kind === "provisioned"
      ? this.capacity.vcpus
      : Math.max(0.125, this.acu / this.values.acuPerVcpu);
  }

  request(at: number, databaseSeconds: number, commands: number, mib: number): void {
    const slot = Math.min(Math.max(Math.floor(at), this.now), this.now + 95) % 96;
    const { redisCommandsPerSecond, redisMibPerSecond } = this.values;
    this.demand[slot]! += databaseSeconds;
    this.cacheDemand[slot]! += Math.max(commands / redisCommandsPerSecond, mib / redisMibPerSecond);
  }

  /** Ends a second. */
  tick(): void {
    const { vcpus } = this;
    const slot = this.now % 96;
    const demand = this.demand[slot]!;
    const cacheDemand = this.cacheDemand[slot]!;
    this.demand[slot] = 0;
    this.cacheDemand[slot] = 0;
    this.now += 1;
    // Five seconds: long enough to be a rate, short enough for a burst.
    this.wanted += (demand - this.wanted) / 5;
    this.load = this.wanted / vcpus;
    this.backlog = Math.max(0, this.backlog + demand - vcpus);
    this.databaseBacklogSeconds = this.backlog / vcpus;
    const servers = Math.max(1, Math.round(vcpus));
    const busy = Math.min(0.98, this.load) * servers;
    this.databaseStretch = 1 + erlangC(servers, busy) / (servers - busy);
    this.cacheBacklog = Math.max(0, this.cacheBacklog + cacheDemand - 1);
    this.cacheDelaySeconds = this.cacheBacklog;
    this.scale();
  }

  private scale(): void {
    if (this.capacity.kind !== "serverless") {
      return;
    }
    const { minAcu, maxAcu } = this.capacity;
    if (this.load > 0.7 || this.backlog > 0) {
      this.acu = Math.min(maxAcu, this.acu + Math.max(0.5, this.acu * this.delays.acuPerSecond));
    } else if (this.load < 0.4) {
      // Down by half an ACU in about a minute: AWS says only that it is slower than up.
      this.acu = Math.max(minAcu, this.acu - 0.5 / 60);
    }
  }
}

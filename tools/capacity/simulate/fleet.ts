import type { Delays } from "../delays";
import type { Values } from "../measured";
import { Cluster, type Instance } from "./cluster";
import type { Platform } from "./platform";
import type { Random } from "../../lib/random";
import { Station } from "./station";

export interface Task {
  readonly station: Station;
  readonly zone: number;
  readonly instance: Instance | undefined;
  readonly startedAt: number;
  /** Time from which the load balancer sends it requests. */
  readonly healthyAt: number;
  /** The scaling decision that it answers. */
  readonly decidedAt: number;
  /** Its zone has failed; the load balancer may not know yet. */
  dead: boolean;
  /** Draining ends. */
  stopsAt: number;
  served: boolean;
}

/** The web tasks, their places, and the choice of a task for a request. */
export class Fleet {
  /** Tasks that the load balancer sends requests to. */
  targets: Task[] = [];
  starting: Task[] = [];
  draining: Task[] = [];
  readonly cluster: Cluster | undefined;
  /** Longest time from a scaling decision to a healthy task. */
  slowestStart = 0;
  lost = 0;
  completedByGone = 0;
  /** Tasks of a lost zone that ECS still counts as running. */
  unseen = 0;
  private next = 0;
  /** Since when tasks are missing. */
  private wantedSince = Infinity;
  private readonly workersWaiting: Platform["workers"][number][] = [];

  constructor(
    private readonly platform: Platform,
    private readonly values: Values,
    private readonly delays: Delays,
    private readonly random: Random,
  ) {
    this.cluster = platform.compute.kind === "ec2" ? new Cluster(platform.compute, platform.zones, delays) : undefined;
  }

  /** The state that a long quiet time would have led to. */
  settle(tasks: number): void {
    const place = (): boolean => {
      this.ensure(-Infinity, tasks);
      return this.starting.length >= tasks && this.workersWaiting.length === 0;
    };
    this.workersWaiting.push(...this.platform.workers);
    while (!place() && this.cluster?.settle() === true);
    while (this.cluster?.settled === false && this.cluster.settle());
    this.advance(-1);
  }

  get billedTasks(): number {
    return this.targets.length + this.starting.length + this.draining.length;
  }

  /** Starts tasks up to `desired` where there is room, or drains the surplus. */
  ensure(now: number, desired: number): void {
    const { web } = this.platform;
    this.placeWorkers(now);
    let missing = desired - this.alive().length - this.starting.length - this.unseen;
    this.wantedSince = missing > 0 ? Math.min(this.wantedSince, now) : Infinity;
    for (; missing > 0; missing -= 1) {
      const instance = this.cluster?.place(now, web, this.perZone());
      if (this.cluster !== undefined && instance === undefined) {
        break;
      }
      this.start(now, instance, this.wantedSince);
    }
    for (; missing < 0; missing += 1) {
      this.drainOne(now);
    }
  }

  /** Moves tasks on that are ready or drained. */
  advance(now: number): void {
    if (this.starting.some((task) => task.healthyAt <= now)) {
      const ready = this.starting.filter((task) => task.healthyAt <= now);
      this.starting = this.starting.filter((task) => task.healthyAt > now);
      for (const task of ready) {
        this.slowestStart = Math.max(
          this.slowestStart,
          Number.isFinite(task.decidedAt) ? task.healthyAt - task.decidedAt : 0,
        );
      }
      this.targets.push(...ready);
    }
    if (this.draining.some((task) => task.stopsAt <= now)) {
      this.draining.filter((task) => task.stopsAt <= now).forEach((task) => this.remove(task, now));
      this.draining = this.draining.filter((task) => task.stopsAt > now);
    }
  }

  /** Tasks that answer. */
  alive(): readonly Task[] {
    return this.targets.filter((task) => !task.dead);
  }

  /** The target for a request; undefined when there is none. */
  choose(now: number): Task | undefined {
    const { targets } = this;
    const count = targets.length;
    if (count === 0) {
      return undefined;
    }
    if (this.platform.balancing === "round_robin") {
      for (let tried = 0; tried < count; tried += 1) {
        this.next = (this.next + 1) % count;
        const task = targets[this.next]!;
        const age = now - task.healthyAt;
        if (age >= this.platform.slowStartSeconds || this.random.uniform() < age / this.platform.slowStartSeconds) {
          return task;
        }
      }
      return targets[this.next];
    }
    // Ties go round, as with equal tasks any of them may be first.
    this.next = (this.next + 1) % count;
    let best = targets[this.next]!;
    let fewest = best.station.outstanding(now);
    for (let offset = 1; offset < count && fewest > 0; offset += 1) {
      const at = this.next + offset;
      const task = targets[at >= count ? at - count : at]!;
      const outstanding = task.station.outstanding(now);
      if (outstanding < fewest) {
        best = task;
        fewest = outstanding;
      }
    }
    return best;
  }

  /** Requests in progress end with the zone. The load balancer notices by its health checks. */
  loseZone(zone: number, now: number): void {
    this.cluster?.loseZone(zone);
    for (const task of [...this.targets, ...this.starting, ...this.draining].filter((at) => at.zone === zone)) {
      task.dead = true;
      this.unseen += 1;
      this.lost += task.station.abandon(now);
      this.completedByGone += task.station.completed;
    }
    this.starting = this.starting.filter((task) => !task.dead);
  }

  /** The health checks have failed often enough. */
  dropDead(now: number): void {
    this.targets.filter((task) => task.dead).forEach((task) => this.remove(task, now));
    this.targets = this.targets.filter((task) => !task.dead);
    this.draining = this.draining.filter((task) => !task.dead);
  }

  /** Busy children, each with its connection to the database. */
  connections(now: number): number {
    const { children } = this.platform.web;
    const busy = (sum: number, task: Task) => sum + (task.dead ? 0 : Math.min(children, task.station.outstanding(now)));
    return this.draining.reduce(busy, this.targets.reduce(busy, 0));
  }

  pendingWorkers(): Platform["workers"] {
    return this.workersWaiting;
  }

  private placeWorkers(now: number): void {
    if (this.cluster === undefined) {
      this.workersWaiting.length = 0;
      return;
    }
    while (this.workersWaiting.length > 0) {
      const [worker] = this.workersWaiting;
      if (this.cluster.place(now, worker!, new Array<number>(this.platform.zones).fill(0)) === undefined) {
        return;
      }
      this.workersWaiting.shift();
    }
  }

  private perZone(): number[] {
    const counts = new Array<number>(this.platform.zones).fill(0);
    for (const task of [...this.targets, ...this.starting]) {
      counts[task.zone]! += task.dead ? 0 : 1;
    }
    return counts;
  }

  private start(now: number, instance: Instance | undefined, decidedAt: number): void {
    const { delays, platform } = this;
    const pull = instance === undefined || instance.hasImage ? 0 : delays.imagePull;
    const start = instance === undefined ? delays.fargateStart : delays.taskStart;
    const checks = platform.health.intervalSeconds * platform.health.healthy;
    const counts = this.perZone();
    const { web } = platform;
    this.starting.push({
      station: new Station({ children: web.children, vcpus: web.vcpus, backlog: this.values.phpBacklog }),
      zone:
        instance?.zone ??
        counts.indexOf(Math.min(...counts.filter((_, zone) => this.cluster?.lostZones.has(zone) !== true))),
      instance,
      startedAt: now,
      healthyAt: now + pull + start + delays.phpHealthy + delays.registration + checks,
      decidedAt,
      dead: false,
      stopsAt: Infinity,
      served: now === -Infinity,
    });
    if (instance !== undefined) {
      instance.hasImage = true;
    }
  }

  /**
   * Tasks that do not serve yet stop first; then, in the zone with the most, the task whose instance becomes the
   * emptiest, and among equals the newest: the order of a service that spreads over zones and then packs.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
   */
  private drainOne(now: number): void {
    const starting = this.starting.pop();
    if (starting !== undefined) {
      this.remove(starting, now);
      return;
    }
    const counts = this.perZone();
    const zone = counts.indexOf(Math.max(...counts));
    const free = (at: Task | undefined) => at?.instance?.memoryMib ?? 0;
    const task = this.targets
      .filter((at) => !at.dead && at.zone === zone)
      .reduceRight<Task | undefined>(
        (best, at) => (best === undefined || free(at) > free(best) ? at : best),
        undefined,
      );
    if (task !== undefined) {
      this.targets.splice(this.targets.indexOf(task), 1);
      task.stopsAt = now + this.platform.deregistrationSeconds;
      this.draining.push(task);
    }
  }

  private remove(task: Task, now: number): void {
    // Deregistration waits longer than the longest request and upload, so nothing is cut off here.
    if (task.dead) {
      return;
    }
    this.lost += task.station.abandon(now);
    this.completedByGone += task.station.completed;
    if (task.instance !== undefined) {
      this.cluster?.release(task.instance, this.platform.web);
    }
  }
}

import type { TaskSize } from "../../../components/cluster/instanceTypes";
import type { Delays } from "../delays";

export interface Ec2Compute {
  readonly kind: "ec2";
  readonly instanceType: string;
  /** Room for tasks on one instance. */
  readonly room: { readonly cpu: number; readonly memoryMib: number; readonly tasks: number };
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly warmPool: number;
  readonly targetCapacityPercent: number;
  readonly warmupSeconds: number;
  readonly minStep: number;
  readonly maxStep: number;
}

export interface Instance {
  readonly zone: number;
  readonly launchedAt: number;
  /** Time from which ECS places tasks on it. */
  readyAt: number;
  cpu: number;
  memoryMib: number;
  slots: number;
  tasks: number;
  hasImage: boolean;
}

/** Instances that hold all of these tasks, each filled before the next (first fit): what ECS assumes. */
export function binpack(tasks: readonly TaskSize[], room: Ec2Compute["room"]): number {
  const bins: { cpu: number; memoryMib: number; slots: number }[] = [];
  for (const { cpu, memoryMib } of tasks) {
    let bin = bins.find((at) => at.cpu >= cpu && at.memoryMib >= memoryMib && at.slots > 0);
    if (bin === undefined) {
      bin = { cpu: room.cpu, memoryMib: room.memoryMib, slots: room.tasks };
      bins.push(bin);
    }
    bin.cpu -= cpu;
    bin.memoryMib -= memoryMib;
    bin.slots -= 1;
  }
  return bins.length;
}

/** CapacityProviderReservation: instances needed by instances there are, in per cent; 200 asks for the first ones. */
export function reservation(needed: number, running: number): number {
  return running === 0 ? (needed === 0 ? 100 : 200) : (needed / running) * 100;
}

/** Instances to add for a reservation above the target: what is missing, within the two step sizes. */
export function instancesToAdd(
  needed: number,
  running: number,
  { targetCapacityPercent, minStep, maxStep }: Pick<Ec2Compute, "targetCapacityPercent" | "minStep" | "maxStep">,
): number {
  const missing = Math.ceil((needed * 100) / targetCapacityPercent - 1e-9) - running;
  return missing <= 0 ? 0 : Math.max(minStep, Math.min(maxStep, missing));
}

/**
 * The Auto Scaling group behind a capacity provider with managed scaling, a warm pool and managed termination protection:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-scaling-behavior.html.
 */
export class Cluster {
  readonly instances: Instance[] = [];
  readonly lostZones = new Set<number>();
  min: number;
  /** Instances that wait stopped, and when the next ones will. */
  private readonly pool: number[] = [];
  private lowMinutes = 0;
  private lastOutAt = -Infinity;

  constructor(
    readonly compute: Ec2Compute,
    private readonly zones: number,
    private readonly delays: Delays,
  ) {
    this.min = compute.minInstances;
    this.pool.push(...new Array<number>(compute.warmPool).fill(-Infinity));
    this.launch(-Infinity, compute.minInstances);
  }

  /** Adds an instance as if it had always been there. */
  settle(): boolean {
    const before = this.instances.length;
    this.launch(-Infinity, 1);
    return this.instances.length > before;
  }

  /** Whether managed scaling would leave the number of instances unchanged. */
  get settled(): boolean {
    const used = this.instances.filter(({ tasks }) => tasks > 0).length;
    return reservation(used, this.instances.length) <= this.compute.targetCapacityPercent;
  }

  get poolSize(): number {
    return this.pool.length;
  }

  /** A scheduled minimum: missing instances are launched at once. */
  setMin(now: number, min: number): void {
    this.min = Math.min(min, this.compute.maxInstances);
    this.launch(now, this.min - this.instances.length);
  }

  /** Puts a task into the zone with the fewest of its kind, on the fullest instance there; undefined when none has room. */
  place(now: number, { cpu, memoryMib }: TaskSize, perZone: readonly number[]): Instance | undefined {
    let best: Instance | undefined;
    for (const instance of this.instances) {
      if (instance.readyAt > now || instance.cpu < cpu || instance.memoryMib < memoryMib || instance.slots < 1) {
        continue;
      }
      const fewer = best === undefined || perZone[instance.zone]! < perZone[best.zone]!;
      const fuller =
        best !== undefined && perZone[instance.zone]! === perZone[best.zone]! && instance.memoryMib < best.memoryMib;
      if (fewer || fuller) {
        best = instance;
      }
    }
    if (best !== undefined) {
      best.cpu -= cpu;
      best.memoryMib -= memoryMib;
      best.slots -= 1;
      best.tasks += 1;
    }
    return best;
  }

  release(instance: Instance, { cpu, memoryMib }: TaskSize): void {
    instance.cpu += cpu;
    instance.memoryMib += memoryMib;
    instance.slots += 1;
    instance.tasks -= 1;
  }

  /** Once a minute: managed scaling. */
  scale(now: number, pending: readonly TaskSize[]): void {
    this.refillPool(now);
    const { targetCapacityPercent, warmupSeconds, room } = this.compute;
    const used = this.instances.filter(({ tasks }) => tasks > 0).length;
    const needed = used + binpack(pending, room);
    const metric = reservation(needed, this.instances.length);
    if (metric > targetCapacityPercent) {
      this.lowMinutes = 0;
      // A second step waits until the instances of the first have warmed up.
      if (this.instances.every(({ launchedAt }) => now - launchedAt >= warmupSeconds)) {
        this.launch(now, instancesToAdd(needed, this.instances.length, this.compute));
        this.lastOutAt = now;
      }
      return;
    }
    // At the target there is no alarm. 15 minutes below it, and never within 15 minutes of growing.
    const wanted = Math.max(this.min, Math.ceil((needed * 100) / targetCapacityPercent - 1e-9));
    this.lowMinutes = wanted < this.instances.length ? this.lowMinutes + 1 : 0;
    if (
      this.lowMinutes >= this.delays.clusterLowMinutes &&
      now - this.lastOutAt >= this.delays.clusterLowMinutes * 60
    ) {
      // At most half of them in one minute.
      const most = Math.max(1, Math.floor(this.instances.length / 2));
      this.terminateEmpty(Math.min(most, this.instances.length - wanted));
    }
  }

  /** A zone fails, with its instances. Auto Scaling starts others elsewhere once it notices. */
  loseZone(zone: number): readonly Instance[] {
    this.lostZones.add(zone);
    const lost = this.instances.filter((instance) => instance.zone === zone);
    for (const instance of lost) {
      this.instances.splice(this.instances.indexOf(instance), 1);
    }
    return lost;
  }

  replaceLost(now: number): void {
    this.launch(now, this.min - this.instances.length);
  }

  private launch(now: number, count: number): void {
    const { room, maxInstances } = this.compute;
    for (let index = 0; index < count && this.instances.length < maxInstances; index += 1) {
      const warm = now === -Infinity ? -1 : this.pool.findIndex((readyAt) => readyAt <= now);
      if (warm >= 0) {
        this.pool.splice(warm, 1);
      }
      const boot = warm >= 0 ? this.delays.warmStart : this.delays.instanceBoot;
      this.instances.push({
        zone: this.emptiestZone(),
        launchedAt: now,
        readyAt: now + this.delays.clusterLag + boot,
        cpu: room.cpu,
        memoryMib: room.memoryMib,
        slots: room.tasks,
        tasks: 0,
        hasImage: now === -Infinity,
      });
    }
  }

  private refillPool(now: number): void {
    while (this.pool.length < this.compute.warmPool) {
      this.pool.push(now + this.delays.instanceBoot);
    }
  }

  private emptiestZone(): number {
    let best = -1;
    let fewest = Infinity;
    for (let zone = 0; zone < this.zones; zone += 1) {
      const count = this.instances.filter((instance) => instance.zone === zone).length;
      if (!this.lostZones.has(zone) && count < fewest) {
        best = zone;
        fewest = count;
      }
    }
    return best;
  }

  private terminateEmpty(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const at = this.instances.findLastIndex(({ tasks }) => tasks === 0);
      if (at < 0) {
        return;
      }
      this.instances.splice(at, 1);
    }
  }
}

import type { Delays } from "../delays";

export type MetricName = "requests" | "cpu";

/** Scaling policies of a service or group. Units are tasks. */
export type Policy =
  | {
      readonly kind: "target";
      readonly metric: MetricName;
      readonly target: number;
      readonly scaleOutCooldown: number;
      readonly scaleInCooldown: number;
    }
  | {
      readonly kind: "step";
      readonly metric: MetricName;
      readonly when: "above" | "below";
      readonly threshold: number;
      /** All of so many datapoints, each the mean of `periodMinutes`. */
      readonly datapoints: number;
      readonly periodMinutes: number;
      /** Tasks, or per cent of the tasks there are. */
      readonly change: number;
      readonly percent?: boolean;
      readonly cooldown: number;
    };

/** Datapoints by minute, oldest first; undefined where there was nothing to measure. */
export type Datapoints = Readonly<Record<MetricName, readonly (number | undefined)[]>>;

/**
 * A step of so many per cent of the capacity: rounded towards zero, but never less than `minMagnitude`
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html).
 */
export function percentChange(capacity: number, percent: number, minMagnitude = 1): number {
  return Math.sign(percent) * Math.max(minMagnitude, Math.trunc((capacity * Math.abs(percent)) / 100));
}

/** Target tracking out: proportional to the metric, rounded up. */
export function proportional(capacity: number, metric: number, target: number): number {
  return Math.ceil((capacity * metric) / target - 1e-9);
}

/**
 * Application Auto Scaling for one service: all its policies, minimum and maximum. Out when any policy asks, by the most;
 * in when all target-tracking policies agree, by the least
 * (https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html).
 */
export class Scaler {
  desired: number;
  private base: number;
  private outCooldownFrom = -Infinity;
  private lastInAt = -Infinity;
  private readonly lastStep = new Map<Policy, number>();

  constructor(
    private readonly policies: readonly Policy[],
    public min: number,
    public max: number,
    private readonly delays: Delays,
  ) {
    this.desired = min;
    this.base = min;
  }

  /** A scheduled action: new bounds, and a capacity outside them moves to the nearer one at once. */
  bounds(min: number | undefined, max: number | undefined): void {
    this.min = min ?? this.min;
    this.max = Math.max(this.min, max ?? this.max);
    const moved = Math.min(this.max, Math.max(this.min, this.desired));
    this.desired = moved;
    this.base = moved;
  }

  /** Once a minute. `fulfilled`: as many tasks are healthy as were asked for. */
  evaluate(now: number, metrics: Datapoints, fulfilled: boolean): void {
    const targets = this.policies.filter((policy) => policy.kind === "target");
    const outCooldown = Math.max(0, ...targets.map((policy) => policy.scaleOutCooldown));
    // A scaling activity lasts until ECS has fulfilled it, and its cooldown begins then. In both, what was added counts as
    // there: only a larger need adds more.
    if (!fulfilled) {
      this.outCooldownFrom = now;
    } else if (now - this.outCooldownFrom >= outCooldown) {
      this.base = this.desired;
    }
    let out = this.desired;
    for (const policy of targets) {
      const recent = lastOf(metrics[policy.metric], this.delays.highAlarmMinutes);
      if (recent !== undefined && recent.every((value) => value > policy.target)) {
        out = Math.max(out, proportional(this.base, recent.at(-1)!, policy.target));
      }
    }
    out = this.steps(now, metrics, out);
    out = Math.min(this.max, out);
    if (out > this.desired) {
      this.desired = out;
      this.outCooldownFrom = now;
      return;
    }
    if (out < this.desired) {
      this.desired = Math.max(this.min, out);
      this.base = this.desired;
      return;
    }
    this.shrink(now, metrics, targets, fulfilled);
  }

  private steps(now: number, metrics: Datapoints, from: number): number {
    let result = from;
    for (const policy of this.policies) {
      if (policy.kind !== "step" || now - (this.lastStep.get(policy) ?? -Infinity) < policy.cooldown) {
        continue;
      }
      const means = meansOf(metrics[policy.metric], policy.periodMinutes, policy.datapoints);
      const breached = means?.every((value) =>
        policy.when === "above" ? value > policy.threshold : value < policy.threshold,
      );
      const change = policy.percent === true ? percentChange(this.desired, policy.change) : policy.change;
      const wanted = Math.min(this.max, Math.max(this.min, this.desired + change));
      // Growing wins over shrinking, and the larger of two over the smaller.
      if (breached === true && wanted !== this.desired && (result === this.desired || wanted > result)) {
        this.lastStep.set(policy, now);
        result = wanted;
      }
    }
    return result;
  }

  private shrink(now: number, metrics: Datapoints, targets: readonly Policy[], fulfilled: boolean): void {
    if (!fulfilled || targets.length === 0 || this.desired <= this.min) {
      return;
    }
    let most = this.min;
    for (const policy of targets) {
      if (policy.kind !== "target" || now - this.lastInAt < policy.scaleInCooldown) {
        return;
      }
      const recent = lastOf(metrics[policy.metric], this.delays.lowAlarmMinutes);
      const low = policy.target * this.delays.lowAlarmShare;
      if (recent === undefined || !recent.every((value) => value < low)) {
        return;
      }
      // The highest of the quiet quarter of an hour: the remaining capacity would have carried all of it.
      most = Math.max(most, proportional(this.desired, Math.max(...recent), policy.target));
    }
    if (most < this.desired) {
      this.desired = most;
      this.base = most;
      this.lastInAt = now;
    }
  }
}

function lastOf(points: readonly (number | undefined)[], count: number): readonly number[] | undefined {
  const recent = points.slice(-count);
  return recent.length === count && recent.every((value) => value !== undefined) ? (recent as number[]) : undefined;
}

function meansOf(
  points: readonly (number | undefined)[],
  period: number,
  count: number,
): readonly number[] | undefined {
  const all = lastOf(points, period * count);
  return (
    all &&
    Array.from({ length: count }, (_, index) => {
      const part = all.slice(index * period, (index + 1) * period);
      return part.reduce((sum, value) => sum + value, 0) / period;
    })
  );
}

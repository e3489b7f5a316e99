import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../lib/invalid";
import { type Architecture, instanceTypeProblems } from "./instanceTypes";

/** EC2 instances in an Auto Scaling group: cheaper per task, a local cache shared by tasks, any shared file system. */
export interface Ec2Capacity {
  readonly kind: "ec2";
  /** Default: arm64 (Graviton), about a fifth cheaper for the same work. It must be the image's platform. */
  readonly architecture?: Architecture;
  /** One type: a warm pool does not work with mixed types (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-warm-pools.html). */
  readonly instanceTypes: readonly [string];
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Whether a schedule moves the smallest number of instances too. An update then leaves it alone. Default false. */
  readonly scheduled?: boolean;
  /**
   * `size`: number of stopped instances, in addition to any number of running ones. They cost their disks, and the full
   * price while they start for the first time. Default: no pool.
   */
  readonly warmPool?: { readonly size: number };
  /** Default 50. It holds the image's old versions and the tasks' uploads; the AMI needs 30. */
  readonly rootVolumeGib?: number;
  /**
   * Share of the instances that ECS fills. Default 80: one part in five idle, so that a peak finds room. 100 is
   * cheapest.
   */
  readonly targetCapacityPercent?: number;
  /** Seconds until a new instance counts. Default 120, to be measured; the default of AWS is 300. */
  readonly instanceWarmupSeconds?: number;
  /** Default: Sundays 03:00 UTC. "never" leaves instances on their old AMI. */
  readonly replacement?: InstanceReplacement | "never";
}

/** Time to replace all instances, one after the other, so that they run the newest patched AMI. */
export interface InstanceReplacement {
  /** An EventBridge Scheduler expression, such as `cron(0 3 ? * SUN *)`, in UTC. */
  readonly schedule: string;
}

/** Fargate: nothing to patch, a price per task; for small environments. No NFS, no shared local cache. */
export interface FargateCapacity {
  readonly kind: "fargate";
  /** Default: arm64. */
  readonly architecture?: Architecture;
  /** Default false. Spot costs about a third, and AWS stops tasks with two minutes' notice. */
  readonly spot?: boolean;
}

export type ClusterCapacity = Ec2Capacity | FargateCapacity;

/** An NFS export that every instance mounts. */
export interface NfsMount {
  readonly host: pulumi.Input<string>;
  readonly export: pulumi.Input<string>;
  readonly options: string;
  /** Security group of the file server, when it is made here. */
  readonly securityGroupId?: pulumi.Input<string>;
}

export const ec2Defaults = {
  rootVolumeGib: 50,
  targetCapacityPercent: 80,
  instanceWarmupSeconds: 120,
  /** Most instances that one step of scaling adds. */
  maxStep: 10,
  replacement: { schedule: "cron(0 3 ? * SUN *)" },
} as const;

/**
 * Instances that one step of scaling adds at least: more than one where there is more than one, since an exam does not
 * come up in single steps.
 */
export function minStep({ minInstances }: Pick<Ec2Capacity, "minInstances">): number {
  return minInstances > 1 ? 2 : 1;
}

/** All problems with a capacity, found before any resource is made. */
export function capacityProblems(capacity: ClusterCapacity, hasNfsMount: boolean): Problem[] {
  if (capacity.kind === "fargate") {
    return hasNfsMount
      ? [
          {
            path: "nfsMount",
            given: "an NFS export",
            allowed: "nothing on Fargate, which can mount EFS only",
            fix: "Use EFS for the shared files, or EC2 capacity.",
          },
        ]
      : [];
  }
  const problems = instanceTypeProblems(
    "capacity.instanceTypes[0]",
    capacity.instanceTypes[0],
    capacity.architecture ?? "arm64",
  );
  const whole = (path: string, given: number | undefined, from: number, to: number, fix: string): void => {
    if (given !== undefined && !(Number.isInteger(given) && given >= from && given <= to)) {
      problems.push({ path: `capacity.${path}`, given, allowed: `a whole number from ${from} to ${to}`, fix });
    }
  };
  whole("maxInstances", capacity.maxInstances, 1, 500, "Set the most instances you are ready to pay for.");
  whole("minInstances", capacity.minInstances, 0, capacity.maxInstances, "It cannot be above maxInstances.");
  whole("warmPool.size", capacity.warmPool?.size, 1, capacity.maxInstances, "Leave warmPool out for none.");
  // The AMI's own volume: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-ami-storage-config.html
  whole("rootVolumeGib", capacity.rootVolumeGib, 30, 1000, "The AMI itself needs 30.");
  // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html
  whole("targetCapacityPercent", capacity.targetCapacityPercent, 1, 100, "80 leaves a fifth idle.");
  whole("instanceWarmupSeconds", capacity.instanceWarmupSeconds, 0, 10000, "Measure the time to the first task.");
  return problems;
}

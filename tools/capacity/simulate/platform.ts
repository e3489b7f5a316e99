import type { TaskSize } from "../../../components/cluster/instanceTypes";
import type { DatabaseCapacity } from "./backend";
import type { Ec2Compute } from "./cluster";
import type { Policy } from "./scaler";

/** A change of bounds at a time of the trace, as a calendar makes it. */
export interface ScheduledAction {
  /** Seconds from the start of the trace; below zero: before it, and in force when it starts. */
  readonly at: number;
  readonly target: "web" | "instances";
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The simulated platform. Made from a stack's settings by ../stackPlatform.ts. */
export interface Platform {
  readonly zones: number;
  readonly web: TaskSize & {
    readonly vcpus: number;
    readonly children: number;
    readonly minTasks: number;
    readonly maxTasks: number;
  };
  readonly policies: readonly Policy[];
  /** Cron and ad-hoc workers: there all the time, and no part of the load. */
  readonly workers: readonly TaskSize[];
  readonly workerConnections: number;
  readonly compute: Ec2Compute | { readonly kind: "fargate" };
  readonly database: DatabaseCapacity;
  readonly maxConnections: number;
  readonly balancing: "least_outstanding_requests" | "round_robin";
  /** Round robin only: seconds in which a new task's share grows from nothing to a full one. */
  readonly slowStartSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly deregistrationSeconds: number;
  readonly health: { readonly intervalSeconds: number; readonly healthy: number; readonly unhealthy: number };
  readonly scheduled: readonly ScheduledAction[];
}

/**
 * Target of a scheduled change: the tasks of a service, the instances, the smallest capacity of a serverless database.
 */
export type ScheduledTarget = "web" | "adhoc" | "cron" | "instances" | "database";

/**
 * Once, or on weekdays at a time of day. Instants are in UTC, `2027-01-11T08:35:00Z`, which skips and repeats no hour.
 */
export type When =
  | { readonly kind: "once"; readonly at: string }
  | {
      readonly kind: "weekly";
      /** `MON`, `TUE` ... */
      readonly weekdays: readonly string[];
      /** Time in the schedule's time zone, `07:10`. */
      readonly time: string;
      /** Exact time of its first firing: AWS runs the action then, on any weekday. Left out when it is in the past. */
      readonly from?: string | undefined;
      readonly until: string;
    };

/** A new smallest capacity from an instant on. */
export interface ScheduledAction {
  /** Unique per target, and stable for an event: a change of its date updates one resource. */
  readonly name: string;
  readonly target: ScheduledTarget;
  readonly when: When;
  readonly min: number;
  /** A new largest capacity too. Undefined: it stays. */
  readonly max?: number | undefined;
}

/**
 * Minutes in which a failed call is retried. AWS's own default is a day, and a late call could fall into the exam that
 * it should precede. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
 */
export const retryMinutes = 30;

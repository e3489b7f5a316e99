import type * as pulumi from "@pulumi/pulumi";
import type { PathClass } from "../lib/pathClasses";

/** As CloudWatch names them; percentiles as p50, p95, p99.9. */
export type Statistic = "Average" | "Sum" | "Minimum" | "Maximum" | "SampleCount" | `p${number}`;

/** One time series of CloudWatch. The period is the alarm's or the graph's. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: { readonly [name: string]: pulumi.Input<string> };
  readonly statistic: Statistic;
}

/**
 * - `page`: students notice now, or will within the hour. One composite alarm for all of them pages a person.
 * - `ticket`: it must be looked at on a working day. A mail.
 */
export type Severity = "page" | "ticket";

/** Subject of a group of alarms; each group with a page in it is one composite alarm. */
export type Incident = "users" | "database" | "caches" | "files" | "capacity" | "background" | "edge";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export type Comparison =
  "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold" | "LessThanThreshold" | "LessThanOrEqualToThreshold";

/** Treatment of an empty period: the metric is only sent when something happens, or its silence is the fault. */
export type MissingData = "breaching" | "notBreaching" | "ignore" | "missing";

/**
 * One alarm as data. The stack deploys it, the replay runs it over past incidents, and the catalogue and the dashboards
 * are generated from it.
 */
export interface AlarmDefinition {
  /** Kebab case, one in a stack, e.g. `database-connections`. Part of the alarm's name. */
  readonly id: string;
  /** The folder in components/ that it belongs to. */
  readonly component: string;
  readonly incident: Incident;
  readonly severity: Severity;
  /** The fault, in words for the person whom the alarm wakes. Ends with a full stop. */
  readonly summary: string;
  /** Reason for the threshold, with the address of its source. For the catalogue. */
  readonly reason: string;
  /** By their ids in `expression`: a lower case letter first. At most ten, which is CloudWatch's limit for an alarm. */
  readonly metrics: { readonly [id: string]: Metric };
  /** Metric math over the ids. Left out for a single metric that is watched as it is. */
  readonly expression?: string;
  readonly comparisonOperator: Comparison;
  readonly threshold: number;
  /** 60, or a multiple of it. */
  readonly periodSeconds: number;
  /** N of "M of N". */
  readonly evaluationPeriods: number;
  /** M of "M of N". */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
  /** A file of the repository, which exists: docs/runbooks/<name>.md. */
  readonly runbook: string;
  /** Fires only while this alarm over a shorter window is breached too, so an incident that has ended pages nobody. */
  readonly confirmedBy?: MetricAlarmDefinition;
  /** Does not page while one of these alarms is on: it says that planned work goes on which explains the fault. */
  readonly unless?: readonly MetricAlarmDefinition[];
}

/** An alarm on metrics alone. */
export type MetricAlarmDefinition = Omit<AlarmDefinition, "confirmedBy" | "unless">;

export type { PathClass };

/** The kinds that objectives are set for. */
export type ObjectiveClass = Exclude<PathClass, "other">;

/** An objective for the users of one path class, over `windowDays`. */
export interface SloDefinition {
  readonly pathClass: ObjectiveClass;
  /** Share of requests answered without a 5xx, e.g. 99.9. */
  readonly availabilityPercent: number;
  /** Share of requests answered within `latencySeconds`, e.g. 95. */
  readonly latencyPercent: number;
  readonly latencySeconds: number;
  readonly windowDays: number;
}

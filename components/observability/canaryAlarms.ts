import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric, MetricAlarmDefinition } from "./definition";

const runbook = "docs/runbooks/synthetic-user.md";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_metrics.html */
export function canaryMetric(
  name: "SuccessPercent" | "Duration",
  canaryName: pulumi.Input<string>,
  step?: string,
): Metric {
  return {
    namespace: "CloudWatchSynthetics",
    name,
    dimensions: { CanaryName: canaryName, ...(step !== undefined && { StepName: step }) },
    statistic: "Average",
  };
}

const runsLookedAt = 3;

/** Minutes for which the alarm below still sees runs that failed, after the site is well again. */
export const canaryMemoryMinutes = (everyMinutes: number): number => runsLookedAt * everyMinutes;

/**
 * Alarms on a synthetic user.
 *
 * @param everyMinutes How often it runs.
 * @param plannedWork On while the outage page is shown on purpose.
 */
export function canaryAlarms(
  canaryName: pulumi.Input<string>,
  everyMinutes: number,
  plannedWork: readonly MetricAlarmDefinition[],
): readonly AlarmDefinition[] {
  const common = {
    component: "observability",
    incident: "users" as const,
    periodSeconds: everyMinutes * 60,
    runbook,
  };
  return [
    {
      ...common,
      id: "synthetic-user-fails",
      severity: "page",
      unless: plannedWork,
      summary: "The synthetic user cannot sign in, open a course, read a file or start a quiz.",
      reason: "Two runs of three: a single one may have met a task that was being replaced, two have met an outage.",
      metrics: { success: canaryMetric("SuccessPercent", canaryName) },
      comparisonOperator: "LessThanThreshold",
      threshold: 100,
      evaluationPeriods: runsLookedAt,
      datapointsToAlarm: 2,
      // A run that did not take place says nothing about the site: the alarm below covers it.
      treatMissingData: "ignore",
    },
    {
      ...common,
      id: "synthetic-user-silent",
      severity: "ticket",
      summary: "The synthetic user does not run: nobody looks at the site from outside.",
      reason: "Three runs in a row are missing: stopped by hand, or CloudWatch Synthetics has a failure of its own.",
      metrics: { runs: { ...canaryMetric("SuccessPercent", canaryName), statistic: "SampleCount" } },
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "breaching",
    },
  ];
}

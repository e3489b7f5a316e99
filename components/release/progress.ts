import type { MetricAlarmDefinition } from "../observability/definition";
import { firstLookSeconds, longestWait } from "./asl";

/** Counts the events of a release's executions in their log: every state that is entered or left. */
export function progressFilter(environment: string) {
  return {
    // Each line of Step Functions' log has it: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    pattern: '{ $.execution_arn = "*" }',
    namespace: `Moodle/Release/${environment}`,
    metricName: "events",
  };
}

/**
 * On while a release works, and off a few minutes after its last event, whether it ended well or died. Alarms on what a
 * release itself does (cron stands still, the page is on) do not page meanwhile. They page after it if the fault is still there.
 *
 * @param upgradeMinutes How long an upgrade may take: the longer, the longer the release waits between two looks at it.
 */
export function releaseWorks(environment: string, upgradeMinutes: number): MetricAlarmDefinition {
  const { namespace, metricName } = progressFilter(environment);
  // Two minutes more: the log and its filter are late.
  const minutes = Math.ceil(longestWait(firstLookSeconds, upgradeMinutes) / 60) + 2;
  return {
    id: "release-works",
    component: "release",
    incident: "background",
    severity: "ticket",
    summary: "A release works. What it does itself pages nobody meanwhile: cron stands still, the outage page is on.",
    reason: `It writes to its log at least every ${minutes - 2} minutes, since it looks at an upgrade of up to ${upgradeMinutes} minutes that often; two minutes more for the log.`,
    metrics: { m: { namespace, name: metricName, statistic: "Sum", dimensions: {} } },
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    periodSeconds: 60,
    evaluationPeriods: minutes,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
    runbook: "docs/runbooks/release.md",
  };
}

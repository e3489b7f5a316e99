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
 * @param seenAfterwards Minutes for which an alarm that must not page still sees what the release did.
 */
export function releaseWorks(
  environment: string,
  upgradeMinutes: number,
  seenAfterwards: number,
): MetricAlarmDefinition {
  const { namespace, metricName } = progressFilter(environment);
  const looks = Math.ceil(longestWait(firstLookSeconds, upgradeMinutes) / 60);
  // Two minutes more: the log and its filter are late.
  const minutes = Math.max(looks, seenAfterwards) + 2;
  const longer = seenAfterwards > looks ? ` The synthetic user sees what it did for ${seenAfterwards} minutes.` : "";
  return {
    id: "release-works",
    component: "release",
    incident: "background",
    severity: "ticket",
    summary: "A release works. What it does itself pages nobody meanwhile: cron stands still, the outage page is on.",
    reason: `It writes to its log at least every ${looks} minutes, since it looks at an upgrade of up to ${upgradeMinutes} minutes that often.${longer} Two minutes more for the log.`,
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

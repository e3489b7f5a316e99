import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition } from "../observability/definition";

/** @param groupName The schedule group of the stack's calls; nothing else is in it. */
export function scheduleAlarms(groupName: pulumi.Input<string>): readonly AlarmDefinition[] {
  return [
    {
      id: "schedule-dropped",
      component: "schedule",
      incident: "capacity",
      severity: "ticket",
      summary: "AWS did not take a call of the calendar: the database or the cache has not the size that was planned.",
      reason:
        "Counted once a call was tried in vain for half an hour: https://docs.aws.amazon.com/scheduler/latest/UserGuide/monitoring-cloudwatch.html",
      metrics: {
        m: {
          namespace: "AWS/Scheduler",
          name: "InvocationDroppedCount",
          statistic: "Sum",
          dimensions: { ScheduleGroup: groupName },
        },
      },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      // Nothing is sent while no call is due.
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/schedule-dropped.md",
    },
  ];
}

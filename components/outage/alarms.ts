import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric, MetricAlarmDefinition } from "../observability/definition";
import { outageNamespace, quiet, type SwitchMetric } from "./pages/switchValue";

const metric = (environment: string, name: SwitchMetric): Metric => ({
  namespace: outageNamespace(environment),
  name,
  statistic: "Maximum",
  dimensions: {},
});

const common = { component: "outage", incident: "users", runbook: "docs/runbooks/planned-page.md" } as const;

/**
 * On while people keep the site closed for planned work, within the time that they gave. Alarms on what the closed site itself
 * does (nobody reaches Moodle, cron may stand still) do not page meanwhile. They page after it if the fault is still there.
 * An unplanned outage does not turn it on.
 *
 * @param seenAfterwards Minutes for which an alarm that must not page still sees that the site was closed.
 */
export function plannedPage(environment: string, seenAfterwards: number): MetricAlarmDefinition {
  // Two minutes more: the look and its metric are late. Five at least: a look may fail.
  const minutes = Math.max(seenAfterwards, 3) + 2;
  const longer = seenAfterwards > 3 ? ` The synthetic user sees the closed site for ${seenAfterwards} minutes.` : "";
  return {
    ...common,
    id: "planned-page",
    severity: "ticket",
    summary: "The site is closed for planned work. That nobody reaches it, and that cron stands still, pages nobody.",
    reason: `A look at the switch each minute, which may fail a few times.${longer}`,
    metrics: { m: metric(environment, "planned") },
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    periodSeconds: 60,
    evaluationPeriods: minutes,
    datapointsToAlarm: 1,
    treatMissingData: "notBreaching",
  };
}

/** Alarms on the status editor, in us-east-1 as it is itself. @param apiId Its HTTP API. */
export function statusEditorAlarms(apiId: pulumi.Input<string>): readonly AlarmDefinition[] {
  return [
    {
      component: "outage",
      incident: "users",
      runbook: "docs/runbooks/status-editor.md",
      id: "status-editor-errors",
      severity: "ticket",
      summary: "The status editor fails: an editor cannot publish what is going on.",
      reason:
        "One failed request is a person in front of an error. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html",
      metrics: { m: { namespace: "AWS/ApiGateway", name: "5xx", statistic: "Sum", dimensions: { ApiId: apiId } } },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
    },
  ];
}

/** Alarms on what tells Slack, Teams and others, in us-east-1. @param failedQueueName Queue of what a receiver did not take. */
export function statusWebhooksAlarms(failedQueueName: pulumi.Input<string>): readonly AlarmDefinition[] {
  return [
    {
      component: "outage",
      incident: "users",
      runbook: "docs/runbooks/status-webhooks.md",
      id: "status-webhooks-failed",
      severity: "ticket",
      summary: "A receiver was not told what the status page says, and is not tried again: Slack, Teams or another.",
      reason:
        "One message is one publish that people there do not know of. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
      metrics: {
        m: {
          namespace: "AWS/SQS",
          name: "ApproximateNumberOfMessagesVisible",
          statistic: "Maximum",
          dimensions: { QueueName: failedQueueName },
        },
      },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
    },
  ];
}

export interface OutageAlarmArgs {
  readonly environment: string;
  /** On while a release works: its page names no end, and the release itself takes it off. */
  readonly releaseWorks: MetricAlarmDefinition;
  /** The function that looks at the switch. */
  readonly switchWatchName: pulumi.Input<string>;
}

/** Alarms on the outage switch. */
export function outageAlarms(args: OutageAlarmArgs): readonly AlarmDefinition[] {
  const over = { comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 1 } as const;
  return [
    {
      ...common,
      ...over,
      id: "planned-page-overdue",
      severity: "page",
      unless: [args.releaseWorks],
      summary: "The site is still closed for planned work, and the time that was given for it is over.",
      reason: `Three looks of five. The time is ${quiet.afterEndMinutes} minutes after the announced end, or ${quiet.withoutEndMinutes / 60} hours without one, and ${quiet.longestMinutes / 60} hours at most.`,
      metrics: { m: metric(args.environment, "overdue") },
      periodSeconds: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
    },
    {
      ...common,
      ...over,
      id: "switch-unseen",
      severity: "ticket",
      summary:
        "Nobody sees how the outage switch stands, or the status page cannot follow it: planned work would page, and a forgotten page would not.",
      reason: "Half an hour of failed looks (chosen). A single one may have met a network that was slow.",
      metrics: {
        m: {
          namespace: "AWS/Lambda",
          name: "Errors",
          statistic: "Sum",
          dimensions: { FunctionName: args.switchWatchName },
        },
      },
      periodSeconds: 300,
      evaluationPeriods: 6,
      datapointsToAlarm: 6,
      treatMissingData: "notBreaching",
    },
  ];
}

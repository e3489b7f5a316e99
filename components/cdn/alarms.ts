import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric } from "../observability/definition";

export interface EdgeAlarmArgs {
  readonly distributionId: pulumi.Input<string>;
  readonly webAclName: pulumi.Input<string>;
}

const common = {
  component: "cdn",
  incident: "edge",
  severity: "ticket",
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  periodSeconds: 300,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  treatMissingData: "notBreaching",
  runbook: "docs/runbooks/edge.md",
} as const;

/**
 * In us-east-1, where CloudFront and its firewall have their metrics. Tickets, because no composite alarm spans
 * regions, and an error with its cause behind the edge already pages there. The synthetic user tests the edge itself
 * from outside. A firewall that keeps an attack out has the same counts as one that keeps half of all people out, so its
 * share of blocked requests wakes nobody; nobody at all behind it does (alarm `traffic`).
 */
export function edgeAlarms(args: EdgeAlarmArgs): readonly AlarmDefinition[] {
  const firewall = (name: "AllowedRequests" | "BlockedRequests"): Metric => ({
    namespace: "AWS/WAFV2",
    name,
    statistic: "Sum",
    dimensions: { WebACL: args.webAclName, Rule: "ALL" },
  });
  return [
    {
      ...common,
      id: "edge-errors",
      summary: "CloudFront answers with server errors.",
      reason:
        "5 % over ten minutes (chosen). https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html",
      metrics: {
        m: {
          namespace: "AWS/CloudFront",
          name: "5xxErrorRate",
          statistic: "Average",
          dimensions: { DistributionId: args.distributionId, Region: "Global" },
        },
      },
      threshold: 5,
    },
    {
      ...common,
      id: "firewall-blocks",
      summary: "The firewall blocks far more than usual: an attack, or a rule that stops people's work.",
      reason:
        "Two thousand requests in five minutes, twice: a scanner makes some hundred (chosen). https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html",
      metrics: {
        m: firewall("BlockedRequests"),
      },
      threshold: 2000,
    },
    {
      ...common,
      id: "firewall-blocks-work",
      summary: "The firewall blocks some requests hour after hour: a rule may stop people's work.",
      reason:
        "Thirty in each five minutes of an hour: a scanner is done in minutes, people try again all day. 1,408 blocked saves of editors were noticed by nobody in a published case (chosen).",
      metrics: {
        m: firewall("BlockedRequests"),
      },
      threshold: 30,
      evaluationPeriods: 12,
      datapointsToAlarm: 12,
    },
    {
      ...common,
      id: "firewall-blocks-many",
      summary: "The firewall blocks more than half of all requests: an attack, or a rule that keeps everybody out.",
      reason:
        "Half of at least a hundred requests in five minutes, twice (chosen). https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html",
      metrics: {
        b: firewall("BlockedRequests"),
        a: firewall("AllowedRequests"),
      },
      expression: "IF(a + b >= 100, 100 * b / (a + b), 0)",
      threshold: 50,
    },
  ];
}

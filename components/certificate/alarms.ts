import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition } from "../observability/definition";

/** @param where `load-balancer` or `viewer`: part of the alarm's id, as a stack has two certificates. */
export function certificateAlarms(
  where: "load-balancer" | "viewer",
  certificateArn: pulumi.Input<string>,
): readonly AlarmDefinition[] {
  return [
    {
      id: `certificate-${where}`,
      component: "certificate",
      incident: "edge",
      severity: "ticket",
      summary: "A certificate was not renewed and ends within a month; after that no browser opens the site.",
      reason:
        "ACM renews 60 days before the end and says so twice a day: https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html",
      metrics: {
        m: {
          namespace: "AWS/CertificateManager",
          name: "DaysToExpiry",
          statistic: "Minimum",
          dimensions: { CertificateArn: certificateArn },
        },
      },
      comparisonOperator: "LessThanThreshold",
      threshold: 30,
      periodSeconds: 86_400,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      // A day without data is no change.
      treatMissingData: "ignore",
      runbook: "docs/runbooks/certificate.md",
    },
  ];
}

import type * as pulumi from "@pulumi/pulumi";
import type { NoticeDefinition } from "./notices";

/** Resources whose events are watched. */
export interface WatchedEvents {
  /** Nothing on Fargate. */
  readonly autoScalingGroupName?: pulumi.Input<string> | undefined;
  readonly canaryName?: pulumi.Input<string> | undefined;
  /** @default EFS */
  readonly files?: "efs" | "openzfs" | "nfs";
  /** Mail leaves by SES. @default false */
  readonly ses?: boolean;
}

/**
 * AWS Health of the services that are of no region, which tells them in us-east-1 alone:
 * https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html
 */
export function globalNotices(): readonly NoticeDefinition[] {
  return [
    {
      id: "aws-health-global",
      component: "observability",
      summary: "AWS has trouble with a global service that the site is reached by, or plans a change.",
      source: "https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html",
      pattern: {
        source: ["aws.health"],
        "detail-type": ["AWS Health Event"],
        detail: {
          // Certificates of CloudFront and the status editor's sign-in are in this region.
          service: ["CLOUDFRONT", "ROUTE53", "WAF", "ACM", "COGNITO"],
          eventTypeCategory: ["issue", "scheduledChange"],
        },
      },
      runbook: "docs/runbooks/aws-events.md",
    },
  ];
}

/**
 * Events of services that cannot publish to an encrypted topic by themselves. Not included:
 * - Failovers of the database: RDS can publish, and does.
 * - Anything of ElastiCache. It sends events of serverless caches alone to EventBridge
 *   (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html), and those of nodes to an
 *   SNS topic that is not encrypted (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html). Caches
 *   are watched by alarms, and AWS Health reports planned changes.
 */
export function serviceNotices({
  autoScalingGroupName,
  canaryName,
  files = "efs",
  ses = false,
}: WatchedEvents): readonly NoticeDefinition[] {
  return [
    ...(autoScalingGroupName === undefined
      ? []
      : [
          {
            id: "instances-failed",
            component: "cluster",
            summary: "Instances cannot be launched, terminated or replaced.",
            source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html",
            pattern: {
              source: ["aws.autoscaling"],
              "detail-type": [
                "EC2 Instance Launch Unsuccessful",
                "EC2 Instance Terminate Unsuccessful",
                "EC2 Auto Scaling Instance Refresh Failed",
              ],
              detail: { AutoScalingGroupName: [autoScalingGroupName] },
            },
            runbook: "docs/runbooks/web-capacity.md",
          },
        ]),
    {
      id: "aws-health",
      component: "observability",
      summary: "AWS has trouble with a service that Moodle needs, or plans a change.",
      source: "https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html",
      pattern: {
        source: ["aws.health"],
        "detail-type": ["AWS Health Event"],
        detail: {
          // Codes of `aws health describe-event-types`: EFS's is not its short name.
          service: [
            ...["EC2", "ECS", "ELASTICACHE", "ELASTICLOADBALANCING", "RDS", "S3", "ACM"],
            ...{ efs: ["ELASTICFILESYSTEM"], openzfs: ["FSX"], nfs: [] }[files],
            ...(ses ? ["SES"] : []),
          ],
          eventTypeCategory: ["issue", "scheduledChange"],
        },
      },
      runbook: "docs/runbooks/aws-events.md",
    },
    ...(canaryName === undefined
      ? []
      : [
          {
            id: "synthetic-user-broken",
            component: "observability",
            summary: "The synthetic user cannot run; that it fails is an alarm.",
            source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitoring-events-eventbridge.html",
            pattern: {
              source: ["aws.synthetics"],
              "detail-type": ["Synthetics Canary Status Change"],
              detail: { "canary-name": [canaryName], "current-state": ["ERROR"] },
            },
            runbook: "docs/runbooks/synthetic-user.md",
          },
        ]),
  ];
}

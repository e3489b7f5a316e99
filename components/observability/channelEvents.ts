import type * as pulumi from "@pulumi/pulumi";
import type { NoticeDefinition } from "./notices";

/** What the events are of. */
export interface WatchedEvents {
  /** Nothing on Fargate. */
  readonly autoScalingGroupName?: pulumi.Input<string> | undefined;
  readonly canaryName?: pulumi.Input<string> | undefined;
}

/**
 * Events of services that cannot publish to an encrypted topic by themselves. Not in it: failovers of the database,
 * since RDS can publish and does; and failovers of a cache, since ElastiCache tells EventBridge only of what is listed
 * here (its alarms on replication see a failover).
 */
export function serviceNotices({ autoScalingGroupName, canaryName }: WatchedEvents): readonly NoticeDefinition[] {
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
      id: "cache-failed",
      component: "cache",
      summary: "A change of a cache failed, or one is near a limit: any cache of the account.",
      source: "https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-elasticache.html",
      pattern: {
        source: ["aws.elasticache"],
        "detail-type": ["Cache Creation Failed", "Cache Update Failed", "Cache Limit Approaching"],
      },
      runbook: "docs/runbooks/aws-events.md",
    },
    {
      id: "aws-health",
      component: "observability",
      summary: "AWS has trouble with a service that Moodle needs, or plans a change.",
      source: "https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html",
      pattern: {
        source: ["aws.health"],
        "detail-type": ["AWS Health Event"],
        detail: {
          service: ["CLOUDFRONT", "EC2", "ECS", "EFS", "ELASTICACHE", "ELASTICLOADBALANCING", "RDS", "S3"],
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

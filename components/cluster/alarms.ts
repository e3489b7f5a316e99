import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition } from "../observability/definition";

export interface ClusterAlarmArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Capacity provider of EC2; undefined on Fargate. */
  readonly capacityProviderName?: pulumi.Input<string> | undefined;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html */
export function clusterAlarms(args: ClusterAlarmArgs): readonly AlarmDefinition[] {
  if (args.capacityProviderName === undefined) {
    return [];
  }
  return [
    {
      id: "instances-short",
      component: "cluster",
      incident: "capacity",
      severity: "ticket",
      summary: "Tasks wait for instances that do not come: the group is at its largest, or AWS has none of the type.",
      reason:
        "More than all instances asked for, longer than three starts of one. https://aws.amazon.com/blogs/containers/deep-dive-on-amazon-ecs-cluster-auto-scaling/",
      metrics: {
        m: {
          namespace: "AWS/ECS/ManagedScaling",
          name: "CapacityProviderReservation",
          statistic: "Average",
          dimensions: { ClusterName: args.clusterName, CapacityProviderName: args.capacityProviderName },
        },
      },
      comparisonOperator: "GreaterThanThreshold",
      threshold: 100,
      periodSeconds: 60,
      evaluationPeriods: 15,
      datapointsToAlarm: 15,
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/web-capacity.md",
    },
  ];
}

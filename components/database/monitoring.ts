import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../lib/iam";

/** Seconds between samples of Enhanced Monitoring (operating system metrics): 0, 1, 5, 10, 15, 30 or 60. */
export const monitoringSeconds = 60;

/**
 * Days that performance data is kept, exactly these for each mode: standard is free with 7, advanced needs 465.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Considerations.html
 * The Performance Insights console ended on 31 July 2026; Database Insights shows its data.
 */
export const insightsRetentionDays = { standard: 7, advanced: 465 } as const;

/** The role that lets RDS write operating system metrics, and the attachment that it needs. */
export function enhancedMonitoringRole(name: string, parent: pulumi.Resource) {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  const partition = aws.getPartitionOutput({}, { parent }).partition;
  const role = new aws.iam.Role(
    `${name}-monitoring`,
    { assumeRolePolicy: serviceTrust("monitoring.rds.amazonaws.com", account) },
    { parent },
  );
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html
  const policyArn = pulumi.interpolate`arn:${partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`;
  const attachment = new aws.iam.RolePolicyAttachment(`${name}-monitoring`, { role: role.name, policyArn }, { parent });
  return { role, attachment };
}

/**
 * Sends events that need a person to a topic, which must let `events.rds.amazonaws.com` publish. The categories are
 * those of https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
 */
export function announceEvents(
  name: string,
  snsTopic: pulumi.Input<string>,
  cluster: aws.rds.Cluster,
  instances: readonly aws.rds.ClusterInstance[],
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.rds.EventSubscription(
    `${name}-cluster-events`,
    {
      snsTopic,
      sourceType: "db-cluster",
      sourceIds: [cluster.clusterIdentifier],
      eventCategories: ["failover", "failure", "maintenance", "notification"],
    },
    opts,
  );
  new aws.rds.EventSubscription(
    `${name}-instance-events`,
    {
      snsTopic,
      sourceType: "db-instance",
      sourceIds: instances.map((instance) => instance.identifier),
      eventCategories: ["availability", "failure", "low storage", "maintenance", "recovery"],
    },
    opts,
  );
}

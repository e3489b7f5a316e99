import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric } from "../observability/definition";
import { maxConnections, type Capacity } from "./connections";

export interface DatabaseAlarmArgs {
  readonly clusterIdentifier: pulumi.Input<string>;
  readonly capacity: Capacity;
  readonly readers: number;
}

const common = { component: "database", incident: "database", periodSeconds: 60 } as const;

/** Most of `max_connections`, in per cent, that the program's connection budget may use. */
const connectionsPercent = 80;

/** Sent each minute as long as the database runs, whatever else fails: where it is missing too, CloudWatch itself is. */
export function databaseHeartbeat(clusterIdentifier: pulumi.Input<string>): Metric {
  return {
    namespace: "AWS/RDS",
    name: "CPUUtilization",
    statistic: "Average",
    dimensions: { DBClusterIdentifier: clusterIdentifier, Role: "WRITER" },
  };
}

/**
 * Metrics: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html, by the
 * dimensions of https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html. The component's own event
 * subscription reports a failover.
 */
export function databaseAlarms(args: DatabaseAlarmArgs): readonly AlarmDefinition[] {
  const metric = (
    name: string,
    statistic: Metric["statistic"],
    role?: "WRITER" | "READER",
  ): { readonly m: Metric } => ({
    m: {
      namespace: "AWS/RDS",
      name,
      statistic,
      dimensions: { DBClusterIdentifier: args.clusterIdentifier, ...(role !== undefined && { Role: role }) },
    },
  });
  const connections = maxConnections(args.capacity);
  const serverless = args.capacity.kind === "serverless";
  return [
    {
      ...common,
      id: "database-connections",
      severity: "page",
      summary: "A database instance is about to refuse connections; every page then shows an error.",
      reason: `${connectionsPercent} % of the ${connections} that this size accepts: the connection budget of the settings keeps all tasks below it, so something holds connections. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html`,
      // Over all instances: the largest value matters.
      metrics: metric("DatabaseConnections", "Maximum"),
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: Math.round((connections * connectionsPercent) / 100),
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "missing",
      runbook: "docs/runbooks/database-connections.md",
    },
    {
      ...common,
      id: "database-load",
      severity: "page",
      summary: "The database has no CPU left: pages wait for it, and more web tasks make it worse.",
      reason: serverless
        ? "At the largest capacity the settings allow, for five minutes. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html"
        : "Queues grow without bound towards 100 %; five minutes are longer than a backup's or a report's peak here (chosen).",
      metrics: metric(serverless ? "ACUUtilization" : "CPUUtilization", "Average", "WRITER"),
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: serverless ? 95 : 90,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: "missing",
      runbook: "docs/runbooks/database-load.md",
    },
    {
      ...common,
      id: "database-deadlocks",
      severity: "page",
      summary: "Transactions block one another in a row: answers and grades are refused, and tried again by hand.",
      reason: "Twelve a minute over five minutes. Moodle has a few a day; each is a request that failed (chosen).",
      // Per second: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
      metrics: metric("Deadlocks", "Average", "WRITER"),
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 0.2,
      evaluationPeriods: 5,
      datapointsToAlarm: 4,
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/database-load.md",
    },
    {
      ...common,
      id: "database-storage",
      severity: "page",
      summary:
        'A database instance has no room for temporary tables: reports and searches fail with "The table is full".',
      reason:
        "2 GiB left of the instance's own disk, which a larger class alone extends (chosen). https://repost.aws/knowledge-center/aurora-mysql-local-storage",
      // Of all instances: the smallest value matters.
      metrics: metric("FreeLocalStorage", "Minimum"),
      comparisonOperator: "LessThanThreshold",
      threshold: 2 * 2 ** 30,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "missing",
      runbook: "docs/runbooks/database-load.md",
    },
    {
      ...common,
      id: "database-memory",
      severity: "ticket",
      summary: "A database instance is nearly out of memory: it restarts when there is none, and everybody waits.",
      reason:
        "256 MiB left for a quarter of an hour; the buffer pool itself is bounded, so something else grows (chosen). https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html",
      metrics: metric("FreeableMemory", "Minimum"),
      comparisonOperator: "LessThanThreshold",
      threshold: 256 * 2 ** 20,
      evaluationPeriods: 15,
      datapointsToAlarm: 15,
      treatMissingData: "missing",
      runbook: "docs/runbooks/database-load.md",
    },
    ...(args.readers > 0
      ? [
          {
            ...common,
            id: "database-replica-lag",
            severity: "ticket",
            summary: "Readers are behind the writer: people do not see what they have just saved.",
            reason:
              "Usually under 100 ms (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html); a page takes longer than a second to be asked for again.",
            metrics: metric("AuroraReplicaLagMaximum", "Maximum"),
            comparisonOperator: "GreaterThanOrEqualToThreshold",
            threshold: 1000,
            evaluationPeriods: 10,
            datapointsToAlarm: 8,
            treatMissingData: "notBreaching",
            runbook: "docs/runbooks/database-load.md",
          } as const,
        ]
      : []),
  ];
}

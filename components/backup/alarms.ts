import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric } from "../observability/definition";

export interface BackupAlarmArgs {
  readonly vaultName: pulumi.Input<string>;
  /** A metric that is always sent: an hour without both is CloudWatch's, and the days before the stack have neither. */
  readonly heartbeat: Metric;
  /** Backup jobs that must complete in a day. */
  readonly dailyJobs: number;
  readonly databaseClusterIdentifier: pulumi.Input<string>;
  readonly objectsBucketName: pulumi.Input<string>;
  /** Nothing for a file system without a metric of what is stored in it. */
  readonly efsFileSystemId?: pulumi.Input<string> | undefined;
}

const common = {
  component: "backup",
  severity: "ticket",
  periodSeconds: 86_400,
  runbook: "docs/runbooks/backups.md",
} as const;

/** Per cent of a store that may be deleted from one day to the next. Chosen: a term's courses are taken away in more steps. */
const shrinkPercent = 10;

/**
 * A backup that is not made sends nothing, and a backup of a store that somebody emptied is a success. What fails is told
 * by events (notices.ts).
 */
export function backupAlarms(args: BackupAlarmArgs): readonly AlarmDefinition[] {
  return [
    {
      ...common,
      id: "backup-missed",
      incident: "background",
      summary: "For two days, not every store had its backup.",
      reason:
        "Fewer completed jobs than stores in each of two days: in one day, a job that ends an hour later than yesterday's would look like a missed one. https://docs.aws.amazon.com/aws-backup/latest/devguide/cloudwatch.html",
      metrics: {
        m: {
          namespace: "AWS/Backup",
          name: "NumberOfBackupJobsCompleted",
          statistic: "Sum",
          dimensions: { BackupVaultName: args.vaultName },
        },
        h: args.heartbeat,
      },
      // No job sends nothing: 0 as long as the database runs.
      expression: "m + 0 * h",
      comparisonOperator: "LessThanThreshold",
      threshold: args.dailyJobs,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "ignore",
    },
    shrunk(
      "database",
      "database",
      "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html",
      {
        namespace: "AWS/RDS",
        name: "VolumeBytesUsed",
        dimensions: { DBClusterIdentifier: args.databaseClusterIdentifier },
      },
    ),
    ...(args.efsFileSystemId === undefined
      ? []
      : [
          shrunk("files", "shared files", "https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html", {
            namespace: "AWS/EFS",
            name: "StorageBytes",
            dimensions: { FileSystemId: args.efsFileSystemId, StorageClass: "Total" },
          }),
        ]),
    shrunk("objects", "objects", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html", {
      namespace: "AWS/S3",
      name: "BucketSizeBytes",
      dimensions: { BucketName: args.objectsBucketName, StorageType: "StandardStorage" },
    }),
  ];
}

/** A backup holds what its store holds: the store is watched, so that the good backups are found before they expire. */
function shrunk(
  id: "database" | "files" | "objects",
  what: string,
  source: string,
  metric: Omit<Metric, "statistic">,
): AlarmDefinition {
  return {
    ...common,
    id: `${id}-shrunk`,
    incident: id === "database" ? "database" : "files",
    summary: `The ${what} lost more than a tenth in a day, and so do the backups from now on: the last good one expires.`,
    reason: `${shrinkPercent} % from one day to the next (chosen). ${source}`,
    metrics: { m: { ...metric, statistic: "Average" } },
    expression: "100 * DIFF(m) / (m - DIFF(m))",
    comparisonOperator: "LessThanThreshold",
    threshold: -shrinkPercent,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "ignore",
  };
}

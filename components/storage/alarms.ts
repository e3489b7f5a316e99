import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric } from "../observability/definition";
import type { EfsStore } from "./efs";

/** The file system, and how its throughput is bought. A server that someone else runs is theirs to watch. */
export type SharedFilesAlarmArgs = {
  /** A metric that is always sent. Where it is missing too, CloudWatch is away, and the silence of another says nothing. */
  readonly heartbeat: Metric;
} & (
  | {
      readonly kind: "efs";
      readonly fileSystemId: pulumi.Input<string>;
      readonly throughputMode: NonNullable<EfsStore["throughputMode"]>;
    }
  | { readonly kind: "openzfs"; readonly fileSystemId: pulumi.Input<string> }
);

const common = {
  component: "storage",
  incident: "files",
  periodSeconds: 60,
  runbook: "docs/runbooks/shared-files.md",
} as const;

/**
 * Burst credits of a new EFS file system, in bytes: https://docs.aws.amazon.com/efs/latest/ug/performance.html#bursting
 */
const fullBurstCredits = 2.1 * 2 ** 40;

export function sharedFilesAlarms(args: SharedFilesAlarmArgs): readonly AlarmDefinition[] {
  return args.kind === "efs" ? efsAlarms(args) : openZfsAlarms(args);
}

/** Metrics: https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html */
function efsAlarms(args: Extract<SharedFilesAlarmArgs, { kind: "efs" }>): readonly AlarmDefinition[] {
  const metric = (name: string, statistic: Metric["statistic"]): Metric => ({
    namespace: "AWS/EFS",
    name,
    statistic,
    dimensions: { FileSystemId: args.fileSystemId },
  });
  const bursting: readonly AlarmDefinition[] = [
    {
      ...common,
      id: "files-credits",
      severity: "page",
      summary: "The shared files are about to run out of burst credit, and then everything that opens a file crawls.",
      reason:
        "An eighth of the full 2.1 TiB: 45 minutes at 100 MiB/s, the burst rate up to 1 TiB stored. https://docs.aws.amazon.com/efs/latest/ug/performance.html#bursting",
      metrics: { m: metric("BurstCreditBalance", "Minimum") },
      comparisonOperator: "LessThanThreshold",
      threshold: fullBurstCredits / 8,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: "ignore",
    },
  ];
  return [
    {
      ...common,
      id: "files-throughput",
      severity: "page",
      summary: "The shared files are read and written as fast as they may be: uploads, downloads and cron wait.",
      reason: "90 % of PermittedThroughput for ten minutes: https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html",
      metrics: { m: metric("MeteredIOBytes", "Sum"), p: metric("PermittedThroughput", "Minimum") },
      expression: "m / PERIOD(m) / p * 100",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 90,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "notBreaching",
    },
    {
      ...common,
      id: "files-operations",
      severity: "page",
      summary: "The shared files get more operations than the file system takes: every open of a file waits.",
      reason:
        "95 % of the limit of the General Purpose mode for ten minutes: https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html",
      metrics: { m: metric("PercentIOLimit", "Average") },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 95,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "notBreaching",
    },
    {
      ...common,
      id: "files-clients",
      severity: "page",
      summary: "Nothing has the shared files mounted: no task can serve a file or start.",
      reason: "Each task holds a connection: https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html",
      // Without a client there may be no metric at all: it counts as none then, unless CloudWatch has nothing of anything.
      metrics: { m: metric("ClientConnections", "Sum"), h: args.heartbeat },
      expression: "m + 0 * h",
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: "ignore",
    },
    ...(args.throughputMode === "bursting" ? bursting : []),
  ];
}

/** Metrics: https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/monitoring-cloudwatch.html */
function openZfsAlarms(args: Extract<SharedFilesAlarmArgs, { kind: "openzfs" }>): readonly AlarmDefinition[] {
  const metric = (name: string, statistic: Metric["statistic"]): Metric => ({
    namespace: "AWS/FSx",
    name,
    statistic,
    dimensions: { FileSystemId: args.fileSystemId },
  });
  return [
    {
      ...common,
      id: "files-space",
      severity: "page",
      summary: "The shared files are nearly full: uploads, sessions of work and cron fail when they are.",
      reason:
        "85 % stored, and it can grow only once in six hours: https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/managing-storage-capacity.html",
      metrics: { u: metric("UsedStorageCapacity", "Average"), c: metric("StorageCapacity", "Average") },
      expression: "u / c * 100",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 85,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: "missing",
    },
    {
      ...common,
      id: "files-throughput",
      severity: "page",
      summary: "The shared files are read and written as fast as they may be: uploads, downloads and cron wait.",
      reason: "90 % of the throughput that is paid for, for ten minutes (chosen).",
      metrics: { m: metric("NetworkThroughputUtilization", "Maximum") },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 90,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "missing",
    },
  ];
}

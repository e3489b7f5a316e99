import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

/** DynamoDB keeps none unless told to: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html */
const table = "aws:dynamodb/table:Table";
const keyspace = "aws:keyspaces/table:Table";
const lightsail = "aws:lightsail/database:Database";

/** The property that says for how many days, and what AWS does without it. */
const days: Readonly<Record<string, readonly [path: string, byItself: number]>> = {
  [dbCluster]: ["backupRetentionPeriod", awsDefaults.backupDays.value],
  [dbInstance]: ["backupRetentionPeriod", awsDefaults.instanceBackupDays.value],
  "aws:docdb/cluster:Cluster": ["backupRetentionPeriod", awsDefaults.backupDays.value],
  "aws:docdb/elasticCluster:ElasticCluster": ["backupRetentionPeriod", awsDefaults.backupDays.value],
  "aws:neptune/cluster:Cluster": ["backupRetentionPeriod", awsDefaults.backupDays.value],
  "aws:redshift/cluster:Cluster": ["automatedSnapshotRetentionPeriod", awsDefaults.warehouseBackupDays.value],
  "aws:memorydb/cluster:Cluster": ["snapshotRetentionLimit", awsDefaults.memoryBackupDays.value],
};

export const databaseBackups = resourceRule({
  id: "database-backups",
  group: "database",
  severity: "high",
  title: "Databases keep automatic backups for long enough.",
  why: "A mistake is often noticed weeks later, after the holidays; point-in-time restore reaches back only this far. The default is one day for a cluster, and none for an instance.",
  fix: "Raise backupRetentionPeriod, automatedSnapshotRetentionPeriod or snapshotRetentionLimit (35 days is the most that AWS keeps).",
  serves: ["Security Hub RDS.11", "Security Hub DynamoDB.2", "Well-Architected REL09-BP03", "Moodle R25"],
  example: `new aws.rds.Cluster("database", { backupRetentionPeriod: 35, ... });`,
  types: [...Object.keys(days), table, keyspace, lightsail],
  limits: { minDays: atLeast(30, "The fewest days of automatic backups.") },
  check: ({ type, props }, limits) => {
    switch (type) {
      case table:
        return expect(
          props.flag("pointInTimeRecovery.enabled"),
          (on) => on === true,
          "pointInTimeRecovery is not enabled",
          "Set pointInTimeRecovery: { enabled: true }.",
        );
      case keyspace:
        return expect(
          props.text("pointInTimeRecovery.status"),
          (status) => status === "ENABLED",
          "pointInTimeRecovery is not enabled",
          'Set pointInTimeRecovery: { status: "ENABLED" }.',
        );
      case lightsail:
        return expect(
          props.flag("backupRetentionEnabled"),
          (on) => on !== false,
          "backupRetentionEnabled is false",
          "Set backupRetentionEnabled: true. Lightsail keeps seven days.",
        );
    }
    const [path, byItself] = days[type]!;
    return props.has("replicateSourceDb")
      ? undefined
      : expect(
          props.number(path),
          (given) => (given ?? byItself) >= limits.minDays,
          (given) => `it keeps backups for ${given ?? byItself} days, not ${limits.minDays}`,
        );
  },
});

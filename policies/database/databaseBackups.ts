import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

/** DynamoDB keeps none unless told to: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html */
const table = "aws:dynamodb/table:Table";

export const databaseBackups = resourceRule({
  id: "database-backups",
  group: "database",
  severity: "high",
  title: "Databases keep automatic backups for long enough.",
  why: "A mistake is often noticed weeks later, after the holidays; point-in-time restore reaches back only this far. The default is one day for a cluster, and none for an instance.",
  fix: "Raise backupRetentionPeriod (35 days is the most that AWS keeps).",
  serves: ["Security Hub RDS.11", "Security Hub DynamoDB.2", "Well-Architected REL09-BP03", "Moodle R25"],
  example: `new aws.rds.Cluster("database", { backupRetentionPeriod: 35, ... });`,
  types: [dbCluster, dbInstance, "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster", table],
  limits: { minDays: atLeast(30, "The fewest days of automatic backups.") },
  check: ({ type, props }, limits) => {
    const byItself = (type === dbInstance ? awsDefaults.instanceBackupDays : awsDefaults.backupDays).value;
    return props.has("replicateSourceDb")
      ? undefined
      : type === table
        ? expect(
            props.flag("pointInTimeRecovery.enabled"),
            (on) => on === true,
            "pointInTimeRecovery is not enabled",
            "Set pointInTimeRecovery: { enabled: true }.",
          )
        : expect(
            props.number("backupRetentionPeriod"),
            (days) => (days ?? byItself) >= limits.minDays,
            (days) => `it keeps backups for ${days ?? byItself} days, not ${limits.minDays}`,
          );
  },
});

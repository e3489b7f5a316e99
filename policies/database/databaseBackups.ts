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
  why: "A mistake is often noticed weeks later, after the holidays; point-in-time restore reaches back only this far. AWS's own default is one day.",
  fix: "Raise backupRetentionPeriod (35 days is the most that AWS keeps).",
  serves: ["Security Hub RDS.11", "Security Hub DynamoDB.2", "Well-Architected REL09-BP03", "Moodle R25"],
  example: `new aws.rds.Cluster("database", { backupRetentionPeriod: 35, ... });`,
  types: [dbCluster, dbInstance, "aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster", table],
  limits: { minDays: atLeast(30, "The fewest days of automatic backups.") },
  check: ({ type, props }, limits) =>
    props.has("replicateSourceDb")
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
            (days) => (days ?? 1) >= limits.minDays,
            (days) => `it keeps backups for ${days ?? 1} days, not ${limits.minDays}`,
          ),
});

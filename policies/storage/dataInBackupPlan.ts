import { stackRule, strict } from "../lib/rule";
import { dbCluster, dbInstance, fsxFileSystems } from "../lib/types";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { inBackupPlan } from "./backupSelections";

export const dataInBackupPlan = stackRule({
  id: "data-in-backup-plan",
  group: "storage",
  severity: "high",
  title: "Databases and FSx file systems are in a plan of AWS Backup.",
  why: "The backups that a database or a file server makes itself are in the same account, region and hands as the data, and most go with it.",
  fix: "Name the resource's ARN in an aws.backup.Selection whose plan writes to a locked vault.",
  serves: ["Security Hub RDS.26", "Well-Architected REL09-BP02", "Moodle R25"],
  example: `new aws.backup.Selection("data", { planId: daily.id, iamRoleArn: backup.arn, resources: [database.arn] });`,
  // Lustre is scratch space in front of S3. EFS has a rule of its own, as it can do without a plan.
  types: [dbCluster, dbInstance, ...fsxFileSystems.filter((type) => !type.includes("lustre"))],
  limits: { plan: strict(true, "Whether a plan is asked for.") },
  check: (data, stack, limits) => {
    if (!limits.plan) {
      return undefined;
    }
    const selected = inBackupPlan(stack, data);
    if (isUnknown(selected)) {
      return undecided(selected);
    }
    return selected ? pass : violation("no selection of AWS Backup names it");
  },
});

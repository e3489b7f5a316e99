import { stackRule, strict } from "../lib/rule";
import { fileSystem } from "../lib/types";
import { expect, pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { inBackupPlan } from "./backupSelections";

const backupPolicy = "aws:efs/backupPolicy:BackupPolicy";

export const fileSystemBackedUp = stackRule({
  id: "file-system-backed-up",
  group: "storage",
  severity: "high",
  title: "EFS file systems are backed up.",
  why: "Copies in three zones protect from hardware, not from a wrong rm or ransomware.",
  fix: 'Name the file system in an aws.backup.Selection, or add aws.efs.BackupPolicy with backupPolicy: { status: "ENABLED" }: its backups cannot be restored before the policy of their vault is replaced.',
  serves: ["Security Hub EFS.2", "Well-Architected REL09-BP03", "Moodle R14", "Moodle R25"],
  example: `new aws.backup.Selection("files", { planId: daily.id, iamRoleArn: backup.arn, resources: [files.arn] });`,
  types: [fileSystem],
  limits: { backups: strict(true, "Whether backups are asked for.") },
  check: (files, stack, limits) => {
    if (!limits.backups) {
      return undefined;
    }
    const selected = inBackupPlan(stack, files);
    if (selected === true) {
      return pass;
    }
    const policies = stack.referring(backupPolicy, "fileSystemId", files);
    const [policy] = policies.exact;
    if (policy !== undefined) {
      return expect(
        policy.props.text("backupPolicy.status"),
        (status) => status === "ENABLED",
        (status) => `its backup policy is ${status ?? "not set"}`,
      );
    }
    if (isUnknown(selected)) {
      return undecided(selected);
    }
    return policies.possible.length > 0
      ? undecided("fileSystemId of a backup policy")
      : violation("nothing backs it up");
  },
});

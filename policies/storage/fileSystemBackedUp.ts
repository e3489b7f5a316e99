import { stackRule, strict } from "../lib/rule";
import { fileSystem } from "../lib/types";
import { expect, pass, undecided, violation } from "../lib/verdict";

const backupPolicy = "aws:efs/backupPolicy:BackupPolicy";
const selection = "aws:backup/selection:Selection";

export const fileSystemBackedUp = stackRule({
  id: "file-system-backed-up",
  group: "storage",
  severity: "high",
  title: "EFS file systems are backed up.",
  why: "Copies in three zones protect from hardware, not from a wrong rm or ransomware.",
  fix: 'Add aws.efs.BackupPolicy with backupPolicy: { status: "ENABLED" }, or name the file system in an aws.backup.Selection.',
  serves: ["Security Hub EFS.2", "Well-Architected REL09-BP03", "Moodle R14", "Moodle R25"],
  example: `new aws.efs.BackupPolicy("files", { fileSystemId: files.id, backupPolicy: { status: "ENABLED" } });`,
  types: [fileSystem],
  limits: { backups: strict(true, "Whether backups are asked for.") },
  check: (files, stack, limits) => {
    if (!limits.backups) {
      return undefined;
    }
    if (stack.ofType(selection).some((one) => stack.references(one, "resources", [fileSystem]).exact.includes(files))) {
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
    return policies.possible.length > 0
      ? undecided("fileSystemId of a backup policy")
      : violation("nothing backs it up");
  },
});

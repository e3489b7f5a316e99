import { resourceRule } from "../lib/rule";
import { fileSystem } from "../lib/types";
import { expect } from "../lib/verdict";

export const fileSystemEncrypted = resourceRule({
  id: "file-system-encrypted",
  group: "storage",
  severity: "critical",
  title: "EFS file systems are encrypted at rest.",
  why: "The file system holds what users upload; it can not be encrypted later without copying everything into a new one.",
  fix: "Set encrypted: true, and kmsKeyId for a key of your own.",
  serves: ["CIS AWS 3.0 2.4.1", "Security Hub EFS.1", "Well-Architected SEC08-BP02", "Moodle R25"],
  example: `new aws.efs.FileSystem("files", { encrypted: true, kmsKeyId: key.arn });`,
  types: [fileSystem],
  limits: {},
  check: ({ props }) => expect(props.flag("encrypted"), (on) => on === true, "encrypted is not true"),
});

import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule, strict } from "../lib/rule";
import { fsxFileSystems } from "../lib/types";
import { expect, pass } from "../lib/verdict";

export const fsxResilient = resourceRule({
  id: "fsx-resilient",
  group: "storage",
  severity: "high",
  title: "FSx file systems span two availability zones and are backed up.",
  why: "A single-zone file server is a single point of failure for every upload of the site.",
  fix: "Choose a MULTI_AZ deploymentType with two subnets and a preferredSubnetId, and set automaticBackupRetentionDays. The type can not be changed later.",
  serves: [
    "Security Hub FSx.3",
    "Security Hub FSx.4",
    "Security Hub FSx.5",
    "Well-Architected REL10-BP01",
    "Moodle R14",
  ],
  example: `new aws.fsx.OpenZfsFileSystem("files", { deploymentType: "MULTI_AZ_1", subnetIds: [dataA.id, dataB.id], preferredSubnetId: dataA.id, automaticBackupRetentionDays: 30, ... });`,
  // Lustre has no such choice: it is scratch space in front of S3.
  types: fsxFileSystems.filter((type) => !type.includes("lustre")),
  limits: {
    multiZone: strict(true, "Whether two availability zones are asked for."),
    minBackupDays: atLeast(30, "The fewest days of automatic backups."),
  },
  check: ({ type, props }, limits) => [
    limits.multiZone
      ? expect(
          props.text("deploymentType"),
          (type) => type !== undefined && type.startsWith("MULTI_AZ"),
          (type) => `its deploymentType is ${type ?? "not set"}`,
        )
      : pass,
    expect(
      props.number("automaticBackupRetentionDays"),
      (days) => (days ?? backupDays(type)) >= limits.minBackupDays,
      (days) => `it keeps backups for ${days ?? backupDays(type)} days, not ${limits.minBackupDays}`,
    ),
  ],
});

/** Only the provider of Windows file systems says what it does without a word; the others have then what the API gives them. */
function backupDays(type: string): number {
  return (type.includes("windows") ? awsDefaults.windowsBackupDays : awsDefaults.fileSystemBackupDays).value;
}

import { z } from "zod";
import { arns } from "./arns";
import { choice, derived, type Groups, integer, kind, text } from "./fields";
import { order, type Rules } from "./rule";
import { below, type safety } from "./safety";
import { regions, type Site } from "./site";

export const backup = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("none", "Only the database's own backups, which go with it. For data that nobody would miss."),
  }),
  z.strictObject({
    kind: kind("vault", "Daily backups of database, files and objects by AWS Backup, in a locked vault."),
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html: 35 at most for continuous ones.
    retentionDays: integer(1, 35, "Days that backups are kept."),
    lock: choice(
      ["governance", "compliance"],
      "Who may take off the vault's lock: an administrator, or nobody ever (docs/adr/0029-backups.md).",
    ).default("governance"),
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
    lockGraceDays: integer(3, 36_500, "Days in which a lock of kind compliance can still be taken off.").default(14),
    breakGlassRoleArn: text(
      arns.role,
      "the ARN of an IAM role",
      "Role that alone may delete backups or change the vault's policy. Left out, nobody may delete one.",
    ).optional(),
    // Each copy of the database is a whole one, so days of copies cost more than days of backups.
    copyRetentionDays: derived(
      "14, or retentionDays where that is less",
      integer(1, 35, "Days that copies are kept; at most retentionDays.").optional(),
    ),
    copyRegion: choice(regions, "Region of a second vault, which gets a copy of each backup.")
      .meta({ allowed: "a region that the AWS provider knows, such as eu-west-1" })
      .optional(),
    copyVaultArn: text(
      arns.vault,
      "the ARN of a vault of AWS Backup",
      "Vault of another account in the same region and organisation, which gets a copy of each backup.",
    ).optional(),
  }),
]);

/** The parts of a vault's ARN that rules and key policies need. */
export function vaultArnParts(arn: string): { readonly region: string; readonly account: string } {
  const [, , , region = "", account = ""] = arn.split(":");
  return { region, account };
}

/** Account of the vault that gets copies, if it is another one. */
export function copiesToAccount(settings: Groups<{ backup: typeof backup }>): string | undefined {
  const { backup } = settings;
  return backup.kind === "vault" && backup.copyVaultArn !== undefined
    ? vaultArnParts(backup.copyVaultArn).account
    : undefined;
}

/** Two weeks, in which a mistake in what was copied is seen. */
const usualCopyDays = 14;

/** Days that copies of backups are kept. */
export function keptCopyDays(vault: {
  readonly retentionDays: number;
  readonly copyRetentionDays?: number | undefined;
}): number {
  return vault.copyRetentionDays ?? Math.min(usualCopyDays, vault.retentionDays);
}

export const backupRules: Rules<Site & Groups<{ backup: typeof backup; safety: typeof safety }>> = [
  ({ backup }) =>
    backup.kind === "vault" &&
    (backup.copyRegion !== undefined || backup.copyVaultArn !== undefined) &&
    backup.copyRetentionDays !== undefined &&
    backup.copyRetentionDays > backup.retentionDays
      ? order("moodle:backup", "copyRetentionDays", "retentionDays", [backup.copyRetentionDays, backup.retentionDays])
      : [],

  ({ backup, safety, profile }) =>
    backup.kind === "none"
      ? safety.lockedBackups
        ? [
            {
              path: "moodle:backup.kind",
              given: backup.kind,
              allowed: `vault: the floor "lockedBackups" of profile ${profile}`,
              fix: "Remove the line. Nothing but a locked vault outlives a mistake of an administrator.",
            },
          ]
        : []
      : below(
          "moodle:backup.retentionDays",
          backup.retentionDays,
          safety.backupRetentionDays,
          "days of backups in the vault",
          profile,
        ),

  ({ backup, safety, profile }) =>
    safety.backupCopies &&
    backup.kind === "vault" &&
    backup.copyRegion === undefined &&
    backup.copyVaultArn === undefined
      ? [
          {
            path: "moodle:backup.copyRegion",
            given: undefined,
            allowed: `a region, or a vault of another account in copyVaultArn: the floor "backupCopies" of profile ${profile}`,
            fix: "Write copyRegion: eu-west-1, or another region where people's data may be.",
          },
        ]
      : [],

  ({ backup, region }) =>
    backup.kind === "vault" && backup.copyRegion === region
      ? [
          {
            path: "moodle:backup.copyRegion",
            given: backup.copyRegion,
            allowed: "another region than moodle:region",
            fix: "A copy in the same region is lost with it.",
          },
        ]
      : [],

  ({ backup, region }) =>
    backup.kind === "vault" && backup.copyVaultArn !== undefined && vaultArnParts(backup.copyVaultArn).region !== region
      ? [
          {
            path: "moodle:backup.copyVaultArn",
            given: backup.copyVaultArn,
            // https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
            allowed: `a vault in ${region}`,
            fix: "AWS Backup copies a database to another account or to another region, not to both at once. Give a vault of this region, and copyRegion.",
          },
        ]
      : [],

  ({ backup, safety, profile }) =>
    backup.kind === "vault" && backup.lock === "compliance" && !safety.deletionProtection
      ? [
          {
            path: "moodle:backup.lock",
            given: backup.lock,
            allowed: `governance in profile ${profile}, whose stacks are thrown away`,
            fix: "Nobody could ever delete the vault. Remove the line, or raise moodle:safety.deletionProtection.",
          },
        ]
      : [],
];

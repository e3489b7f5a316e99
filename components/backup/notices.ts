import type * as pulumi from "@pulumi/pulumi";
import type { NoticeDefinition } from "../observability/notices";

export interface NoticedVault {
  readonly vaultName: pulumi.Input<string>;
  readonly vaultArn: pulumi.Input<string>;
}

const about = {
  component: "backup",
  source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html",
  runbook: "docs/runbooks/backups.md",
} as const;

/** Events of a vault that need attention. AWS Backup sends them on best effort: alarms.ts watches for silence. */
export function backupNotices({ vaultName, vaultArn }: NoticedVault): readonly NoticeDefinition[] {
  return [
    {
      ...about,
      id: "backup-failed",
      summary: "A backup was not made.",
      pattern: {
        source: ["aws.backup"],
        "detail-type": ["Backup Job State Change"],
        detail: { backupVaultName: [vaultName], state: ["FAILED", "ABORTED", "EXPIRED"] },
      },
    },
    {
      ...about,
      id: "backup-copy-failed",
      summary: "A backup was made, but not copied to the other region or account.",
      pattern: {
        source: ["aws.backup"],
        "detail-type": ["Copy Job State Change"],
        detail: { sourceBackupVaultArn: [vaultArn], state: ["FAILED"] },
      },
    },
    {
      ...about,
      id: "backup-not-whole",
      summary: "A backup is not whole, or should have been deleted by now and could not be.",
      pattern: {
        source: ["aws.backup"],
        "detail-type": ["Recovery Point State Change"],
        detail: { backupVaultName: [vaultName], status: ["PARTIAL", "EXPIRED"] },
      },
    },
  ];
}

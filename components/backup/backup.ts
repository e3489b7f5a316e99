import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../lib/iam";
import { type Problem, refuse } from "../lib/invalid";
import type { BackupVault } from "./vault";

/** A vault that gets a copy of every recovery point. */
export interface CopyVault {
  readonly arn: pulumi.Input<string>;
  /** Days that a copy is kept. Copies of continuous backups are snapshots. */
  readonly retentionDays: number;
}

export interface BackupArgs {
  readonly vault: Pick<BackupVault, "vaultName">;
  /** Days that a recovery point is kept, 1 to 35: more than 35 cannot be had for continuous backups. */
  readonly retentionDays: number;
  /** Beginning of the daily backup, `hh:mm` in UTC. */
  readonly startTime: string;
  /**
   * What has a snapshot each day, by ARN: the database cluster. A tag would also take what others tag, and leave out what
   * lost its tag.
   */
  readonly snapshotsOf: readonly pulumi.Input<string>[];
  /**
   * File systems that have a snapshot each day, {@link filesAfterMinutes} later. So the files of a night have all that its database
   * names: docs/backups.md, which order loses nothing.
   */
  readonly filesOf: readonly pulumi.Input<string>[];
  /** Buckets whose every change is backed up, by ARN. Each must be versioned and send its events to EventBridge. */
  readonly continuousOf: readonly pulumi.Input<string>[];
  /**
   * Keep the role when the stack is destroyed: AWS Backup deletes expired backups as it, and leaves them, to be paid for,
   * when it is gone. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DeleteRecoveryPoint.html @default true
   */
  readonly keep?: boolean;
  /** @default none */
  readonly copies?: readonly CopyVault[];
}

/** Minutes between the beginnings of both backups (chosen). AWS Backup may begin either up to 8 hours late: startWindow below. */
const filesAfterMinutes = 60;

/** Jobs that must complete every day: one for each resource. */
export function dailyJobs(stores: Pick<BackupArgs, "snapshotsOf" | "filesOf" | "continuousOf">): number {
  return stores.snapshotsOf.length + stores.filesOf.length + stores.continuousOf.length;
}

/**
 * Daily backups by AWS Backup: a snapshot of the database, one of the files after it, and a continuous backup of buckets,
 * which can be restored to any second.
 *
 * The database's own backups are continuous already, and stay Aurora's. Were they AWS Backup's, it would own the cluster's
 * backup window and retention, and RDS would refuse the program's changes: docs/adr/0029-backups.md.
 *
 * *Cost.* By the gigabyte that is kept, and by the gigabyte that is copied to another region.
 */
export class Backup extends pulumi.ComponentResource {
  /** Role that AWS Backup works as, for backups and for restores. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:backup:Backup", name, {}, opts);
    refuse(this, problems(args));
    const child = { parent: this };
    const { role, attachments } = backupRole(name, { ...child, retainOnDelete: args.keep ?? true });

    const plans = [
      { kind: "snapshots", resources: args.snapshotsOf, enableContinuousBackup: false, afterMinutes: 0 },
      { kind: "files", resources: args.filesOf, enableContinuousBackup: false, afterMinutes: filesAfterMinutes },
      { kind: "continuous", resources: args.continuousOf, enableContinuousBackup: true, afterMinutes: 0 },
    ].filter(({ resources }) => resources.length > 0);
    for (const { kind, resources, ...rest } of plans) {
      const plan = new aws.backup.Plan(`${name}-${kind}`, { rules: [rule(args, rest)] }, child);
      new aws.backup.Selection(
        `${name}-${kind}-selection`,
        // A name of fifty characters at most, which need be its own within the plan alone.
        { name: kind, planId: plan.id, iamRoleArn: role.arn, resources: [...resources] },
        // Each change replaces it, and the new one has the name of the old one.
        { ...child, dependsOn: attachments, deleteBeforeReplace: true },
      );
    }

    this.roleArn = pulumi.all([role.arn, ...attachments.map(({ id }) => id)]).apply(([arn]) => arn as string);
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions */
function dailyCron(startTime: string, afterMinutes: number): string {
  const [hour = 0, minute = 0] = startTime.split(":").map(Number);
  const at = (hour * 60 + minute + afterMinutes) % (24 * 60);
  return `cron(${at % 60} ${Math.floor(at / 60)} * * ? *)`;
}

function rule(
  { vault, startTime, retentionDays, copies }: BackupArgs,
  { enableContinuousBackup, afterMinutes }: { readonly enableContinuousBackup: boolean; readonly afterMinutes: number },
) {
  return {
    ruleName: "daily",
    targetVaultName: vault.vaultName,
    schedule: dailyCron(startTime, afterMinutes),
    // AWS's own defaults, in minutes: FSx and RDS refuse a backup in their maintenance, and the first one of a large file
    // system takes days. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html
    startWindow: 480,
    completionWindow: 10_080,
    enableContinuousBackup,
    lifecycle: { deleteAfter: retentionDays },
    copyActions: (copies ?? []).map((copy) => ({
      destinationVaultArn: copy.arn,
      lifecycle: { deleteAfter: copy.retentionDays },
    })),
  };
}

/** AWS's policies for backups and restores: https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html */
const managedPolicies = {
  backup: "service-role/AWSBackupServiceRolePolicyForBackup",
  restore: "service-role/AWSBackupServiceRolePolicyForRestores",
  "backup-buckets": "AWSBackupServiceRolePolicyForS3Backup",
  "restore-buckets": "AWSBackupServiceRolePolicyForS3Restore",
} as const;

function backupRole(name: string, child: { readonly parent: pulumi.Resource; readonly retainOnDelete: boolean }) {
  const { partition } = aws.getPartitionOutput({}, { parent: child.parent });
  const role = new aws.iam.Role(`${name}-role`, { assumeRolePolicy: serviceTrust("backup.amazonaws.com") }, child);
  const attachments = Object.entries(managedPolicies).map(
    ([suffix, policy]) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${suffix}`,
        { role: role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
        child,
      ),
  );
  return { role, attachments };
}

function problems({ retentionDays, startTime, snapshotsOf, filesOf, continuousOf }: BackupArgs): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > 35) {
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
    const fix = "35 is the usual.";
    found.push({ path: "retentionDays", given: retentionDays, allowed: "a whole number from 1 to 35", fix });
  }
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(startTime)) {
    found.push({ path: "startTime", given: startTime, allowed: "hh:mm in UTC", fix: "Write it like 02:00." });
  }
  if (snapshotsOf.length + filesOf.length + continuousOf.length === 0) {
    found.push({ path: "snapshotsOf", given: [], allowed: "one resource or more", fix: "Give the database." });
  }
  return found;
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { copyStatements } from "../encryption/copies";
import { policyDocument, type Statement } from "../lib/iam";
import { type Problem, refuse } from "../lib/invalid";

/** The lock of a vault: how long it refuses to delete a recovery point, and whether the lock itself can be taken off. */
export interface VaultLock {
  /**
   * - `governance`: whoever has `backup:DeleteBackupVaultLockConfiguration` may take it off.
   * - `compliance`: nobody may, once `changeableForDays` have passed: not AWS, not the root user. *Cost*: backups are
   *   paid for until they expire, whatever happens.
   */
  readonly mode: "governance" | "compliance";
  /** Days in which a lock in mode compliance can still be taken off: 3 to 36500. Nothing with governance. */
  readonly changeableForDays?: number;
  /** Recovery points are kept at least this long, 1 to 36500 days. A job that asks for less fails. */
  readonly minRetentionDays: number;
}

export interface BackupVaultArgs {
  readonly lock: VaultLock;
  /**
   * Role that alone may delete recovery points, shorten their life or change this rule. Left out, nobody may delete one,
   * but an administrator may take the rule off. @default none
   */
  readonly breakGlassRoleArn?: string | undefined;
  /** Account that gets copies: it may read what the vault's key encrypts. @default none */
  readonly copiesToAccount?: string | undefined;
  /**
   * Keep vault, lock and key when the stack is destroyed. Otherwise the destroy deletes all recovery points, for
   * throw-away environments. @default true
   */
  readonly keep?: boolean;
}

/**
 * A vault of AWS Backup with a key of its own and a lock.
 *
 * *Cost.* One key-month; what is in the vault is paid for by the gigabyte.
 */
export class BackupVault extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Known once lock and policy are there, so that no backup is in it before. */
  readonly vaultName: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: BackupVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:backup:BackupVault", name, {}, opts);
    refuse(this, lockProblems("lock", args.lock));
    const keep = args.keep ?? true;
    const kept = { parent: this, retainOnDelete: keep };

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `Encrypts the backups of ${name}`,
        deletionWindowInDays: 30,
        enableKeyRotation: true,
        policy: keyPolicy(this, args.copiesToAccount),
      },
      kept,
    );
    const vault = new aws.backup.Vault(`${name}-vault`, { kmsKeyArn: key.arn, forceDestroy: !keep }, kept);
    const lock = new aws.backup.VaultLockConfiguration(
      `${name}-lock`,
      {
        backupVaultName: vault.name,
        minRetentionDays: args.lock.minRetentionDays,
        // Its presence makes the lock one of mode compliance.
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
        ...(args.lock.mode === "compliance" && { changeableForDays: args.lock.changeableForDays }),
      },
      // The provider replaces it for each change, and its id is the vault's name. A kept one is put again over the old one,
      // which protection would stop. Another one must go first: deleted after it, the old one would take the new one off.
      { ...kept, protect: false, deleteBeforeReplace: !keep },
    );
    const policy = new aws.backup.VaultPolicy(
      `${name}-policy`,
      { backupVaultName: vault.name, policy: policyDocument(vaultStatements(args.breakGlassRoleArn)) },
      kept,
    );

    this.arn = vault.arn;
    this.vaultName = pulumi.all([vault.name, lock.id, policy.id]).apply(([vaultName]) => vaultName);
    this.keyArn = key.arn;
    this.registerOutputs({ arn: this.arn, vaultName: this.vaultName, keyArn: this.keyArn });
  }
}

/** Problems with a lock. Ranges: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html */
function lockProblems(path: string, { mode, changeableForDays, minRetentionDays }: VaultLock): Problem[] {
  const problems: Problem[] = [];
  const days = (value: number | undefined, from: number) =>
    value !== undefined && Number.isInteger(value) && value >= from && value <= 36_500;
  if (!days(minRetentionDays, 1)) {
    const fix = "Give the days for which backups are kept.";
    problems.push({ path: `${path}.minRetentionDays`, given: minRetentionDays, allowed: "1 to 36500", fix });
  }
  if (mode === "compliance" ? !days(changeableForDays, 3) : changeableForDays !== undefined) {
    problems.push({
      path: `${path}.changeableForDays`,
      given: changeableForDays,
      allowed: "3 to 36500 with mode compliance, and nothing otherwise",
      fix: "Give 14 with compliance: two weeks to find a mistake.",
    });
  }
  return problems;
}

/** Calls that destroy a recovery point or shorten its life. AWS Backup itself still deletes those that have expired. */
const deletions = [
  "backup:DeleteRecoveryPoint",
  "backup:UpdateRecoveryPointLifecycle",
  "backup:DisassociateRecoveryPoint",
];
const policyChanges = [
  "backup:PutBackupVaultAccessPolicy",
  "backup:DeleteBackupVaultAccessPolicy",
  "backup:DeleteBackupVault",
];

/**
 * Without a role for emergencies, the calls that change this very policy stay allowed: otherwise nobody could ever
 * update the stack. They are reported (docs/runbooks/protection.md).
 */
function vaultStatements(breakGlassRoleArn: string | undefined): Statement[] {
  return [
    {
      sid: "DenyDeletionOfBackups",
      effect: "Deny",
      principals: "*",
      actions: breakGlassRoleArn === undefined ? deletions : [...deletions, ...policyChanges],
      resources: ["*"],
      ...(breakGlassRoleArn !== undefined && {
        conditions: { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } },
      }),
    },
  ];
}

/** In a key policy "*" as the resource means this key. */
function keyPolicy(parent: pulumi.Resource, copiesToAccount: string | undefined): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  const { partition } = aws.getPartitionOutput({}, { parent });
  return policyDocument([
    {
      sid: "AllowAccountThroughIam",
      actions: ["kms:*"],
      principals: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
      resources: ["*"],
    },
    ...(copiesToAccount === undefined ? [] : copyStatements(partition, copiesToAccount)),
  ]);
}

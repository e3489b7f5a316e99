import * as pulumi from "@pulumi/pulumi";

import { Backup, dailyJobs } from "../components/backup/backup";
import { BackupVault, type BackupVaultArgs } from "../components/backup/vault";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import { maintenanceTimes } from "./maintenance";
import type { Providers } from "./providers";
import { copiesToAccount, keptCopyDays } from "./settings/backup";
import { keepsData } from "./settings/safety";
import type { Settings } from "./settings/settings";

/** Backups of all data: what people need to know of them. */
export interface BackupOutputs {
  readonly vaultName: pulumi.Output<string>;
  readonly vaultArn: pulumi.Output<string>;
  /** In the region of the copies; undefined where there are none. */
  readonly copyVaultName: pulumi.Output<string> | undefined;
  /** Role that AWS Backup works as. */
  readonly roleArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  /** Backup jobs that must complete in a day. */
  readonly dailyJobs: number;
}

/** Vault, plan and copies; undefined for a stack without backups. */
export function buildBackup(
  settings: Settings,
  providers: Providers,
  { database, files, buckets }: Pick<Data, "database" | "files"> & Pick<Foundation, "buckets">,
): BackupOutputs | undefined {
  const { environment, backup, safety } = settings;
  if (backup.kind === "none") {
    return undefined;
  }
  const named = (role: string) => `${environment}-${role}`;
  const stateful = { provider: providers.regional, protect: safety.protect };
  const { retentionDays } = backup;
  const copyRetentionDays = keptCopyDays(backup);
  const keep = keepsData(safety);
  const args = (minRetentionDays: number): BackupVaultArgs => ({
    lock: {
      mode: backup.lock,
      ...(backup.lock === "compliance" && { changeableForDays: backup.lockGraceDays }),
      minRetentionDays,
    },
    breakGlassRoleArn: backup.breakGlassRoleArn,
    keep,
  });
  const vault = new BackupVault(
    named("backups"),
    { ...args(retentionDays), copiesToAccount: copiesToAccount(settings) },
    stateful,
  );
  const copies =
    providers.copies &&
    new BackupVault(named("backup-copies"), args(copyRetentionDays), { ...stateful, provider: providers.copies });
  const [startTime = ""] = maintenanceTimes(settings).windows.backup.split("-");
  const { fileSystemArn } = files.mount;
  const stores = {
    snapshotsOf: [database.clusterArn],
    filesOf: fileSystemArn === undefined ? [] : [fileSystemArn],
    // Files of Moodle, and the files that people have put beside the program's own: what a restored stack starts with.
    continuousOf: [buckets.objects.arn, buckets.configuration.arn],
  };
  const { roleArn } = new Backup(
    named("backup"),
    {
      vault,
      retentionDays,
      startTime,
      ...stores,
      keep,
      copies: [
        ...(copies === undefined ? [] : [{ arn: copies.arn, retentionDays: copyRetentionDays }]),
        ...(backup.copyVaultArn === undefined ? [] : [{ arn: backup.copyVaultArn, retentionDays: copyRetentionDays }]),
      ],
    },
    { provider: providers.regional },
  );
  return {
    vaultName: vault.vaultName,
    vaultArn: vault.arn,
    copyVaultName: copies?.vaultName,
    roleArn,
    keyArn: vault.keyArn,
    dailyJobs: dailyJobs(stores),
  };
}

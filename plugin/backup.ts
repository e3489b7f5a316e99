import * as pulumi from "@pulumi/pulumi";
import * as backup from "../components/backup/backup";
import { BackupVault } from "../components/backup/vault";

export interface BackupArgs {
  /** ARNs of database clusters that have a snapshot each day. */
  snapshotsOf: pulumi.Input<string>[];
  /** ARNs of file systems that have a snapshot each day, an hour later. */
  filesOf: pulumi.Input<string>[];
  /** Days that a recovery point is kept, 1 to 35. Nobody can delete one earlier. */
  retentionDays: number;
  /** Beginning of the daily backup, `hh:mm` in UTC. */
  startTime: string;
  /** Keep the vault with all recovery points when the stack is destroyed. Default: true. */
  keep?: boolean;
}

/** Daily backups by AWS Backup into a vault with a key of its own and a lock in governance mode. */
export class Backup extends pulumi.ComponentResource {
  readonly vaultName: pulumi.Output<string>;
  /** Role that AWS Backup works as, for backups and for restores. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: BackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:Backup", name, {}, opts);
    const { keep } = args;
    const vault = new BackupVault(
      `${name}-vault`,
      { lock: { mode: "governance", minRetentionDays: args.retentionDays }, keep },
      { parent: this },
    );
    const made = new backup.Backup(name, { ...args, vault, continuousOf: [] }, { parent: this });
    this.vaultName = vault.vaultName;
    this.roleArn = made.roleArn;
    this.registerOutputs();
  }
}

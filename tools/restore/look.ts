import { BackupClient, paginateListRecoveryPointsByBackupVault } from "@aws-sdk/client-backup";
import { DescribeDBClustersCommand, RDSClient } from "@aws-sdk/client-rds";
import { asked, isMissing } from "../lib/awsCall";
import type { Names } from "../runbook/fill";

/** A recovery point of the vault that can be restored. */
export interface Point {
  readonly arn: string;
  /** Milliseconds: its beginning. What was written later may be missing in it. */
  readonly at: number;
  readonly bytes?: number | undefined;
}

/** What there is to restore. */
export interface Found {
  /** Milliseconds that Aurora reaches back to, and its newest; undefined when the cluster is gone. */
  readonly window: { readonly earliest: number; readonly latest: number } | undefined;
  /** Oldest first. */
  readonly points: Readonly<Record<Store, readonly Point[]>>;
}

export type Store = "database" | "files" | "objects";

/** Reads Aurora's window and the vault. Changes nothing. */
export async function look(names: Names): Promise<Found> {
  const region = names["region"]!;
  const backup = new BackupClient({ region });
  const points = async (arn: string | undefined): Promise<readonly Point[]> => {
    const vault = names["backupVault"];
    return vault && arn ? recoveryPoints(backup, vault, arn) : [];
  };
  const [window, database, files, objects] = await Promise.all([
    restorable(new RDSClient({ region }), names["database"]!),
    points(names["databaseArn"]),
    points(names["efsFileSystemArn"] || names["openZfsFileSystemArn"]),
    points(names["objectsBucketArn"]),
  ]);
  return { window, points: { database, files, objects } };
}

async function recoveryPoints(client: BackupClient, vault: string, arn: string): Promise<readonly Point[]> {
  const found: Point[] = [];
  const pages = paginateListRecoveryPointsByBackupVault({ client }, { BackupVaultName: vault, ByResourceArn: arn });
  const read = async () => {
    for await (const { RecoveryPoints = [] } of pages) {
      for (const { RecoveryPointArn, CreationDate, Status, BackupSizeInBytes } of RecoveryPoints) {
        // AVAILABLE: a continuous one. https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RecoveryPointByBackupVault.html
        if (RecoveryPointArn && CreationDate && (Status === "COMPLETED" || Status === "AVAILABLE")) {
          found.push({ arn: RecoveryPointArn, at: CreationDate.getTime(), bytes: BackupSizeInBytes });
        }
      }
    }
  };
  await asked("backup ListRecoveryPointsByBackupVault", read());
  return found.sort((a, b) => a.at - b.at);
}

async function restorable(client: RDSClient, cluster: string): Promise<Found["window"]> {
  const describe = client.send(new DescribeDBClustersCommand({ DBClusterIdentifier: cluster }));
  const answer = await describe.catch((error: unknown) => {
    if (isMissing(error)) {
      return undefined;
    }
    return asked("rds DescribeDBClusters", Promise.reject(error));
  });
  const [one] = answer?.DBClusters ?? [];
  return one?.EarliestRestorableTime && one.LatestRestorableTime
    ? { earliest: one.EarliestRestorableTime.getTime(), latest: one.LatestRestorableTime.getTime() }
    : undefined;
}

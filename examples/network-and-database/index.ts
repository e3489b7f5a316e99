import * as aws from "@pulumi/aws";
import { Backup } from "../../components/backup/backup";
import { BackupVault } from "../../components/backup/vault";
import { Database } from "../../components/database/database";
import { EncryptionKey } from "../../components/encryption/encryptionKey";
import { Network } from "../../components/network/network";

const region = "eu-west-2";
const tags = { Project: "records", Environment: "prod", Owner: "Registry", CostCentre: "RG-0001" };
const provider = new aws.Provider("aws", { region, defaultTags: { tags } });

const key = new EncryptionKey("key", {}, { provider, protect: true });
const network = new Network(
  "network",
  {
    cidr: "10.70.0.0/16",
    region,
    availabilityZones: ["eu-west-2a", "eu-west-2b", "eu-west-2c"],
    kmsKeyArn: key.arn,
  },
  { provider },
);
const database = new Database(
  "database",
  {
    network,
    capacity: { kind: "serverless", minAcu: 1, maxAcu: 16 },
    readers: 1,
    backupRetentionDays: 35,
    deletionProtection: true,
    kmsKeyArn: key.arn,
  },
  { provider, protect: true },
);
const vault = new BackupVault(
  "backups",
  { lock: { mode: "governance", minRetentionDays: 30 } },
  { provider, protect: true },
);
new Backup(
  "backup",
  { vault, retentionDays: 35, startTime: "01:00", snapshotsOf: [database.clusterArn], filesOf: [], continuousOf: [] },
  { provider },
);

export const writer = database.endpoint;

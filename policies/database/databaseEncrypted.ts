import { resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

const globalClusters: readonly string[] = [
  "aws:rds/globalCluster:GlobalCluster",
  "aws:docdb/globalCluster:GlobalCluster",
  "aws:neptune/globalCluster:GlobalCluster",
];

export const databaseEncrypted = resourceRule({
  id: "database-encrypted",
  group: "database",
  severity: "critical",
  title: "Databases are encrypted at rest.",
  why: "Storage, backups and snapshots hold personal data; a database can not be encrypted later without restoring it into a new one.",
  fix: "Set storageEncrypted: true, and kmsKeyId for a key of your own. On an existing database: snapshot, copy the snapshot encrypted, restore.",
  serves: ["CIS AWS 3.0 2.3.1", "Security Hub RDS.3", "Well-Architected SEC08-BP02", "Moodle R25"],
  example: `new aws.rds.Cluster("database", { engine: "aurora-mysql", storageEncrypted: true, kmsKeyId: key.arn, ... });`,
  types: [
    dbCluster,
    dbInstance,
    ...globalClusters,
    "aws:docdb/cluster:Cluster",
    "aws:neptune/cluster:Cluster",
    "aws:redshift/cluster:Cluster",
  ],
  limits: {},
  check: ({ type, props }) => {
    // An instance that replicates another one has its encryption from there, and a cluster restored from a snapshot too.
    if (type === dbInstance && props.has("replicateSourceDb")) {
      return undefined;
    }
    // A global cluster that is made of an existing one is encrypted as that is.
    if (globalClusters.includes(type) && props.has("sourceDbClusterIdentifier")) {
      return undefined;
    }
    return type === "aws:redshift/cluster:Cluster"
      ? expect(props.flag("encrypted"), (on) => on !== false, "encrypted is false")
      : expect(props.flag("storageEncrypted"), (on) => on === true, "storageEncrypted is not true");
  },
});

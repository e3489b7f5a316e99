import { resourceRule } from "../lib/rule";
import { dbClusterInstance, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

export const databaseNotPublic = resourceRule({
  id: "database-not-public",
  group: "database",
  severity: "critical",
  title: "Databases have no public address.",
  why: "A database with a public address is found and tried within minutes; only its password is then in the way.",
  fix: "Set publiclyAccessible: false (or leave it out) and reach the database from inside the VPC.",
  serves: ["CIS AWS 3.0 2.3.3", "Security Hub RDS.2", "Moodle R25"],
  example: `new aws.rds.ClusterInstance("writer", { clusterIdentifier: cluster.id, publiclyAccessible: false, ... });`,
  types: [
    dbInstance,
    dbClusterInstance,
    "aws:redshift/cluster:Cluster",
    "aws:dms/replicationInstance:ReplicationInstance",
    "aws:neptune/clusterInstance:ClusterInstance",
  ],
  limits: {},
  check: ({ props }) => expect(props.flag("publiclyAccessible"), (on) => on !== true, "publiclyAccessible is true"),
});

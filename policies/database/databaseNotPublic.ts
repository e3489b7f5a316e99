import { awsDefaults } from "../lib/awsDefaults";
import { resourceRule } from "../lib/rule";
import { dbClusterInstance, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

const replicationInstance = "aws:dms/replicationInstance:ReplicationInstance";
const graph = "aws:neptunegraph/graph:Graph";
const streams = "aws:msk/cluster:Cluster";

export const databaseNotPublic = resourceRule({
  id: "database-not-public",
  group: "database",
  severity: "critical",
  title: "Databases, brokers and streams have no public address.",
  why: "A database with a public address is found and tried within minutes; only its password is then in the way.",
  fix: "Set publiclyAccessible: false (or leave it out) and reach the database from inside the VPC.",
  serves: ["CIS AWS 3.0 2.3.3", "Security Hub RDS.2", "Moodle R25"],
  example: `new aws.rds.ClusterInstance("writer", { clusterIdentifier: cluster.id, publiclyAccessible: false, ... });`,
  types: [
    dbInstance,
    dbClusterInstance,
    "aws:redshift/cluster:Cluster",
    replicationInstance,
    "aws:neptune/clusterInstance:ClusterInstance",
    "aws:docdb/clusterInstance:ClusterInstance",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:mq/broker:Broker",
    "aws:rds/shardGroup:ShardGroup",
    "aws:timestreaminfluxdb/dbInstance:DbInstance",
    "aws:timestreaminfluxdb/dbCluster:DbCluster",
    "aws:lightsail/database:Database",
    "aws:m2/environment:Environment",
    graph,
    streams,
  ],
  limits: {},
  check: ({ type, props }) => {
    if (type === streams) {
      const kind = props.text("brokerNodeGroupInfo.connectivityInfo.publicAccess.type");
      return expect(kind, (value) => value === undefined || value === "DISABLED", "its brokers have public addresses");
    }
    const byItself = type === replicationInstance && awsDefaults.replicationInstancePublic.value;
    const property = type === graph ? "publicConnectivity" : "publiclyAccessible";
    return expect(
      props.flag(property),
      (on) => !(on ?? byItself),
      (on) => `${property} is ${on ?? "not set, which makes it true"}`,
    );
  },
});

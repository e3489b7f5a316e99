import { forEach, type RuleCases } from "../testing/cases";
import { id, thing, through, unknown, type Thing } from "../testing/harness";
import { subnet, vpc } from "../testing/network";
import { auroraReaderInOtherZone } from "./auroraReaderInOtherZone";
import { databaseBackups } from "./databaseBackups";
import { databaseDeletionProtected } from "./databaseDeletionProtected";
import { databaseEncrypted } from "./databaseEncrypted";
import { databaseInstanceMultiAz } from "./databaseInstanceMultiAz";
import { databaseNotPublic } from "./databaseNotPublic";
import { databasePasswordManaged } from "./databasePasswordManaged";
import { enginesEncrypted } from "./enginesEncrypted";
import { enginesRedundant } from "./enginesRedundant";
import { databaseTlsRequired } from "./databaseTlsRequired";

const group = thing("aws:rds/subnetGroup:SubnetGroup", "group", {
  subnetIds: [id(subnet("a", "a")), id(subnet("b", "b"))],
});
const narrow = thing("aws:rds/subnetGroup:SubnetGroup", "narrow", { subnetIds: [id(subnet("a", "a"))] });
const network = [vpc, subnet("a", "a"), subnet("b", "b"), group, narrow];
const cluster = (props: Thing["props"] = {}) =>
  thing("aws:rds/cluster:Cluster", "db", { engine: "aurora-mysql", dbSubnetGroupName: id(group), ...props });
const instance = (name: string, props: Thing["props"] = {}) =>
  thing("aws:rds/clusterInstance:ClusterInstance", name, { clusterIdentifier: id(cluster()), ...props });
const rds = (props: Thing["props"] = {}) => thing("aws:rds/instance:Instance", "db", { engine: "mysql", ...props });
const other = thing("aws:rds/cluster:Cluster", "other", { engine: "aurora-mysql" });
const parameters = (...list: readonly object[]) =>
  thing("aws:rds/clusterParameterGroup:ClusterParameterGroup", "tuned", { parameters: list });
const bucket = thing("aws:s3/bucket:Bucket", "bucket");

const subnetA = subnet("a", "a");
const search = (props: Thing["props"]) => thing("aws:opensearch/domain:Domain", "search", props);
const safeSearch = { encryptAtRest: { enabled: true }, nodeToNodeEncryption: { enabled: true } };
const streams = (props: Thing["props"]) => thing("aws:msk/cluster:Cluster", "streams", props);
const brokers = (type: string) => streams({ brokerNodeGroupInfo: { connectivityInfo: { publicAccess: { type } } } });
const documents = thing("aws:docdb/cluster:Cluster", "documents");
const documentInstance = (name: string, props: Thing["props"] = {}) =>
  thing("aws:docdb/clusterInstance:ClusterInstance", name, { clusterIdentifier: id(documents), ...props });

const graphs = thing("aws:neptune/cluster:Cluster", "graphs");
const graphInstance = (name: string) =>
  thing("aws:neptune/clusterInstance:ClusterInstance", name, { clusterIdentifier: id(graphs) });
const tlsParameters: Readonly<Record<string, string>> = {
  "aws:docdb/clusterParameterGroup:ClusterParameterGroup": "tls",
  "aws:redshift/parameterGroup:ParameterGroup": "require_ssl",
  "aws:neptune/clusterParameterGroup:ClusterParameterGroup": "neptune_enforce_ssl",
};

const instanceGroup = (...list: readonly object[]) =>
  thing("aws:rds/parameterGroup:ParameterGroup", "tuned", { parameters: list });
/** An instance of "engine version". */
const version = (name: string) => {
  const [engine, engineVersion] = name.split(" ");
  return [rds({ engine, engineVersion })];
};

export const databaseCases: readonly RuleCases[] = [
  {
    rule: auroraReaderInOtherZone,
    pass: {
      "a writer and a reader": [...network, cluster(), instance("w"), instance("r")],
      "a reader that scaling keeps": [
        ...network,
        cluster(),
        instance("w"),
        thing("aws:appautoscaling/target:Target", "readers", {
          resourceId: through([cluster()], "cluster:db"),
          minCapacity: 1,
        }),
      ],
      "instances pinned to two zones": [
        ...network,
        cluster(),
        instance("w", { availabilityZone: "eu-west-2a" }),
        instance("r", { availabilityZone: "eu-west-2b" }),
      ],
    },
    fail: {
      "a writer alone": [...network, cluster(), instance("w")],
      "no instance": [...network, cluster()],
      "a reader of another cluster": [
        ...network,
        cluster(),
        other,
        instance("w"),
        thing("aws:rds/clusterInstance:ClusterInstance", "r", { clusterIdentifier: id(other) }),
      ],
      "instances pinned to one zone": [
        ...network,
        cluster(),
        instance("w", { availabilityZone: "eu-west-2a" }),
        instance("r", { availabilityZone: "eu-west-2a" }),
      ],
      "a subnet group of one zone": [
        ...network,
        cluster({ dbSubnetGroupName: id(narrow) }),
        instance("w"),
        instance("r"),
      ],
    },
    unknown: {
      "a reader of one of two clusters": [
        ...network,
        cluster(),
        other,
        ...["w2", "r2"].map((name) =>
          thing("aws:rds/clusterInstance:ClusterInstance", name, { clusterIdentifier: id(other) }),
        ),
        instance("w"),
        thing("aws:rds/clusterInstance:ClusterInstance", "r", { clusterIdentifier: through([cluster(), other], "db") }),
      ],
      "an engine that is not known": [cluster({ engine: unknown })],
    },
    notApplicable: { "a Multi-AZ DB cluster": [cluster({ engine: "mysql", dbClusterInstanceClass: "db.r6gd.large" })] },
  },
  {
    rule: databaseEncrypted,
    pass: {
      "a cluster": [cluster({ storageEncrypted: true })],
      "an instance": [rds({ storageEncrypted: "true" })],
      "a warehouse, encrypted by default": [thing("aws:redshift/cluster:Cluster", "w", {})],
    },
    fail: {
      ...forEach(["rds", "docdb", "neptune"], (engine) => [
        thing(`aws:${engine}/globalCluster:GlobalCluster`, "g", {}),
      ]),
      "a cluster that says nothing": [cluster()],
      "an instance": [rds({ storageEncrypted: false })],
      "a warehouse": [thing("aws:redshift/cluster:Cluster", "w", { encrypted: false })],
      ...forEach(["aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"], (type) => [thing(type, "db")]),
    },
    unknown: { "a choice that is not known": [cluster({ storageEncrypted: unknown })] },
    notApplicable: {
      "a global cluster that is made of an existing one": [
        thing("aws:rds/globalCluster:GlobalCluster", "g", { sourceDbClusterIdentifier: "arn" }),
      ],
      "a replica": [rds({ replicateSourceDb: "db" })],
    },
  },
  {
    rule: databaseNotPublic,
    pass: {
      "a graph in the VPC": [thing("aws:neptunegraph/graph:Graph", "g", { publicConnectivity: false })],
      "an instance that says nothing": [rds()],
      "a private one": [instance("w", { publiclyAccessible: false })],
      "brokers that say nothing": [streams({})],
      "brokers without public addresses": [brokers("DISABLED")],
    },
    fail: {
      "a graph on the internet": [thing("aws:neptunegraph/graph:Graph", "g", { publicConnectivity: true })],
      "an instance": [rds({ publiclyAccessible: true })],
      "a cluster's": [instance("w", { publiclyAccessible: true })],
      "brokers with addresses of AWS": [brokers("SERVICE_PROVIDED_EIPS")],
      "a replication instance that says nothing": [thing("aws:dms/replicationInstance:ReplicationInstance", "move")],
      ...forEach(
        [
          ...["aws:redshift/cluster:Cluster", "aws:redshiftserverless/workgroup:Workgroup", "aws:mq/broker:Broker"],
          ...["aws:neptune/clusterInstance:ClusterInstance", "aws:docdb/clusterInstance:ClusterInstance"],
          ...["aws:rds/shardGroup:ShardGroup", "aws:lightsail/database:Database", "aws:m2/environment:Environment"],
          ...["aws:timestreaminfluxdb/dbInstance:DbInstance", "aws:timestreaminfluxdb/dbCluster:DbCluster"],
        ],
        (type) => [thing(type, "db", { publiclyAccessible: true })],
      ),
    },
    unknown: { "a choice that is not known": [rds({ publiclyAccessible: unknown })] },
    notApplicable: { "a cluster, which has no address": [cluster()] },
  },
  {
    rule: databaseBackups,
    pass: {
      "a table with point-in-time recovery": [
        thing("aws:dynamodb/table:Table", "t", { pointInTimeRecovery: { enabled: true } }),
      ],
      "35 days": [cluster({ backupRetentionPeriod: 35 })],
      "30 days, as text": [rds({ backupRetentionPeriod: "30" })],
    },
    fail: {
      "a table": [thing("aws:dynamodb/table:Table", "t", {})],
      "a week": [cluster({ backupRetentionPeriod: 7 })],
      "the default": [cluster()],
      none: [rds({ backupRetentionPeriod: 0 })],
      ...forEach(["aws:docdb/cluster:Cluster", "aws:neptune/cluster:Cluster"], (type) => [thing(type, "db")]),
    },
    unknown: { "days that are not known": [cluster({ backupRetentionPeriod: unknown })] },
    notApplicable: { "a replica": [rds({ replicateSourceDb: "db" })] },
  },
  {
    rule: databaseBackups,
    limits: { minDays: 1 },
    pass: { "a cluster's own day": [cluster()], "an instance's day": [rds({ backupRetentionPeriod: 1 })] },
    fail: { "an instance that says nothing, which keeps none": [rds()] },
    unknown: { "days that are not known": [rds({ backupRetentionPeriod: unknown })] },
    notApplicable: { "a replica": [rds({ replicateSourceDb: "db" })] },
  },
  {
    rule: databaseDeletionProtected,
    pass: { "both belts": [cluster({ deletionProtection: true, skipFinalSnapshot: false })] },
    fail: {
      none: [cluster()],
      "no final snapshot": [rds({ deletionProtection: true, skipFinalSnapshot: true })],
    },
    unknown: { "a choice that is not known": [cluster({ deletionProtection: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: databasePasswordManaged,
    pass: {
      "a warehouse whose password AWS keeps": [
        thing("aws:redshift/cluster:Cluster", "w", { manageMasterPassword: true }),
      ],
      "documents with a secret": [
        thing("aws:docdb/elasticCluster:ElasticCluster", "d", { adminUserPassword: "arn", authType: "SECRET_ARN" }),
      ],
      "a migration with a secret": [thing("aws:dms/endpoint:Endpoint", "e", { secretsManagerArn: "arn" })],
      "a managed password": [cluster({ manageMasterUserPassword: true })],
    },
    fail: {
      ...Object.fromEntries(
        (
          [
            ["aws:docdb/cluster:Cluster", "masterPassword"],
            ["aws:redshift/cluster:Cluster", "masterPassword"],
            ["aws:redshiftserverless/namespace:Namespace", "adminUserPassword"],
            ["aws:docdb/elasticCluster:ElasticCluster", "adminUserPassword"],
            ["aws:dms/endpoint:Endpoint", "password"],
          ] as const
        ).map(([type, property]) => [`the password of ${type}`, [thing(type, "it", { [property]: "hunter2" })]]),
      ),
      "a given one": [cluster({ masterPassword: unknown })],
      "one of an instance": [rds({ password: "x" })],
    },
    unknown: "whether a password is given is known even when the password is not",
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: enginesEncrypted,
    pass: {
      "a memory database with AWS's defaults": [thing("aws:memorydb/cluster:Cluster", "m", {})],
      "a stream with a key": [thing("aws:kinesis/stream:Stream", "s", { encryptionType: "KMS" })],
      "a cache cluster": [
        thing("aws:dax/cluster:Cluster", "d", {
          ...{ serverSideEncryption: { enabled: true }, clusterEndpointEncryptionType: "TLS" },
        }),
      ],
      "a delivery stream with a key": [
        thing("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "f", {
          serverSideEncryption: { enabled: true },
        }),
      ],
      "a small search over HTTPS": [
        thing("aws:cloudsearch/domain:Domain", "s", { endpointOptions: { enforceHttps: true } }),
      ],
      ...forEach(Object.keys(tlsParameters), (type) => [
        thing(type, "g", {
          parameters: [
            { name: "timeout", value: "0" },
            { name: tlsParameters[type], value: "enabled" },
          ],
        }),
      ]),
      "a search domain": [search(safeSearch)],
      "streams with AWS's defaults": [streams({})],
      "a proxy": [thing("aws:rds/proxy:Proxy", "p", { requireTls: true })],
    },
    fail: {
      ...forEach(Object.keys(safeSearch), (left) => [search({ ...safeSearch, [left]: undefined })]),
      "a cache cluster without encryption at rest": [
        thing("aws:dax/cluster:Cluster", "d", { clusterEndpointEncryptionType: "TLS" }),
      ],
      "a cache cluster without TLS": [
        thing("aws:dax/cluster:Cluster", "d", { serverSideEncryption: { enabled: true } }),
      ],
      "brokers that speak plain text to each other": [
        streams({ encryptionInfo: { encryptionInTransit: { clientBroker: "TLS", inCluster: false } } }),
      ],
      "a small search that says nothing": [thing("aws:cloudsearch/domain:Domain", "s", { endpointOptions: {} })],
      "a delivery stream": [thing("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "f", {})],
      "a small search": [thing("aws:cloudsearch/domain:Domain", "s", {})],
      ...forEach(Object.keys(tlsParameters), (type) => [
        thing(type, "g", {
          parameters: [{ name: tlsParameters[type], value: type.includes("docdb") ? "disabled" : "0" }],
        }),
      ]),
      "a search domain with AWS's defaults": [search({})],
      "one that answers plain HTTP": [search({ ...safeSearch, domainEndpointOptions: { enforceHttps: false } })],
      "streams in plain text": [
        streams({ encryptionInfo: { encryptionInTransit: { clientBroker: "TLS_PLAINTEXT" } } }),
      ],
      "streams for anybody": [streams({ clientAuthentication: { unauthenticated: true } })],
      "a stream without a key": [thing("aws:kinesis/stream:Stream", "s", {})],
      "a proxy that takes plain text": [thing("aws:rds/proxy:Proxy", "p", {})],
      "a cache cluster with AWS's defaults": [thing("aws:dax/cluster:Cluster", "d", { replicationFactor: 3 })],
      "a memory database without TLS": [thing("aws:memorydb/cluster:Cluster", "m", { tlsEnabled: false })],
    },
    unknown: {
      "parameters that are not known": [
        thing("aws:docdb/clusterParameterGroup:ClusterParameterGroup", "g", { parameters: unknown }),
      ],
      "a switch that is not known": [search({ ...safeSearch, encryptAtRest: unknown })],
    },
    notApplicable: {
      ...forEach([], () => []),
      "a bucket": [thing("aws:s3/bucket:Bucket", "b")],
    },
  },
  {
    rule: enginesRedundant,
    pass: {
      "two pinned document instances in two zones": [
        documents,
        documentInstance("one", { availabilityZone: "us-east-1a" }),
        documentInstance("two", { availabilityZone: "us-east-1b" }),
      ],
      "two graph instances": [...[graphs, graphInstance("one"), graphInstance("two")]],
      "a warehouse in two zones": [thing("aws:redshift/cluster:Cluster", "w", { numberOfNodes: 1, multiAz: true })],
      "a memory database with a replica": [thing("aws:memorydb/cluster:Cluster", "m", { numReplicasPerShard: 1 })],
      "two cache nodes": [thing("aws:dax/cluster:Cluster", "d", { replicationFactor: 2 })],
      "a replication machine with a standby": [
        thing("aws:dms/replicationInstance:ReplicationInstance", "r", { multiAz: true }),
      ],
      "time series with a standby": [
        thing("aws:timestreaminfluxdb/dbInstance:DbInstance", "t", { deploymentType: "WITH_MULTIAZ_STANDBY" }),
      ],
      "a bundle with a standby": [thing("aws:lightsail/database:Database", "l", { bundleId: "medium_ha_2_0" })],
      "streams in two zones": [
        ...[vpc, subnetA, subnet("b", "b")],
        streams({
          numberOfBrokerNodes: 2,
          brokerNodeGroupInfo: { clientSubnets: [id(subnetA), id(subnet("b", "b"))] },
        }),
      ],
      "a search domain in three zones": [search({ clusterConfig: { instanceCount: 3, zoneAwarenessEnabled: true } })],
      "one with a standby zone": [search({ clusterConfig: { instanceCount: 3, multiAzWithStandbyEnabled: true } })],
      "two document instances": [documents, documentInstance("one"), documentInstance("two")],
      "a broker with a standby": [thing("aws:mq/broker:Broker", "b", { deploymentMode: "ACTIVE_STANDBY_MULTI_AZ" })],
      "a memory database with AWS's defaults": [thing("aws:memorydb/cluster:Cluster", "m", {})],
      "a warehouse of two nodes": [thing("aws:redshift/cluster:Cluster", "w", { numberOfNodes: 2 })],
      "a graph in memory with AWS's replica": [thing("aws:neptunegraph/graph:Graph", "g", {})],
      "a collection with AWS's standby": [thing("aws:opensearch/serverlessCollection:ServerlessCollection", "c", {})],
      "an index in two zones": [thing("aws:cloudsearch/domain:Domain", "i", { multiAz: true })],
      "an elastic cluster with AWS's replica": [thing("aws:docdb/elasticCluster:ElasticCluster", "e", {})],
      "a cluster of time series": [thing("aws:timestreaminfluxdb/dbCluster:DbCluster", "t", {})],
      "memcached in two zones": [
        thing("aws:elasticache/cluster:Cluster", "c", { engine: "memcached", numCacheNodes: 2, azMode: "cross-az" }),
      ],
    },
    fail: {
      "a search domain of one node in two zones": [
        search({ clusterConfig: { instanceCount: 1, zoneAwarenessEnabled: true } }),
      ],
      "no document instance": [documents],
      "one graph instance": [graphs, graphInstance("one")],
      "one broker of a stream": [
        ...[vpc, subnetA, subnet("b", "b")],
        streams({
          numberOfBrokerNodes: 1,
          brokerNodeGroupInfo: { clientSubnets: [id(subnetA), id(subnet("b", "b"))] },
        }),
      ],
      "two memcached nodes in one zone": [
        thing("aws:elasticache/cluster:Cluster", "c", { engine: "memcached", numCacheNodes: 2 }),
      ],
      "one memcached node in a cluster over zones": [
        thing("aws:elasticache/cluster:Cluster", "c", { engine: "memcached", numCacheNodes: 1, azMode: "cross-az" }),
      ],
      "an older search domain": [thing("aws:elasticsearch/domain:Domain", "e", {})],
      "a search domain with AWS's defaults": [search({})],
      "one in one zone": [search({ clusterConfig: { instanceCount: 3 } })],
      "one document instance": [documents, documentInstance("one")],
      "two in one zone": [
        documents,
        documentInstance("one", { availabilityZone: "us-east-1a" }),
        documentInstance("two", { availabilityZone: "us-east-1a" }),
      ],
      "a single broker": [thing("aws:mq/broker:Broker", "b", { deploymentMode: "SINGLE_INSTANCE" })],
      "a broker with AWS's defaults": [thing("aws:mq/broker:Broker", "b", {})],
      "no replica": [thing("aws:memorydb/cluster:Cluster", "m", { numReplicasPerShard: 0 })],
      "one warehouse node": [thing("aws:redshift/cluster:Cluster", "w", {})],
      "one cache node": [thing("aws:dax/cluster:Cluster", "d", { replicationFactor: 1 })],
      "one memcached node": [thing("aws:elasticache/cluster:Cluster", "c", { engine: "memcached", numCacheNodes: 1 })],
      "one replication machine": [thing("aws:dms/replicationInstance:ReplicationInstance", "r", {})],
      "one time series machine": [thing("aws:timestreaminfluxdb/dbInstance:DbInstance", "t", {})],
      "a graph in memory alone": [thing("aws:neptunegraph/graph:Graph", "g", { replicaCount: 0 })],
      "a collection without a standby": [
        thing("aws:opensearch/serverlessCollection:ServerlessCollection", "c", { standbyReplicas: "DISABLED" }),
      ],
      "an index in one zone": [thing("aws:cloudsearch/domain:Domain", "i", {})],
      "an elastic cluster of one instance": [
        thing("aws:docdb/elasticCluster:ElasticCluster", "e", { shardInstanceCount: 1 }),
      ],
      "a cluster of time series that does not fail over": [
        thing("aws:timestreaminfluxdb/dbCluster:DbCluster", "t", { failoverMode: "NO_FAILOVER" }),
      ],
      "a cluster of time series of one node": [
        thing("aws:timestreaminfluxdb/dbCluster:DbCluster", "t", { dbParameterGroupIdentifier: "InfluxDBV3Core" }),
      ],
      "a small bundle": [thing("aws:lightsail/database:Database", "l", { bundleId: "micro_2_0" })],
      "streams in one subnet": [
        ...[vpc, subnetA],
        streams({ numberOfBrokerNodes: 2, brokerNodeGroupInfo: { clientSubnets: [id(subnetA)] } }),
      ],
    },
    unknown: {
      "a count that is not known": [search({ clusterConfig: { instanceCount: unknown, zoneAwarenessEnabled: true } })],
      "zones that are not known": [search({ clusterConfig: { instanceCount: 3, zoneAwarenessEnabled: unknown } })],
      "replicas of a graph that are not known": [thing("aws:neptunegraph/graph:Graph", "g", { replicaCount: unknown })],
    },
    notApplicable: { "a Redis node": [thing("aws:elasticache/cluster:Cluster", "c", { engine: "redis" })] },
  },
  {
    rule: databaseTlsRequired,
    pass: {
      MySQL: [
        parameters({ name: "require_secure_transport", value: "ON" }),
        cluster({ dbClusterParameterGroupName: id(parameters()) }),
      ],
      PostgreSQL: [
        thing("aws:rds/parameterGroup:ParameterGroup", "tuned", {
          parameters: [{ name: "rds.force_ssl", value: "1" }],
        }),
        rds({ engine: "postgres", parameterGroupName: id(thing("aws:rds/parameterGroup:ParameterGroup", "tuned")) }),
      ],
      ...forEach(
        ["postgres 15", "postgres 16.4", "postgres 17", "mariadb 11.8", "mariadb 11.8.3", "mariadb 12.1"],
        version,
      ),
      "the newest PostgreSQL": [rds({ engine: "postgres" })],
      "the newest PostgreSQL, by an empty text": [rds({ engine: "postgres", engineVersion: "" })],
      "a new PostgreSQL with AWS's group": [
        rds({ engine: "postgres", engineVersion: "17", parameterGroupName: "default.postgres17" }),
      ],
      "a new PostgreSQL with a group that says nothing": [
        instanceGroup(),
        rds({ engine: "postgres", engineVersion: "17", parameterGroupName: id(instanceGroup()) }),
      ],
      "a new Aurora": [cluster({ engine: "aurora-postgresql", engineVersion: "17.4" })],
    },
    fail: {
      "no parameter group": [cluster()],
      ...forEach(["postgres 14.9", "postgres 9.6", "mariadb 11.4", "mariadb 10.11.8", "mysql 8.4"], version),
      "the newest MariaDB, whose version is not said": [rds({ engine: "mariadb" })],
      "an older PostgreSQL with AWS's group": [
        rds({ engine: "postgres", engineVersion: "14", parameterGroupName: "default.postgres14" }),
      ],
      "an older PostgreSQL with a group that says nothing": [
        instanceGroup(),
        rds({ engine: "postgres", engineVersion: "14", parameterGroupName: id(instanceGroup()) }),
      ],
      "a new PostgreSQL whose group switches it off": [
        instanceGroup({ name: "rds.force_ssl", value: "0" }),
        rds({ engine: "postgres", engineVersion: "17", parameterGroupName: id(instanceGroup()) }),
      ],
      "an older Aurora": [cluster({ engine: "aurora-postgresql", engineVersion: "16.4" })],
      "a group without it": [parameters(), cluster({ dbClusterParameterGroupName: id(parameters()) })],
      "a group that switches it off": [
        parameters({ name: "require_secure_transport", value: "OFF" }),
        cluster({ dbClusterParameterGroupName: id(parameters()) }),
      ],
    },
    unknown: {
      "a group of another stack": [cluster({ dbClusterParameterGroupName: "shared" })],
      "a group of another stack, of a new PostgreSQL": [
        rds({ engine: "postgres", engineVersion: "17", parameterGroupName: "shared" }),
      ],
      "a version that is not known": [rds({ engine: "postgres", engineVersion: unknown })],
      "a group that is not known": [cluster({ dbClusterParameterGroupName: unknown })],
      "one of two groups": [
        ...[parameters(), thing("aws:rds/clusterParameterGroup:ClusterParameterGroup", "plain")],
        cluster({
          dbClusterParameterGroupName: through(
            [parameters(), thing("aws:rds/clusterParameterGroup:ClusterParameterGroup", "plain")],
            "clusterparametergroup-plain",
          ),
        }),
      ],
      "a parameter whose name is not known": [
        parameters({ name: unknown, value: "ON" }),
        cluster({ dbClusterParameterGroupName: id(parameters()) }),
      ],
      "a value that is not known": [
        parameters({ name: "require_secure_transport", value: unknown }),
        cluster({ dbClusterParameterGroupName: id(parameters()) }),
      ],
      "parameters that are not known": [
        thing("aws:rds/clusterParameterGroup:ClusterParameterGroup", "tuned", { parameters: unknown }),
        cluster({ dbClusterParameterGroupName: id(parameters()) }),
      ],
      "an engine that is not known": [rds({ engine: unknown })],
    },
    notApplicable: { "another engine": [rds({ engine: "oracle-ee" })] },
  },
  {
    rule: databaseInstanceMultiAz,
    pass: { "a standby": [rds({ multiAz: true })] },
    fail: { none: [rds()] },
    unknown: { "a choice that is not known": [rds({ multiAz: unknown })] },
    notApplicable: { "a replica": [rds({ replicateSourceDb: "db" })], "a cluster": [cluster()] },
  },
];

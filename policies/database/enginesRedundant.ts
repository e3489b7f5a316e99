import { awsDefaults } from "../lib/awsDefaults";
import type { Resource } from "../lib/resource";
import { stackRule, strict } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { anyOf, expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { zonesOf } from "../lib/zones";

type Judge = (resource: Resource, stack: Stack) => Verdicts | undefined;

/** Of each engine that RDS, Aurora and ElastiCache are not: what makes it survive the loss of one machine, and of one zone. */
const engines: Readonly<Record<string, Judge>> = {
  "aws:docdb/cluster:Cluster": instances("aws:docdb/clusterInstance:ClusterInstance"),
  "aws:neptune/cluster:Cluster": instances("aws:neptune/clusterInstance:ClusterInstance"),
  "aws:opensearch/domain:Domain": searchDomain,
  "aws:elasticsearch/domain:Domain": searchDomain,
  "aws:msk/cluster:Cluster": (resource, stack) => [
    atLeastTwo(resource.props.number("numberOfBrokerNodes"), "brokers"),
    twoZones(resource, stack, "brokerNodeGroupInfo.clientSubnets"),
  ],
  "aws:mq/broker:Broker": ({ props }) =>
    expect(
      props.text("deploymentMode"),
      (mode) => mode !== undefined && mode !== "SINGLE_INSTANCE",
      "its deploymentMode is SINGLE_INSTANCE",
      'Set deploymentMode: "ACTIVE_STANDBY_MULTI_AZ" (ActiveMQ) or "CLUSTER_MULTI_AZ" (RabbitMQ).',
    ),
  "aws:memorydb/cluster:Cluster": ({ props }) =>
    expect(
      props.number("numReplicasPerShard"),
      (count) => (count ?? awsDefaults.memoryReplicas.value) >= 1,
      "numReplicasPerShard is 0",
    ),
  "aws:neptunegraph/graph:Graph": ({ props }) =>
    expect(
      props.number("replicaCount"),
      (count) => (count ?? awsDefaults.graphReplicas.value) >= 1,
      "replicaCount is 0",
      "Set replicaCount: 1, which is in another zone.",
    ),
  "aws:opensearch/serverlessCollection:ServerlessCollection": ({ props }) =>
    expect(
      props.text("standbyReplicas"),
      (standby) => (standby ?? awsDefaults.collectionStandby.value) === "ENABLED",
      "standbyReplicas is DISABLED",
      "Leave standbyReplicas out. It can only be chosen when the collection is made.",
    ),
  "aws:cloudsearch/domain:Domain": ({ props }) =>
    expect(props.flag("multiAz"), (on) => on === true, "multiAz is not true", "Set multiAz: true."),
  "aws:docdb/elasticCluster:ElasticCluster": ({ props }) =>
    atLeastTwo(props.number("shardInstanceCount") ?? awsDefaults.shardInstances.value, "instances of a shard"),
  "aws:timestreaminfluxdb/dbCluster:DbCluster": ({ props }) => [
    expect(
      props.text("failoverMode"),
      (mode) => mode !== "NO_FAILOVER",
      "failoverMode is NO_FAILOVER",
      'Set failoverMode: "AUTOMATIC".',
    ),
    // Core of version 3 has one node: https://docs.aws.amazon.com/timestream/latest/developerguide/influxdb3.html
    expect(
      props.text("dbParameterGroupIdentifier"),
      (group) => group !== "InfluxDBV3Core",
      "its parameter group InfluxDBV3Core has one node",
      "Use InfluxDB 2, or a parameter group of InfluxDB 3 Enterprise.",
    ),
  ],
  "aws:dax/cluster:Cluster": ({ props }) => {
    const zones = props.list("availabilityZones");
    return [
      atLeastTwo(props.number("replicationFactor"), "nodes"),
      isUnknown(zones) || zones.length === 0 || new Set(zones).size > 1
        ? pass
        : violation("all its nodes are in one zone (availabilityZones)"),
    ];
  },
  // Of the machines of a cluster that ends with its steps none is waited for: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-ha.html
  "aws:emr/cluster:Cluster": ({ props }) => {
    const masters =
      props.number("masterInstanceGroup.instanceCount") ?? props.number("masterInstanceFleet.targetOnDemandCapacity");
    return props.flag("keepJobFlowAliveWhenNoSteps") === false
      ? undefined
      : expect(
          masters,
          (count) => (count ?? awsDefaults.hadoopMasters.value) >= 3,
          (count) => `it has ${count ?? awsDefaults.hadoopMasters.value} master, not 3`,
          "Set masterInstanceGroup.instanceCount: 3, or keepJobFlowAliveWhenNoSteps: false for a cluster that ends with its steps.",
        );
  },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": ({ props }) => {
    const variants = props.items("productionVariants");
    return isUnknown(variants)
      ? undecided(variants)
      : variants
          .filter((one) => !one.has("serverlessConfig"))
          .map((one) => atLeastTwo(one.number("initialInstanceCount"), "instances of a variant"));
  },
  "aws:lightsail/containerService:ContainerService": ({ props }) => atLeastTwo(props.number("scale"), "nodes (scale)"),
  "aws:kendra/index:Index": ({ props }) =>
    expect(
      props.text("edition"),
      (edition) => edition !== "DEVELOPER_EDITION",
      "its edition for developers is in one zone",
      'Set edition: "ENTERPRISE_EDITION". It can only be chosen when the index is made.',
    ),
  "aws:cloudhsmv2/cluster:Cluster": (cluster, stack) => {
    const found = stack.referring("aws:cloudhsmv2/hsm:Hsm", "clusterId", cluster);
    return found.exact.length >= 2
      ? pass
      : found.exact.length + found.possible.length >= 2
        ? undecided("clusterId of its modules")
        : violation(`it has ${found.exact.length} module${found.exact.length === 1 ? "" : "s"}, not 2`);
  },
  "aws:rds/shardGroup:ShardGroup": ({ props }) =>
    expect(
      props.number("computeRedundancy"),
      (count) => (count ?? awsDefaults.shardRedundancy.value) >= 1,
      "its shards have no standby (computeRedundancy)",
      "Set computeRedundancy: 1 or 2.",
    ),
  "aws:dms/replicationConfig:ReplicationConfig": ({ props }) =>
    expect(props.flag("computeConfig.multiAz"), (on) => on === true, "computeConfig.multiAz is not true"),
  "aws:redshift/cluster:Cluster": ({ props }) => [
    expect(
      props.number("numberOfNodes"),
      (count) => (count ?? awsDefaults.warehouseNodes.value) > 1 || props.flag("multiAz") === true,
      "it has one node",
      "Set numberOfNodes to 2 or more, with multiAz: true where the node type has it.",
    ),
  ],
  "aws:timestreaminfluxdb/dbInstance:DbInstance": ({ props }) =>
    expect(
      props.text("deploymentType"),
      (type) => type === "WITH_MULTIAZ_STANDBY",
      "it has no standby (deploymentType)",
      'Set deploymentType: "WITH_MULTIAZ_STANDBY".',
    ),
  "aws:dms/replicationInstance:ReplicationInstance": ({ props }) =>
    expect(props.flag("multiAz"), (on) => on === true, "multiAz is not true", "Set multiAz: true."),
  "aws:elasticache/cluster:Cluster": ({ props }) => {
    const engine = props.text("engine");
    // Redis and Valkey: cache-failover.
    return engine === "memcached"
      ? [
          atLeastTwo(props.number("numCacheNodes"), "nodes"),
          expect(props.text("azMode"), (mode) => mode === "cross-az", "its nodes are in one zone (azMode)"),
        ]
      : undefined;
  },
  "aws:lightsail/database:Database": ({ props }) =>
    expect(
      props.text("bundleId"),
      (bundle) => bundle !== undefined && /_ha_/.test(bundle),
      "its bundle has no standby",
      "Choose a bundle with high availability (medium_ha_2_0), or use RDS.",
    ),
};

export const enginesRedundant = stackRule({
  id: "engines-redundant",
  group: "database",
  severity: "high",
  title:
    "Document, graph, search, cache, message, warehouse and model engines have more than one instance, in more than one zone.",
  why: "The loss of the one machine, or of its zone, is an outage until a backup is restored.",
  fix: "Give it a second instance in another availability zone.",
  serves: [
    "Well-Architected REL10-BP01",
    "Security Hub Opensearch.6",
    "Security Hub MQ.5",
    "Security Hub DocumentDB.3",
    "Security Hub Opensearch.11",
    "Security Hub SageMaker.4",
  ],
  example: `new aws.opensearch.Domain("search", { clusterConfig: { instanceCount: 3, zoneAwarenessEnabled: true, zoneAwarenessConfig: { availabilityZoneCount: 3 } }, ... });`,
  types: Object.keys(engines),
  limits: { redundant: strict(true, "Whether a second instance is asked for.") },
  check: (resource, stack, limits) => (limits.redundant ? engines[resource.type]?.(resource, stack) : undefined),
});

function instances(type: string): Judge {
  return (cluster, stack) => {
    const found = stack.referring(type, "clusterIdentifier", cluster);
    const count = found.exact.length;
    if (count >= 2) {
      const zones = found.exact.map((one) => one.props.text("availabilityZone"));
      const pinned = zones.every((zone) => typeof zone === "string" && zone !== "" && zone === zones[0]);
      return pinned ? violation(`all its instances are pinned to ${String(zones[0])}`) : pass;
    }
    return count + found.possible.length >= 2
      ? undecided("clusterIdentifier of its instances")
      : violation(`it has ${count} instance${count === 1 ? "" : "s"}, not 2`);
  };
}

function searchDomain({ props }: Resource): Verdicts {
  const standby = props.flag("clusterConfig.multiAzWithStandbyEnabled");
  const aware = props.flag("clusterConfig.zoneAwarenessEnabled");
  const spread = anyOf([isUnknown(standby) ? standby : standby === true, isUnknown(aware) ? aware : aware === true]);
  return [
    atLeastTwo(props.number("clusterConfig.instanceCount") ?? awsDefaults.searchNodes.value, "data nodes"),
    // Two of them cannot tell which one is cut off: https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-dedicatedmasternodes.html
    expect(
      props.flag("clusterConfig.dedicatedMasterEnabled") === true
        ? (props.number("clusterConfig.dedicatedMasterCount") ?? awsDefaults.searchMasters.value)
        : undefined,
      (count) => count === undefined || count >= 3,
      (count) => `it has ${count} dedicated masters, not 3 (dedicatedMasterCount)`,
      "Set dedicatedMasterCount: 3.",
    ),
    isUnknown(spread)
      ? undecided(spread)
      : spread
        ? pass
        : violation("it is in one zone (zoneAwarenessEnabled is not true)"),
  ];
}

function atLeastTwo(count: ReturnType<Resource["props"]["number"]>, what: string): Verdict {
  return expect(
    count,
    (value) => (value ?? 0) >= 2,
    (value) => `it has ${value ?? 0} ${what}, not 2`,
  );
}

function twoZones(resource: Resource, stack: Stack, path: string): Verdict {
  const zones = zonesOf(stack, resource, path);
  return zones.atMost < 2
    ? violation("its subnets are in one availability zone")
    : zones.atLeast < 2
      ? undecided(zones.unknown ?? path)
      : pass;
}

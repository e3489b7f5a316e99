import type { Resource } from "./resource";

/** Where AWS puts something whose program names no subnets. */
interface Placement {
  readonly tier: "data" | "application";
  /** Properties that say where it goes: subnets themselves, or a group of them. */
  readonly by: readonly string[];
  /** Properties with which it goes where something else is. */
  readonly follows?: readonly string[];
  /** Where it goes otherwise, as half a sentence. */
  readonly otherwise: string;
  readonly source: string;
}

const defaultVpc = "AWS puts it into the default VPC, whose subnets are public";
const rds = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html";
const ec2 = "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html";

/**
 * AWS's default for each type that can be made without a word about subnets. The default VPC has an internet gateway, and
 * each of its subnets a route to it and public addresses at launch:
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
 */
export const placements: Readonly<Record<string, Placement>> = {
  "aws:rds/instance:Instance": {
    ...{ tier: "data", by: ["dbSubnetGroupName"], follows: ["replicateSourceDb"], otherwise: defaultVpc, source: rds },
  },
  "aws:rds/cluster:Cluster": { tier: "data", by: ["dbSubnetGroupName"], otherwise: defaultVpc, source: rds },
  "aws:docdb/cluster:Cluster": {
    ...{ tier: "data", by: ["dbSubnetGroupName"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/documentdb/latest/developerguide/API_CreateDBCluster.html",
  },
  "aws:neptune/cluster:Cluster": {
    ...{ tier: "data", by: ["neptuneSubnetGroupName"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/neptune/latest/apiref/API_CreateDBCluster.html",
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    ...{ tier: "data", by: ["subnetGroupName"], follows: ["globalReplicationGroupId"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VPCs.EC.html",
  },
  "aws:elasticache/cluster:Cluster": {
    ...{ tier: "data", by: ["subnetGroupName"], follows: ["replicationGroupId"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VPCs.EC.html",
  },
  "aws:elasticache/serverlessCache:ServerlessCache": {
    ...{ tier: "data", by: ["subnetIds"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html",
  },
  "aws:memorydb/cluster:Cluster": {
    ...{ tier: "data", by: ["subnetGroupName"], follows: ["multiRegionClusterName"], otherwise: defaultVpc },
    source: "https://www.pulumi.com/registry/packages/aws/api-docs/memorydb/cluster/",
  },
  "aws:dax/cluster:Cluster": {
    ...{ tier: "data", by: ["subnetGroupName"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAX.concepts.cluster.html",
  },
  "aws:redshift/cluster:Cluster": {
    ...{ tier: "data", by: ["clusterSubnetGroupName"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-clusters-vpc.html",
  },
  "aws:redshiftserverless/workgroup:Workgroup": {
    ...{ tier: "data", by: ["subnetIds"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-known-issues.html",
  },
  "aws:mq/broker:Broker": {
    ...{ tier: "data", by: ["subnetIds"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/amazon-mq/latest/api-reference/brokers.html",
  },
  "aws:dms/replicationInstance:ReplicationInstance": {
    ...{ tier: "data", by: ["replicationSubnetGroupId"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
  },
  "aws:opensearch/domain:Domain": {
    ...{ tier: "data", by: ["vpcOptions"], otherwise: "its endpoint is on the internet" },
    source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html",
  },
  "aws:elasticsearch/domain:Domain": {
    ...{ tier: "data", by: ["vpcOptions"], otherwise: "its endpoint is on the internet" },
    source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html",
  },
  "aws:ec2/instance:Instance": {
    ...{ tier: "application", by: ["subnetId", "networkInterfaces", "primaryNetworkInterface"] },
    ...{ follows: ["launchTemplate"], otherwise: defaultVpc, source: ec2 },
  },
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": {
    ...{ tier: "application", by: ["subnetId", "networkInterfaces"], otherwise: defaultVpc, source: ec2 },
    follows: ["launchTemplate"],
  },
  "aws:autoscaling/group:Group": {
    ...{ tier: "application", by: ["vpcZoneIdentifiers"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-in-vpc.html",
  },
  "aws:emr/cluster:Cluster": {
    ...{ tier: "application", by: ["ec2Attributes.subnetId", "ec2Attributes.subnetIds"], otherwise: defaultVpc },
    source: "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-vpc-launching-job-flows.html",
  },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    ...{
      tier: "application",
      by: ["subnetId"],
      otherwise: "AWS puts it into a network of its own with a way to the internet",
    },
    source: "https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html",
  },
};

/** Where AWS puts a resource about whose subnets the program says nothing; undefined when it does say something. */
export function placedByAws({ type, props }: Resource): Placement | undefined {
  const placement = placements[type];
  const given = (path: string): boolean => props.has(path) && props.at(path) !== "default";
  return placement === undefined || [...placement.by, ...(placement.follows ?? [])].some(given) ? undefined : placement;
}

/** The types of a tier that can be made without a word about subnets. */
export function placedTypes(tier: Placement["tier"]): readonly string[] {
  return Object.entries(placements).flatMap(([type, placement]) => (placement.tier === tier ? [type] : []));
}

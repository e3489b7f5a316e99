import type { Resource } from "../lib/resource";
import { stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import {
  autoScalingGroup,
  classicLoadBalancer,
  dbCluster,
  dbInstance,
  ecsService,
  loadBalancers,
  mountTarget,
  replicationGroup,
  subnets,
  vpcs,
} from "../lib/types";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const vpcType = "aws:ec2/vpc:Vpc";
const template = "aws:ec2/launchTemplate:LaunchTemplate";

/** How a type names its security groups. */
interface Member {
  /** Properties with any of which it has groups of its own, or those of something else that has. */
  readonly by: readonly string[];
  /** What says in which VPC it is: a subnet, subnets, a group of them, or the VPC. */
  readonly place: string;
  /** Whether it is in a VPC at all, and takes the default group there. @default always */
  readonly applies?: (props: View) => boolean;
}

const machine: Member = {
  by: ["vpcSecurityGroupIds", "securityGroups", "networkInterfaces", "primaryNetworkInterface", "launchTemplate"],
  place: "subnetId",
};
const inGroup = (place: string, ...more: readonly string[]): Member => ({
  by: ["vpcSecurityGroupIds", ...more],
  place,
});

/**
 * What gets the default group of its VPC when it names none. A network load balancer gets none at all, and a function must name one.
 * Machines: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
 * Databases: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
 * Services: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
 */
const members: Readonly<Record<string, Member>> = {
  "aws:ec2/instance:Instance": machine,
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": machine,
  "aws:ec2/networkInterface:NetworkInterface": { by: ["securityGroups"], place: "subnetId" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    ...{ by: ["securityGroupIds"], place: "vpcId" },
    applies: (props) => props.text("vpcEndpointType") === "Interface",
  },
  [dbInstance]: inGroup("dbSubnetGroupName"),
  [dbCluster]: inGroup("dbSubnetGroupName"),
  "aws:rds/proxy:Proxy": inGroup("vpcSubnetIds"),
  "aws:docdb/cluster:Cluster": inGroup("dbSubnetGroupName"),
  "aws:docdb/elasticCluster:ElasticCluster": inGroup("subnetIds"),
  "aws:neptune/cluster:Cluster": inGroup("neptuneSubnetGroupName"),
  "aws:redshift/cluster:Cluster": inGroup("clusterSubnetGroupName"),
  "aws:dms/replicationInstance:ReplicationInstance": inGroup("replicationSubnetGroupId"),
  [replicationGroup]: { by: ["securityGroupIds", "globalReplicationGroupId"], place: "subnetGroupName" },
  "aws:elasticache/cluster:Cluster": { by: ["securityGroupIds", "replicationGroupId"], place: "subnetGroupName" },
  "aws:elasticache/serverlessCache:ServerlessCache": { by: ["securityGroupIds"], place: "subnetIds" },
  "aws:memorydb/cluster:Cluster": { by: ["securityGroupIds"], place: "subnetGroupName" },
  "aws:dax/cluster:Cluster": { by: ["securityGroupIds"], place: "subnetGroupName" },
  "aws:mq/broker:Broker": { by: ["securityGroups"], place: "subnetIds" },
  "aws:opensearch/domain:Domain": {
    ...{ by: ["vpcOptions.securityGroupIds"], place: "vpcOptions.subnetIds" },
    applies: (props) => props.has("vpcOptions"),
  },
  [mountTarget]: { by: ["securityGroups"], place: "subnetId" },
  [ecsService]: {
    ...{ by: ["networkConfiguration.securityGroups"], place: "networkConfiguration.subnets" },
    applies: (props) => props.has("networkConfiguration"),
  },
  "aws:lambda/function:Function": {
    ...{ by: ["vpcConfig.securityGroupIds"], place: "vpcConfig.subnetIds" },
    applies: (props) => names(props, ["vpcConfig.subnetIds"]),
  },
  [classicLoadBalancer]: { by: ["securityGroups"], place: "subnets" },
  ...Object.fromEntries(
    loadBalancers.map((type): [string, Member] => [
      type,
      {
        ...{ by: ["securityGroups"], place: "subnets" },
        applies: (props) => !/^(network|gateway)$/.test(String(props.at("loadBalancerType"))),
      },
    ]),
  ),
};

/** What uses a launch template without adding groups of its own. Kubernetes and AWS Batch add theirs. */
const users = ["aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest", autoScalingGroup];

export const defaultSecurityGroupClosed = stackRule({
  id: "default-security-group-closed",
  group: "network",
  severity: "medium",
  title: "The default security group of a VPC lets nothing through, and nothing is left to an open one.",
  why: "Whatever is made without naming a group gets this one, in which everything may talk to everything.",
  fix: "Adopt it with aws.ec2.DefaultSecurityGroup for the VPC, without ingress and egress, and give each resource a security group of its own.",
  serves: ["CIS AWS 3.0 5.4", "Security Hub EC2.2"],
  example: `new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id });`,
  types: [vpcType, template, ...Object.keys(members)],
  limits: {},
  check: (resource, stack) => {
    if (resource.type === vpcType) {
      return ofVpc(resource, stack);
    }
    if (resource.type === template) {
      return ofTemplate(resource, stack);
    }
    const member = members[resource.type];
    return member === undefined || member.applies?.(resource.props) === false || names(resource.props, member.by)
      ? undefined
      : without(stack, resource, member.place, member.by[0]!);
  },
});

function ofVpc(vpc: Resource, stack: Stack): readonly Verdict[] {
  const groups = stack.referring(defaultGroup, "vpcId", vpc);
  const [group] = groups.exact;
  if (group === undefined) {
    return groups.possible.length > 0
      ? [undecided("vpcId of a default security group")]
      : [violation("its default security group is as AWS makes it, open between its members")];
  }
  return ["ingress", "egress"].map((direction) =>
    expect(count(group.props, direction), (rules) => rules === 0, `its default security group has ${direction} rules`),
  );
}

/** The groups of a template are those of its interfaces, or its own. */
function ofTemplate(resource: Resource, stack: Stack): Verdicts | undefined {
  const { props } = resource;
  const using = (type: string): readonly Resource[] =>
    stack
      .ofType(type)
      .filter((one) =>
        ["launchTemplate", "mixedInstancesPolicy"].some((path) =>
          stack.dependencies(one, path, [template]).includes(resource),
        ),
      );
  const machines = users.flatMap(using);
  const interfaces = props.items("networkInterfaces");
  const own =
    names(props, ["vpcSecurityGroupIds", "securityGroupNames"]) ||
    isUnknown(interfaces) ||
    interfaces.some((one) => one.has("securityGroups") || one.has("networkInterfaceId"));
  const left = machines.filter((one) => !names(one.props, ["vpcSecurityGroupIds", "securityGroups"]));
  const [first] = left;
  return own || first === undefined
    ? undefined
    : (left
        .map((one) =>
          without(stack, one, one.type === autoScalingGroup ? "vpcZoneIdentifiers" : "subnetId", "vpcSecurityGroupIds"),
        )
        .find((verdict) => verdict.kind !== "pass") ?? pass);
}

/** Whether a property that names groups is given. An empty list is none. */
function names(props: View, by: readonly string[]): boolean {
  return by.some((path) => {
    const value = props.at(path);
    return Array.isArray(value) ? value.length > 0 : props.has(path);
  });
}

/** Nothing is open where the default group of its VPC is closed in this stack. */
function without(stack: Stack, resource: Resource, place: string, by: string): Verdict {
  const found = vpcsOf(stack, resource, place);
  const verdicts = found.flatMap((vpc) => (vpc.type === vpcType ? ofVpc(vpc, stack) : []));
  const open = verdicts.find((verdict) => verdict.kind === "undecided");
  return verdicts.length === 0 || verdicts.some((verdict) => verdict.kind === "violation")
    ? violation(
        `it names no security group (${by}), so it gets the default one of its VPC, in which everything may talk to everything`,
        `Set ${by} to a security group of its own.`,
      )
    : (open ?? pass);
}

function vpcsOf(stack: Stack, resource: Resource, place: string): readonly Resource[] {
  const groups = [...new Set(stack.resources.map(({ type }) => type))].filter((type) => type.endsWith("SubnetGroup"));
  const found = stack.references(resource, place, [...subnets, ...vpcs, ...groups]);
  return [...found.exact, ...found.possible].flatMap((one) =>
    (vpcs as readonly string[]).includes(one.type)
      ? [one]
      : vpcsOf(stack, one, groups.includes(one.type) ? "subnetIds" : "vpcId"),
  );
}

function count(props: View, property: string): ReturnType<View["number"]> {
  const list = props.items(property);
  return isUnknown(list) ? list : list.length;
}

import type { RuleCases } from "../testing/cases";
import { thing, unknown, type Thing } from "../testing/harness";
import { instanceSizeCeiling } from "./instanceSizeCeiling";
import { natGatewayCeiling } from "./natGatewayCeiling";

const writer = (instanceClass: unknown) =>
  thing("aws:rds/clusterInstance:ClusterInstance", "writer", { instanceClass });
const cluster = (props: Thing["props"]) => thing("aws:rds/cluster:Cluster", "db", props);
const cache = (nodeType: unknown) => thing("aws:elasticache/replicationGroup:ReplicationGroup", "c", { nodeType });
const nat = (name: string) => thing("aws:ec2/natGateway:NatGateway", name, {});

export const costCases: readonly RuleCases[] = [
  {
    rule: instanceSizeCeiling,
    pass: {
      "a usual database": [writer("db.r7g.2xlarge")],
      "a usual cache": [cache("cache.m7g.large")],
      "a small machine": [thing("aws:ec2/launchTemplate:LaunchTemplate", "t", { instanceType: "t4g.micro" })],
      "a cluster that grows a little": [cluster({ serverlessv2ScalingConfiguration: { maxCapacity: 64 } })],
    },
    fail: {
      "a huge database": [writer("db.r7g.16xlarge")],
      "a huge cache": [cache("cache.r7g.8xlarge")],
      "a bare machine": [thing("aws:ec2/instance:Instance", "h", { instanceType: "m7i.metal-24xl" })],
      "a cluster that grows without end": [cluster({ serverlessv2ScalingConfiguration: { maxCapacity: 256 } })],
    },
    unknown: { "a class that is not known": [writer(unknown)] },
    notApplicable: { "a serverless instance": [writer("db.serverless")], "a cluster with instances": [cluster({})] },
  },
  {
    rule: natGatewayCeiling,
    pass: { three: ["a", "b", "c"].map(nat) },
    fail: { four: ["a", "b", "c", "d"].map(nat) },
    unknown: "how many there are is known from the program",
    notApplicable: { none: [cluster({})] },
  },
];

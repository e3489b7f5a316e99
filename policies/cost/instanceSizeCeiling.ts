import type { Resource } from "../lib/resource";
import { budget, resourceRule } from "../lib/rule";
import { dbCluster, dbClusterInstance, dbInstance, replicationGroup } from "../lib/types";
import { expect, undecided, type Verdict } from "../lib/verdict";
import { isUnknown, type Read } from "../lib/view";
import { sizeOf } from "./size";

const machines = ["aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"];

export const instanceSizeCeiling = resourceRule({
  id: "instance-size-ceiling",
  group: "cost",
  severity: "medium",
  title: "Machines, databases and caches are no larger than the environment's budget.",
  why: "One digit too many in a settings file is hundreds a month, and is noticed when the bill comes.",
  fix: "Choose a smaller type, or raise the ceiling in the policy configuration with those who pay. Sizes count in multiples of a large: xlarge 2, 2xlarge 4, 4xlarge 8.",
  serves: ["Well-Architected COST02-BP05", "Moodle R25"],
  example: `new aws.rds.ClusterInstance("writer", { instanceClass: "db.r7g.xlarge", ... });`,
  types: [...machines, dbCluster, dbClusterInstance, dbInstance, replicationGroup, "aws:elasticache/cluster:Cluster"],
  limits: {
    database: budget(16, "The largest database instance, in multiples of a large."),
    cache: budget(8, "The largest cache node, in multiples of a large."),
    machine: budget(8, "The largest EC2 instance, in multiples of a large."),
    capacityUnits: budget(128, "The highest maxCapacity of Aurora Serverless v2, in ACUs of about 2 GiB."),
  },
  check: (resource, limits) => {
    const { type, props } = resource;
    if (type === dbCluster) {
      return props.has("serverlessv2ScalingConfiguration")
        ? expect(
            props.number("serverlessv2ScalingConfiguration.maxCapacity"),
            (units) => (units ?? 0) <= limits.capacityUnits,
            (units) => `it can grow to ${units} ACUs, above ${limits.capacityUnits}`,
          )
        : undefined;
    }
    if (machines.includes(type)) {
      return judge(props.text("instanceType"), limits.machine);
    }
    return isCache(resource)
      ? judge(props.text("nodeType"), limits.cache)
      : judge(props.text("instanceClass"), limits.database);
  },
});

function isCache({ type }: Resource): boolean {
  return type.startsWith("aws:elasticache/");
}

function judge(instanceType: Read<string>, ceiling: number): Verdict | undefined {
  if (isUnknown(instanceType)) {
    return undecided(instanceType);
  }
  const size = instanceType === undefined ? undefined : sizeOf(instanceType);
  return size === undefined
    ? undefined
    : expect(size, (value) => (value ?? 0) <= ceiling, `${instanceType} is ${size} times a large, above ${ceiling}`);
}

import type { Resource } from "./resource";
import type { Stack } from "./stack";
import { autoScalingGroup, ecsService, fsxFileSystems, mountTarget, subnets } from "./types";

/**
 * A tier is recognised by use, not by name or tag: a subnet is a data subnet because a database is in it.
 * Each entry is a type and the property through which it takes subnets.
 */
export const dataUsers: readonly (readonly [type: string, path: string])[] = [
  ["aws:rds/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:elasticache/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:memorydb/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:docdb/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:neptune/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:redshift/subnetGroup:SubnetGroup", "subnetIds"],
  [mountTarget, "subnetId"],
  ...fsxFileSystems.map((type) => [type, "subnetIds"] as const),
];

export const applicationUsers: readonly (readonly [type: string, path: string])[] = [
  [ecsService, "networkConfiguration.subnets"],
  [autoScalingGroup, "vpcZoneIdentifiers"],
  ["aws:ec2/instance:Instance", "subnetId"],
  ["aws:lambda/function:Function", "vpcConfig.subnetIds"],
  ["aws:eks/nodeGroup:NodeGroup", "subnetIds"],
];

/** The path of the property through which a resource of this type takes its subnets. */
export function subnetsPath(type: string): string | undefined {
  return [...dataUsers, ...applicationUsers].find(([one]) => one === type)?.[1];
}

/** The subnets that a resource uses, as references. */
export function subnetsOf(stack: Stack, resource: Resource): ReturnType<Stack["references"]> {
  return stack.references(resource, subnetsPath(resource.type) ?? "subnetIds", subnets);
}

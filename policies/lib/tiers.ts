import type { Resource } from "./resource";
import { resourceTypes, typesWith } from "./resourceTypes";
import type { References, Stack } from "./stack";
import { subnets, vpcs } from "./types";

/**
 * A tier is recognised by use, not by name or tag: a subnet is a data subnet because a database is in it.
 * Each entry is a type and the property through which it takes subnets.
 */
const usersOf = (tier: "data" | "application"): readonly (readonly [type: string, path: string])[] =>
  typesWith("subnets").flatMap(([type, subnets]) => (subnets.tier === tier ? [[type, subnets.path] as const] : []));

export const dataUsers = usersOf("data");
export const applicationUsers = usersOf("application");

/** The path of the property through which a resource of this type takes its subnets. */
export function subnetsPath(type: string): string | undefined {
  return resourceTypes[type]?.subnets?.path;
}

/** The subnets that a resource uses, as references. */
export function subnetsOf(stack: Stack, resource: Resource): References {
  return subnetsAt(stack, resource, subnetsPath(resource.type) ?? "subnetIds");
}

/**
 * The subnets that a property refers to. Two sources of them leave no trace of single subnets:
 *
 * A list that a component made in one output, as awsx does, has all subnets of the VPC as its source. A list that was looked up
 * (`getSubnets` with `dependsOn` the VPC) has the VPC alone; one that was looked up by an id that is not known yet has no source at all. Then any subnet of the VPC may be meant, and a tag of the resource's own says which: it has the
 * same `SubnetType` (or `Tier`) as those that it uses.
 */
export function subnetsAt(stack: Stack, resource: Resource, path: string): References {
  const found = stack.references(resource, path, subnets);
  const traced = found.exact.length + found.possible.length;
  const candidates = traced > 0 || found.unknown === undefined ? found.possible : ofVpcs(stack, resource, path);
  const meant = named(resource, candidates);
  const { unknown, ...rest } = found;
  return { ...rest, possible: meant, ...(unknown === undefined || meant.length > 0 ? {} : { unknown }) };
}

function ofVpcs(stack: Stack, resource: Resource, path: string): readonly Resource[] {
  const from = stack.dependencies(resource, path.split(".")[0] ?? path, vpcs);
  return from.length === 0
    ? []
    : stack
        .ofType(...subnets)
        .filter((one) => stack.references(one, "vpcId", vpcs).exact.some((vpc) => from.includes(vpc)));
}

/** Those of the candidates that have the tier that the resource's own tags name; all of them when it names none. */
function named(resource: Resource, candidates: readonly Resource[]): readonly Resource[] {
  const wanted = tierTag(resource);
  const same = wanted === undefined ? [] : candidates.filter((one) => tierTag(one) === wanted);
  return same.length > 0 ? same : candidates;
}

/** What says of which tier a subnet is: awsx tags its subnets with SubnetType, others with Tier. */
export function tierTag({ props }: Resource): string | undefined {
  const tags = props.object("tags");
  const value = ["SubnetType", "Tier", "tier"].map((key) => tags.text(key)).find((one) => typeof one === "string");
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

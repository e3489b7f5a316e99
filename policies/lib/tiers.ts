import type { Resource } from "./resource";
import { resourceTypes, typesWith } from "./resourceTypes";
import type { Stack } from "./stack";
import { subnets } from "./types";

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
export function subnetsOf(stack: Stack, resource: Resource): ReturnType<Stack["references"]> {
  return stack.references(resource, subnetsPath(resource.type) ?? "subnetIds", subnets);
}

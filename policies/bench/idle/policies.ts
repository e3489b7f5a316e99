import type { Policies } from "@pulumi/policy";

/** A rule for a resource and one for the stack that do nothing: what any pack at all costs. */
export const idle: Policies = [
  { name: "idle-resource", description: "Judges nothing.", validateResource: () => undefined },
  { name: "idle-stack", description: "Judges nothing.", validateStack: () => undefined },
];

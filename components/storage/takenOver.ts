import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a resource that may be taken over after a restore. While its id is given, Pulumi imports it and nothing of it
 * is changed: an import ends with an error when an argument differs. Once the id is left out, updates bring it to the
 * program's arguments, but for those which would replace it.
 *
 * @param id What is taken over; undefined for a resource of the program's own.
 * @param fixed Properties that a restored resource has from before, and that replace it when they change.
 */
export function takenOver(id: string | undefined, fixed: readonly string[]): pulumi.CustomResourceOptions {
  return id === undefined ? { ignoreChanges: [...fixed] } : { import: id, ignoreChanges: ["*"] };
}

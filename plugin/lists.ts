import * as pulumi from "@pulumi/pulumi";

/**
 * The items of a list from another component. In a preview the list may not be known, but its length is: one item a
 * zone.
 */
export function onePerZone(
  list: pulumi.Input<readonly pulumi.Input<string>[]>,
  availabilityZones: readonly string[],
): pulumi.Output<string>[] {
  return availabilityZones.map((_zone, index) =>
    pulumi.output(list).apply((items) => {
      const item = items[index];
      if (item === undefined || items.length !== availabilityZones.length) {
        throw new Error(
          `got ${items.length} subnets for the zones ${availabilityZones.join(", ")}, expected one in each. Fix: give the lists of one network, in the same order.`,
        );
      }
      return item;
    }),
  );
}

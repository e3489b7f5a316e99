import type { Resource } from "./resource";
import type { Stack } from "./stack";
import { subnetsAt, tierTag } from "./tiers";
import { pass, undecided, violation, type Verdict } from "./verdict";
import { Unknown } from "./view";

/** In how many availability zones something is: at least, at most, and what kept it from being exact. */
export interface Zones {
  readonly atLeast: number;
  readonly atMost: number;
  readonly names: readonly string[];
  readonly unknown?: Unknown;
}

/** The zone of a subnet: its name, or undefined when it is not known (not yet, or because AWS picks it). */
export function zoneOf(subnet: Resource): string | undefined {
  for (const property of ["availabilityZone", "availabilityZoneId"]) {
    const zone = subnet.props.text(property);
    if (typeof zone === "string" && zone !== "") {
      return zone;
    }
  }
  return undefined;
}

/** The zones of the subnets that a property refers to. */
export function zonesOf(stack: Stack, resource: Resource, path: string): Zones {
  const found = subnetsAt(stack, resource, path);
  const tiers = found.count === undefined ? tiersOf(found.possible) : [];
  if (tiers.length > 0) {
    // The list is that of one tier, and it is not known of which.
    const counts = tiers.map((tier) => distinct(tier).length);
    const [atLeast, atMost] = [Math.min(...counts), Math.max(...counts)];
    return {
      ...{ atLeast, atMost, names: [] },
      ...(atLeast === atMost ? {} : { unknown: new Unknown(`which of ${found.possible.length} subnets it uses`) }),
    };
  }
  const names = distinct(found.exact);
  const zoneless = found.exact.filter((subnet) => zoneOf(subnet) === undefined);
  const untraced = found.count === undefined ? undefined : found.count - found.exact.length;
  // Subnets that are not exact can add a zone each, but no more zones than the candidates have between them.
  const extra = distinct(found.possible).filter((zone) => !names.includes(zone)).length;
  const extraUnknown = found.possible.filter((subnet) => zoneOf(subnet) === undefined).length;
  const fromElsewhere = found.outside.length > 0 || found.unknown !== undefined;
  const more = fromElsewhere ? (untraced ?? Infinity) : Math.min(untraced ?? Infinity, extra + extraUnknown);
  const why =
    found.outside.length > 0
      ? `subnet ${found.outside[0]} (not in this stack)`
      : (found.unknown?.path ?? (zoneless[0] === undefined ? path : `zone of subnet ${zoneless[0].name}`));
  const exact = zoneless.length === 0 && more === 0;
  return {
    atLeast: names.length,
    atMost: names.length + zoneless.length + more,
    names,
    ...(exact ? {} : { unknown: new Unknown(why) }),
  };
}

/**
 * The tiers of subnets that a component made, when each of their zones is known: the list that it hands out is one of them. Subnets that
 * the program made by itself are no tiers, because nothing is known of the code that chose among them.
 */
function tiersOf(candidates: readonly Resource[]): readonly (readonly Resource[])[] {
  const known = candidates.every((one) => one.inComponent && zoneOf(one) !== undefined && tierTag(one) !== undefined);
  const names = known ? [...new Set(candidates.map((one) => tierTag(one)))] : [];
  return names.map((name) => candidates.filter((one) => tierTag(one) === name));
}

/** The verdict for a floor of zones. */
export function floor(zones: Zones, minimum: number, subject: string): Verdict {
  if (zones.atLeast >= minimum) {
    return pass;
  }
  if (zones.atMost < minimum) {
    const where = zones.names.length === 0 ? "" : ` (${zones.names.join(", ")})`;
    return violation(
      `${subject} ${zones.atMost} availability zone${zones.atMost === 1 ? "" : "s"}${where}, not ${minimum}`,
    );
  }
  return undecided(zones.unknown ?? "availability zones");
}

function distinct(list: readonly Resource[]): readonly string[] {
  return [...new Set(list.map(zoneOf).filter((zone) => zone !== undefined))].sort();
}

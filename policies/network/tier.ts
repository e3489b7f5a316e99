import type { Reach } from "../lib/graph";
import { reachOf } from "../lib/graph";
import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { subnetsOf } from "../lib/tiers";
import { pass, undecided, violation, type Tri, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";

/**
 * Judges each subnet that a resource uses.
 *
 * Each subnet that it certainly uses counts. Subnets that it may use (a value that went through `apply`) decide only
 * where all of them agree.
 */
export function judgeSubnets(
  stack: Stack,
  resource: Resource,
  bad: (subnet: Resource, reach: Reach) => Tri,
  found: (subnet: Resource, reach: Reach) => string,
): readonly Verdict[] {
  const used = subnetsOf(stack, resource);
  const verdictOf = (subnet: Resource): Verdict => {
    const reach = reachOf(stack, subnet);
    const value = bad(subnet, reach);
    return isUnknown(value) ? undecided(value) : value ? violation(found(subnet, reach)) : pass;
  };
  const verdicts = used.exact.map(verdictOf);
  const maybe = used.possible.map(verdictOf);
  if (maybe.length > 0) {
    const agreed = maybe.every((verdict) => verdict.kind === maybe[0]!.kind);
    verdicts.push(agreed ? maybe[0]! : undecided(`which of ${used.possible.length} subnets it uses`));
  }
  verdicts.push(...used.outside.map((id) => undecided(`subnet ${id} (not in this stack)`)));
  if (used.unknown !== undefined) {
    verdicts.push(undecided(used.unknown));
  }
  return verdicts;
}

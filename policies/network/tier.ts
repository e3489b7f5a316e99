import type { Reach } from "../lib/graph";
import { reachOf } from "../lib/graph";
import { placedByAws, placements } from "../lib/placement";
import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { subnetsAt, subnetsPath, tierTag } from "../lib/tiers";
import { pass, undecided, violation, type Tri, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const awsxDefaultVpc = "awsx:ec2:DefaultVpc";

/**
 * Judges where a resource is: each subnet that it uses, or where AWS puts what names none.
 *
 * Each subnet that it certainly uses counts. Subnets that it may use (a value that went through `apply`) decide only
 * where all of them agree.
 */
export function judgePlace(
  stack: Stack,
  resource: Resource,
  bad: (subnet: Resource, reach: Reach) => Tri,
  found: (subnet: Resource, reach: Reach) => string,
): readonly Verdict[] | undefined {
  const placement = placedByAws(resource);
  if (placement !== undefined) {
    return [violation(`it does not say in which subnets it is (${placement.by[0]}), so ${placement.otherwise}`)];
  }
  const path =
    subnetsPath(resource.type) ??
    placements[resource.type]?.by.find((one) => /subnet/i.test(one) && !/group/i.test(one));
  if (path !== undefined && resource.props.has(path)) {
    return judgeSubnets(stack, resource, path, bad, found);
  }
  if (resource.props.has("launchTemplate")) {
    return ofTemplate(stack, resource, bad, found);
  }
  return placements[resource.type] === undefined ? [] : ofGroup(stack, resource);
}

/** A subnet group of this stack is judged where it is written. Of another one nothing is known. */
function ofGroup(stack: Stack, resource: Resource): readonly Verdict[] | undefined {
  const path = placements[resource.type]?.by.find((one) => /group/i.test(one));
  const name = path === undefined ? undefined : resource.props.text(path);
  if (path === undefined || name === undefined || isUnknown(name)) {
    return undefined;
  }
  const groups = stack.resources.filter(({ type }) => type.endsWith("SubnetGroup")).map(({ type }) => type);
  const found = stack.references(resource, path, [...new Set(groups)]);
  return found.outside.length === 0 ? undefined : [undecided(`subnet group ${name} (not in this stack)`)];
}

function ofTemplate(
  stack: Stack,
  resource: Resource,
  bad: (subnet: Resource, reach: Reach) => Tri,
  found: (subnet: Resource, reach: Reach) => string,
): readonly Verdict[] {
  const [template] = stack.dependencies(resource, "launchTemplate", [launchTemplate]);
  if (template === undefined) {
    return [undecided("launchTemplate (not in this stack)")];
  }
  const path = "networkInterfaces.*.subnetId";
  const used = subnetsAt(stack, template, path);
  return used.count === 0
    ? [
        violation(
          `neither it nor its launch template "${template.name}" names a subnet, so AWS puts it into the default VPC, whose subnets are public`,
        ),
      ]
    : judgeSubnets(stack, template, path, bad, found);
}

function judgeSubnets(
  stack: Stack,
  resource: Resource,
  path: string,
  bad: (subnet: Resource, reach: Reach) => Tri,
  found: (subnet: Resource, reach: Reach) => string,
): readonly Verdict[] {
  const used = subnetsAt(stack, resource, path);
  const verdictOf = (subnet: Resource): Verdict => {
    const reach = reachOf(stack, subnet);
    const value = bad(subnet, reach);
    return isUnknown(value) ? undecided(value) : value ? violation(found(subnet, reach)) : pass;
  };
  const verdicts = used.exact.map(verdictOf);
  const maybe = used.possible.map(verdictOf);
  if (maybe.length > 0) {
    const agreed = maybe.every((verdict) => verdict.kind === maybe[0]!.kind);
    verdicts.push(agreed ? maybe[0]! : undecided(whichOf(used.possible)));
  }
  verdicts.push(...used.outside.map((id) => outside(stack, id)));
  if (used.unknown !== undefined) {
    const isDefault = stack.dependencies(resource, path.split(".")[0]!, ["aws:ec2/defaultVpc:DefaultVpc"]).length > 0;
    verdicts.push(
      isDefault ? violation("its subnets are those of the default VPC, which are public") : undecided(used.unknown),
    );
  }
  return verdicts;
}

/** Says which line of the program would make it known. */
function whichOf(candidates: readonly Resource[]): string {
  const tiers = [...new Set(candidates.map(tierTag).filter((tier) => tier !== undefined))].sort();
  const line =
    tiers.length > 1
      ? `; to say which, give this resource tags: { SubnetType: "${tiers[0]}" }, or ${tiers
          .slice(1)
          .map((tier) => `"${tier}"`)
          .join(", ")}`
      : "; to say which, give the subnets one by one, each from its own resource";
  return `which of ${candidates.length} subnets it uses, because their list is one value for all of them${line}`;
}

/** awsx.ec2.DefaultVpc looks the account's default VPC up, so its ids are known before anything is made. */
function outside(stack: Stack, id: string): Verdict {
  const looked = stack.ofType(awsxDefaultVpc).some(({ props }) => {
    const list = props.list("publicSubnetIds");
    return !isUnknown(list) && list.includes(id);
  });
  return looked
    ? violation(`it uses subnet ${id} of the default VPC, which is public`)
    : undecided(`subnet ${id} (not in this stack)`);
}

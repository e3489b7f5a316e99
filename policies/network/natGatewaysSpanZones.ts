import { natsOf } from "../lib/graph";
import type { Resource } from "../lib/resource";
import { atLeast, stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { natGateway, subnets, vpcs } from "../lib/types";
import { floor, zoneOf } from "../lib/zones";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { Unknown } from "../lib/view";

export const natGatewaysSpanZones = stackRule({
  id: "nat-gateways-span-zones",
  group: "network",
  severity: "high",
  title: "A VPC that uses NAT has gateways in enough availability zones.",
  why: "A NAT gateway lives in one zone. When that zone fails, every task of every zone behind it loses its way out: image pulls, mail, single sign-on.",
  fix: "Make one NAT gateway per availability zone, and let each zone's private route table use its own.",
  serves: ["Well-Architected REL10-BP01", "Moodle R20"],
  example: `zones.map((zone, i) => new aws.ec2.NatGateway(\`nat-\${zone}\`, { subnetId: publicSubnets[i].id, allocationId: eips[i].id }));`,
  types: vpcs,
  limits: { minZones: atLeast(3, "The fewest availability zones with a NAT gateway, in a VPC that has any.") },
  check: (vpc, stack, limits) => {
    const names = new Set<string>();
    let zoneless = 0;
    let unknown: Unknown | undefined;
    const gateways = stack.ofType(natGateway);
    for (const gateway of gateways) {
      const found = stack.references(gateway, "subnetId", subnets);
      const [subnet] = found.exact;
      if (gateway.props.text("availabilityMode") === "regional") {
        // A regional NAT gateway spans the zones by itself: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
        if (stack.references(gateway, "vpcId", vpcs).exact.includes(vpc)) {
          return pass;
        }
        continue;
      }
      if (subnet === undefined) {
        unknown = new Unknown(`subnet of NAT gateway ${gateway.name}`);
        zoneless += 1;
      } else if (stack.references(subnet, "vpcId", vpcs).exact.includes(vpc)) {
        const zone = zoneOf(subnet);
        if (zone === undefined) {
          unknown = new Unknown(`zone of subnet ${subnet.name}`);
          zoneless += 1;
        } else {
          names.add(zone);
        }
      }
    }
    if (names.size + zoneless === 0) {
      return gateways.length === 0 ? undefined : pass;
    }
    if (names.size === 0 && zoneless > 0 && unknown !== undefined) {
      return undecided(unknown);
    }
    const astray = limits.minZones > 1 ? outOfZone(stack, vpc) : [];
    if (astray.length > 0) {
      return astray;
    }
    return floor(
      { atLeast: names.size, atMost: names.size + zoneless, names: [...names].sort(), ...(unknown ? { unknown } : {}) },
      limits.minZones,
      "its NAT gateways are in",
    );
  },
});

/** Subnets that go out through the NAT gateway of another zone, and so fail with it. */
function outOfZone(stack: Stack, vpc: Resource): readonly Verdict[] {
  return stack
    .ofType(...subnets)
    .filter((subnet) => stack.references(subnet, "vpcId", vpcs).exact.includes(vpc))
    .flatMap((subnet) => {
      const zone = zoneOf(subnet);
      return natsOf(stack, subnet).flatMap((nat) => {
        const [home] = stack.references(nat, "subnetId", subnets).exact;
        const natZone = home === undefined ? undefined : zoneOf(home);
        return zone === undefined || natZone === undefined || zone === natZone
          ? []
          : [violation(`subnet "${subnet.name}" in ${zone} goes out through NAT gateway "${nat.name}" in ${natZone}`)];
      });
    });
}

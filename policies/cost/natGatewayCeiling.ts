import { budget, stackRule } from "../lib/rule";
import { natGateway } from "../lib/types";
import { pass, violation } from "../lib/verdict";

export const natGatewayCeiling = stackRule({
  id: "nat-gateway-ceiling",
  group: "cost",
  severity: "low",
  title: "A stack has no more NAT gateways than the environment's budget.",
  why: "Each costs as much as a small server, idle or not, before the first gigabyte.",
  fix: "Use one per zone in production and one in all elsewhere; VPC endpoints take most of the traffic off them.",
  serves: ["Well-Architected COST02-BP05", "Moodle R25"],
  example: `new aws.ec2.NatGateway("nat", { subnetId: publicA.id, allocationId: address.id }); // one`,
  types: [natGateway],
  limits: { maxGateways: budget(3, "The most NAT gateways of a stack.") },
  check: (gateway, stack, limits) => {
    const all = [...stack.ofType(natGateway)].sort((a, b) => a.urn.localeCompare(b.urn));
    const place = all.indexOf(gateway) + 1;
    return place <= limits.maxGateways
      ? pass
      : violation(`it is number ${place} of ${all.length} NAT gateways, above ${limits.maxGateways}`);
  },
});

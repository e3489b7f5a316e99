import { atLeast, stackRule } from "../lib/rule";
import { classicLoadBalancer, loadBalancers } from "../lib/types";
import { expect } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { floor, zonesOf } from "../lib/zones";

export const loadBalancersSpanZones = stackRule({
  id: "load-balancers-span-zones",
  group: "network",
  severity: "high",
  title: "Load balancers span enough availability zones.",
  why: "A load balancer has nodes only in the zones of its subnets; targets in other zones get no requests at all.",
  fix: "Give subnets one subnet per zone in which the targets run.",
  serves: ["Well-Architected REL10-BP01", "Security Hub ELB.13", "Moodle R20"],
  example: `new aws.lb.LoadBalancer("web", { internal: true, subnets: [appA.id, appB.id, appC.id] });`,
  types: [...loadBalancers, classicLoadBalancer],
  limits: { minZones: atLeast(3, "The fewest availability zones of a load balancer.") },
  check: (resource, stack, limits) => {
    if (resource.type === classicLoadBalancer && !resource.props.has("subnets")) {
      const zones = resource.props.list("availabilityZones");
      return expect(
        isUnknown(zones) ? zones : new Set(zones).size,
        (count) => (count ?? 0) >= limits.minZones,
        (count) => `it is in ${count} availability zones, not ${limits.minZones}`,
      );
    }
    const path = resource.props.has("subnets") ? "subnets" : "subnetMappings.*.subnetId";
    return floor(zonesOf(stack, resource, path), limits.minZones, "its subnets are in");
  },
});

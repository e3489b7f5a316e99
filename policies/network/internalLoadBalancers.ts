import { permit, resourceRule } from "../lib/rule";
import { classicLoadBalancer, loadBalancers } from "../lib/types";
import { expect } from "../lib/verdict";

export const internalLoadBalancers = resourceRule({
  id: "internal-load-balancers",
  group: "network",
  severity: "high",
  title: "Load balancers are internal unless the environment allows internet-facing ones.",
  why: "Behind CloudFront's VPC origins the load balancer needs no public address, and what has none can not be reached past the CDN and its firewall.",
  fix: "Set internal: true and point CloudFront at it by VPC origin. With an external CDN, set allowInternetFacing in the policy configuration, with review, and admit only that CDN's addresses.",
  serves: ["Well-Architected SEC05-BP02", "Moodle R3"],
  example: `new aws.lb.LoadBalancer("web", { internal: true, subnets: applicationSubnetIds, securityGroups: [group.id] });`,
  types: [...loadBalancers, classicLoadBalancer],
  limits: { allowInternetFacing: permit(false, "Whether load balancers may face the internet.") },
  check: ({ props }, limits) =>
    props.text("loadBalancerType") === "gateway" || limits.allowInternetFacing
      ? undefined
      : expect(props.flag("internal"), (on) => on === true, "it is internet-facing (internal is not true)"),
});

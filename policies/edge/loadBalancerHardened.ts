import { resourceRule, strict } from "../lib/rule";
import { loadBalancers } from "../lib/types";
import { expect, pass } from "../lib/verdict";

export const loadBalancerHardened = resourceRule({
  id: "load-balancer-hardened",
  group: "edge",
  severity: "medium",
  title: "Application load balancers drop invalid headers and can not be deleted by mistake.",
  why: "Invalid headers carry request smuggling; and a deleted load balancer has a new name that nothing points to.",
  fix: "Set dropInvalidHeaderFields: true and enableDeletionProtection: true.",
  serves: ["Security Hub ELB.4", "Security Hub ELB.6", "Moodle R25"],
  example: `new aws.lb.LoadBalancer("web", { dropInvalidHeaderFields: true, enableDeletionProtection: true, ... });`,
  types: loadBalancers,
  limits: { deletionProtection: strict(true, "Whether deletion protection is asked for.") },
  check: ({ props }, limits) => {
    const type = props.text("loadBalancerType");
    return [
      type === undefined || type === "application"
        ? expect(props.flag("dropInvalidHeaderFields"), (on) => on === true, "dropInvalidHeaderFields is not true")
        : pass,
      limits.deletionProtection
        ? expect(props.flag("enableDeletionProtection"), (on) => on === true, "enableDeletionProtection is not true")
        : pass,
    ];
  },
});

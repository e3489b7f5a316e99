import type { Resource } from "../lib/resource";
import { stackRule, strict } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { ecsService, scalableTarget, targetGroups } from "../lib/types";
import { allOf, pass, undecided, violation, type Tri } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { isWeb, targetsOf } from "./scaling";

const scalingPolicy = "aws:appautoscaling/policy:Policy";

export const serviceScalesOnDemand = stackRule({
  id: "service-scales-on-demand",
  group: "compute",
  severity: "medium",
  title: "A service behind a load balancer scales on requests per task, with CPU as the backstop.",
  why: "Requests rise before anything else does; CPU catches what requests do not show, such as one expensive report. Response time is no trigger: it is set by the database, and more tasks make that worse.",
  fix: "Add an aws.appautoscaling.Target and two target-tracking policies: ALBRequestCountPerTarget and ECSServiceAverageCPUUtilization.",
  serves: ["Well-Architected REL07-BP03", "Moodle R20"],
  example: `new aws.appautoscaling.Policy("requests", { policyType: "TargetTrackingScaling", targetTrackingScalingPolicyConfiguration: { targetValue: 600, predefinedMetricSpecification: { predefinedMetricType: "ALBRequestCountPerTarget", resourceLabel } }, ... });`,
  types: [ecsService],
  limits: { cpuBackstop: strict(true, "Whether a CPU policy is asked for beside the request policy.") },
  check: (service, stack, limits) => {
    if (!isWeb(service) || service.props.text("schedulingStrategy") === "DAEMON") {
      return undefined;
    }
    const targets = targetsOf(stack, service);
    if (targets.length === 0) {
      return violation("it does not scale");
    }
    const ours = [service, ...targets];
    const policies = stack
      .ofType(scalingPolicy)
      .filter(
        (policy) =>
          stack.dependencies(policy, "resourceId", [scalableTarget, ecsService]).some((one) => ours.includes(one)) ||
          targets.some((target) => sameText(target.props.text("resourceId"), policy.props.text("resourceId"))),
      );
    const metrics = policies.map((policy) =>
      policy.props.text("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType"),
    );
    const unknown = metrics.find(isUnknown);
    const fixed = targets.filter((target) => {
      const [min, max] = [target.props.number("minCapacity"), target.props.number("maxCapacity")];
      return typeof min === "number" && typeof max === "number" && max <= min;
    });
    if (fixed.length > 0) {
      return violation(
        `its maxCapacity is no more than its minCapacity (${String(fixed[0]!.props.at("minCapacity"))})`,
      );
    }
    const layer4 = behindNetworkLoadBalancer(service, stack);
    if (isUnknown(layer4)) {
      return undecided(layer4);
    }
    // A network load balancer counts no requests: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
    const requests = layer4 ? [] : ["ALBRequestCountPerTarget"];
    const cpu = limits.cpuBackstop || layer4 ? ["ECSServiceAverageCPUUtilization"] : [];
    const wanted = [...requests, ...cpu];
    const missing = wanted.filter((metric) => !metrics.includes(metric));
    if (missing.length === 0) {
      return pass;
    }
    return unknown === undefined
      ? violation(`it has no scaling policy on ${missing.join(" or ")}`)
      : undecided(unknown);
  },
});

function sameText(a: unknown, b: unknown): boolean {
  return typeof a === "string" && a === b;
}

/** Whether every target group of a service is of layer 4 (TCP, TLS, UDP). One that is not in this stack is taken for HTTP. */
function behindNetworkLoadBalancer(service: Resource, stack: Stack): Tri {
  const found = stack.references(service, "loadBalancers.*.targetGroupArn", targetGroups);
  const groups = [...found.exact, ...found.possible];
  return (
    groups.length > 0 &&
    allOf(
      groups.map((group): Tri => {
        const protocol = group.props.text("protocol");
        return isUnknown(protocol) ? protocol : /^(TCP|TLS|UDP|TCP_UDP|QUIC|TCP_QUIC)$/.test(protocol ?? "");
      }),
    )
  );
}

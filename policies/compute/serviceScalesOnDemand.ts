import { stackRule, strict } from "../lib/rule";
import { ecsService, scalableTarget } from "../lib/types";
import { pass, undecided, violation } from "../lib/verdict";
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
    if (!isWeb(service)) {
      return undefined;
    }
    const targets = targetsOf(stack, service);
    if (targets.length === 0) {
      return violation("it does not scale");
    }
    const policies = stack
      .ofType(scalingPolicy)
      .filter(
        (policy) =>
          stack
            .dependencies(policy, "resourceId", [scalableTarget, ecsService])
            .some((one) => one === service || targets.includes(one)) ||
          targets.some((target) => sameText(target.props.text("resourceId"), policy.props.text("resourceId"))),
      );
    const metrics = policies.map((policy) =>
      policy.props.text("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.predefinedMetricType"),
    );
    const unknown = metrics.find(isUnknown);
    const wanted = ["ALBRequestCountPerTarget", ...(limits.cpuBackstop ? ["ECSServiceAverageCPUUtilization"] : [])];
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
  return typeof a === "string" && a !== "" && a === b;
}

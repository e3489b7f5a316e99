import { resourceRule, strict } from "../lib/rule";
import { loadBalancers } from "../lib/types";
import { expect } from "../lib/verdict";

export const loadBalancerLogs = resourceRule({
  id: "load-balancer-logs",
  group: "observability",
  severity: "medium",
  title: "Load balancers write access logs.",
  why: "They are the only record of requests that never reached a task: the 502s and 504s of a bad hour.",
  fix: "Set accessLogs: { bucket, enabled: true } with a bucket (SSE-S3) whose policy lets the log delivery service write.",
  serves: ["Security Hub ELB.5", "Well-Architected SEC04-BP01", "Moodle R25"],
  example: `new aws.lb.LoadBalancer("web", { accessLogs: { bucket: logs.bucket, prefix: "web", enabled: true }, ... });`,
  types: loadBalancers,
  limits: { logs: strict(true, "Whether access logs are asked for.") },
  check: ({ props }, limits) =>
    !limits.logs || props.text("loadBalancerType") === "gateway"
      ? undefined
      : expect(props.flag("accessLogs.enabled"), (on) => on === true, "accessLogs.enabled is not true"),
});

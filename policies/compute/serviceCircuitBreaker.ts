import { resourceRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect } from "../lib/verdict";

export const serviceCircuitBreaker = resourceRule({
  id: "service-circuit-breaker",
  group: "compute",
  severity: "high",
  title: "ECS services stop a deployment that does not get healthy, and roll it back.",
  why: "Without it ECS starts and kills tasks of a broken version forever, on a bill, until someone looks.",
  fix: "Set deploymentCircuitBreaker: { enable: true, rollback: true }.",
  serves: ["Well-Architected REL08-BP05", "Moodle R25"],
  example: `new aws.ecs.Service("web", { deploymentCircuitBreaker: { enable: true, rollback: true }, ... });`,
  types: [ecsService],
  limits: {},
  check: ({ props }) => {
    const controller = props.text("deploymentController.type");
    // CODE_DEPLOY and EXTERNAL deployments have their own way back.
    if (typeof controller === "string" && controller !== "ECS") {
      return undefined;
    }
    return [
      expect(props.flag("deploymentCircuitBreaker.enable"), (on) => on === true, "it has no deploymentCircuitBreaker"),
      expect(
        props.flag("deploymentCircuitBreaker.rollback"),
        (on) => on === true,
        "deploymentCircuitBreaker.rollback is not true",
      ),
    ];
  },
});

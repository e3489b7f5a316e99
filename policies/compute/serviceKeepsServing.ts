import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect } from "../lib/verdict";
import { isWeb } from "./scaling";

export const serviceKeepsServing = resourceRule({
  id: "service-keeps-serving",
  group: "compute",
  severity: "high",
  title: "A deployment of a service behind a load balancer keeps enough of its tasks running.",
  why: "At 0 percent ECS may stop every old task before a new one is healthy, and every deployment is an outage.",
  fix: "Leave deploymentMinimumHealthyPercent out (AWS keeps 100), or raise it, with deploymentMaximumPercent above 100.",
  serves: ["Well-Architected REL08-BP04", "Moodle R25"],
  example: `new aws.ecs.Service("web", { deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200, ... });`,
  types: [ecsService],
  limits: { minPercent: atLeast(50, "The smallest share of the tasks that keeps running, in percent.") },
  check: (service, limits) => {
    const { props } = service;
    const controller = props.text("deploymentController.type");
    // A daemon is replaced machine by machine; CODE_DEPLOY and EXTERNAL make new tasks beside the old ones.
    if (
      !isWeb(service) ||
      props.text("schedulingStrategy") === "DAEMON" ||
      (typeof controller === "string" && controller !== "ECS")
    ) {
      return undefined;
    }
    return expect(
      props.number("deploymentMinimumHealthyPercent"),
      (percent) => (percent ?? awsDefaults.minimumHealthyPercent.value) >= limits.minPercent,
      (percent) => `deploymentMinimumHealthyPercent is ${percent}, below ${limits.minPercent}`,
    );
  },
});

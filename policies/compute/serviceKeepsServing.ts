import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { isWeb } from "./scaling";

export const serviceKeepsServing = resourceRule({
  id: "service-keeps-serving",
  group: "compute",
  severity: "high",
  title:
    "A service behind a load balancer keeps enough of its tasks running, in a deployment and when AWS takes capacity back.",
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
    return [
      ofSpot(props),
      expect(
        props.number("deploymentMinimumHealthyPercent"),
        (percent) => (percent ?? awsDefaults.minimumHealthyPercent.value) >= limits.minPercent,
        (percent) => `deploymentMinimumHealthyPercent is ${percent}, below ${limits.minPercent}`,
      ),
    ];
  },
});

/** All tasks on Fargate Spot can be taken away at once: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html */
function ofSpot(props: View): Verdict {
  const strategies = props.items("capacityProviderStrategies");
  if (isUnknown(strategies)) {
    return undecided(strategies);
  }
  // A strategy of one provider has all tasks, whatever its weight.
  const used = strategies.filter(
    (one) =>
      strategies.length === 1 ||
      (one.number("weight") ?? awsDefaults.providerWeight.value) !== 0 ||
      (one.number("base") ?? awsDefaults.providerBase.value) !== 0,
  );
  return used.length > 0 && used.every((one) => one.text("capacityProvider") === "FARGATE_SPOT")
    ? violation(
        "all its tasks are on Fargate Spot, which AWS takes back with two minutes' notice",
        "Add the capacity provider FARGATE with a base of the tasks that must stay.",
      )
    : pass;
}

import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, stackRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect } from "../lib/verdict";
import { isWeb, targetsOf } from "./scaling";

export const serviceMinTasks = stackRule({
  id: "service-min-tasks",
  group: "compute",
  severity: "high",
  title: "A service behind a load balancer never has fewer tasks than can lose a zone.",
  why: "The tasks that are left when a zone fails carry all requests until new ones are up, which takes minutes.",
  fix: "Raise minCapacity of its aws.appautoscaling.Target (or desiredCount, where it does not scale).",
  serves: ["Well-Architected REL11-BP05", "Moodle R20", "Moodle R25"],
  example: `new aws.appautoscaling.Target("web", { minCapacity: 3, maxCapacity: 12, resourceId: pulumi.interpolate\`service/\${cluster.name}/\${service.name}\`, ... });`,
  types: [ecsService],
  limits: { minTasks: atLeast(2, "The fewest tasks of a service behind a load balancer.") },
  check: (service, stack, limits) => {
    if (!isWeb(service) || service.props.text("schedulingStrategy") === "DAEMON") {
      return undefined;
    }
    const enough = (count: number | undefined): boolean => count !== undefined && count >= limits.minTasks;
    const desired = service.props.number("desiredCount") ?? awsDefaults.taskCount.value;
    const targets = targetsOf(stack, service);
    return targets.length > 0
      ? targets.map((target) =>
          expect(
            target.props.number("minCapacity"),
            enough,
            (count) => `it scales down to ${count} tasks, not ${limits.minTasks}`,
          ),
        )
      : expect(desired, enough, (count) => `it has ${count} tasks, not ${limits.minTasks}`);
  },
});

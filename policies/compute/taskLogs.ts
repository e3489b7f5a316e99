import { resourceRule } from "../lib/rule";
import { taskDefinition } from "../lib/types";
import { pass, violation } from "../lib/verdict";
import { eachContainer } from "./containers";

export const taskLogs = resourceRule({
  id: "task-logs",
  group: "compute",
  severity: "medium",
  title: "Every container sends its output somewhere.",
  why: "A container that is gone takes its output with it, and the one that died is the one you want to read.",
  fix: "Give each container logConfiguration with the driver awslogs (or awsfirelens) and a log group of the stack.",
  serves: ["Security Hub ECS.9", "Well-Architected SEC04-BP01", "Moodle R25"],
  example: `logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": group.name, "awslogs-region": region, "awslogs-stream-prefix": "web" } }`,
  types: [taskDefinition],
  limits: {},
  check: (task) =>
    eachContainer(task, (container, name) =>
      container.has("logConfiguration.logDriver") ? pass : violation(`container "${name}" has no logConfiguration`),
    ),
});

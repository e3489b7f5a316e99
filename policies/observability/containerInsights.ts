import { resourceRule, strict } from "../lib/rule";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

export const containerInsights = resourceRule({
  id: "container-insights",
  group: "observability",
  severity: "low",
  title: "ECS clusters have Container Insights.",
  why: "Running against desired tasks, memory by task and restarts are in no other metric.",
  fix: 'Set settings: [{ name: "containerInsights", value: "enhanced" }] (or "enabled", which costs less).',
  serves: ["Security Hub ECS.12", "Moodle R24"],
  example: `new aws.ecs.Cluster("moodle", { settings: [{ name: "containerInsights", value: "enhanced" }] });`,
  types: ["aws:ecs/cluster:Cluster"],
  limits: { insights: strict(true, "Whether Container Insights is asked for.") },
  check: ({ props }, limits) => {
    if (!limits.insights) {
      return undefined;
    }
    const settings = props.items("settings");
    if (isUnknown(settings)) {
      return undecided(settings);
    }
    const value = settings.find((one) => one.text("name") === "containerInsights")?.text("value");
    return isUnknown(value)
      ? undecided(value)
      : value === "enabled" || value === "enhanced"
        ? pass
        : violation("containerInsights is not switched on");
  },
});

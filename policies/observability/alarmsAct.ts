import type { Resource } from "../lib/resource";
import { permit, stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { anyOf, expect, pass, type Tri, undecided, type Verdict, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

export const alarmsAct = stackRule({
  id: "alarms-act",
  group: "observability",
  severity: "medium",
  title: "Alarms tell someone, and say what missing data means.",
  why: "An alarm without an action is a colour on a page that nobody looks at. A metric that stops arriving is good news for some alarms and the worst for others.",
  fix: 'Set alarmActions to a topic, or name the alarm in the rule of a composite alarm that has one. Set treatMissingData to "breaching", "notBreaching" or "ignore".',
  serves: ["Security Hub CloudWatch.15", "Security Hub CloudWatch.17", "Well-Architected OPS08-BP04", "Moodle R24"],
  example: `new aws.cloudwatch.MetricAlarm("errors", { alarmActions: [topic.arn], treatMissingData: "notBreaching", ... });`,
  types: [metricAlarm, compositeAlarm],
  limits: { silent: permit(false, "Whether alarms may have their actions switched off.") },
  check: (resource, stack, limits) => [
    tells(resource, stack, limits.silent),
    resource.type === compositeAlarm || resource.props.has("treatMissingData")
      ? pass
      : violation("it has no treatMissingData"),
  ],
});

/**
 * An alarm acts by itself, or through a composite alarm that acts.
 *
 * @param below What led here. AWS refuses composites that name each other; a program may still plan them.
 */
function tells(alarm: Resource, stack: Stack, silent: boolean, below: readonly Resource[] = []): Verdict {
  const actions = alarm.props.list("alarmActions");
  if (isUnknown(actions)) {
    return undecided(actions);
  }
  if (actions.length > 0) {
    return expect(
      alarm.props.flag("actionsEnabled"),
      (on) => on !== false || silent,
      "its actions are switched off (actionsEnabled)",
    );
  }
  const path = [...below, alarm];
  const through = stack
    .ofType(compositeAlarm)
    .filter((composite) => !path.includes(composite))
    .map((composite) => {
      const named = names(composite, alarm, stack);
      return isUnknown(named) ? undecided(named) : named ? tells(composite, stack, silent, path) : undefined;
    });
  return (
    through.find((verdict) => verdict?.kind === "pass") ??
    through.find((verdict) => verdict?.kind === "undecided") ??
    violation("it has no alarmActions, and no composite alarm that acts names it")
  );
}

/** Whether a composite alarm's rule or suppressor names the alarm: `ALARM(name)`, `OK("name")`, by name or ARN. */
function names(composite: Resource, alarm: Resource, stack: Stack): Tri {
  const own = ["name", "alarmName", "arn"]
    .map((property) => alarm.props.text(property))
    .filter((one) => typeof one === "string");
  return anyOf(
    ["alarmRule", "actionsSuppressor.alarm"].map((path): Tri => {
      const value = composite.props.text(path);
      if (!isUnknown(value)) {
        const named = (value ?? "").split(/[()"\s]+/);
        return own.some((one) => named.includes(one));
      }
      // A name that the program gave may be written out anywhere.
      const from = stack.dependencies(composite, path.split(".")[0]!, [alarm.type]);
      return own.length > 0 || from.includes(alarm) ? value : false;
    }),
  );
}

import { resourceRule } from "../lib/rule";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

export const alarmsAct = resourceRule({
  id: "alarms-act",
  group: "observability",
  severity: "medium",
  title: "Alarms tell someone, and say what missing data means.",
  why: "An alarm without an action is a colour on a page that nobody looks at; and a metric that stops arriving is good news for some alarms and the worst for others.",
  mend: 'Set alarmActions to a topic, and treatMissingData to "breaching", "notBreaching" or "ignore".',
  serves: ["Security Hub CloudWatch.15", "Well-Architected OPS08-BP04", "Moodle R24"],
  example: `new aws.cloudwatch.MetricAlarm("errors", { alarmActions: [topic.arn], treatMissingData: "notBreaching", ... });`,
  types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  limits: {},
  check: ({ props }) => {
    // An alarm that is a part of a composite one, or feeds scaling, has its actions switched off on purpose.
    const actions = props.list("alarmActions");
    const silent = props.flag("actionsEnabled") === false;
    return [
      silent || (!isUnknown(actions) && actions.length > 0)
        ? pass
        : isUnknown(actions)
          ? undecided(actions)
          : violation("it has no alarmActions"),
      props.has("treatMissingData") ? pass : violation("it has no treatMissingData"),
    ];
  },
});

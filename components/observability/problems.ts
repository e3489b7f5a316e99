import type { Problem } from "../lib/invalid";
import { composites, metricAlarms } from "./composites";
import type { AlarmDefinition } from "./definition";

const day = 86_400;

/**
 * Problems with definitions that CloudWatch would refuse, or that would never fire:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function alarmProblems(environment: string, definitions: readonly AlarmDefinition[]): Problem[] {
  const problems: Problem[] = [];
  const check = (valid: boolean, path: string, given: unknown, allowed: string, fix: string) => {
    if (!valid) {
      problems.push({ path, given, allowed, fix });
    }
  };
  const all = metricAlarms(definitions);
  const ids = new Set<string>();
  for (const alarm of all) {
    const { id, evaluationPeriods: n, datapointsToAlarm: m, periodSeconds } = alarm;
    const at = (key: keyof AlarmDefinition) => `${id}.${key}`;
    const metrics = Object.keys(alarm.metrics);
    check(/^[a-z][a-z0-9-]*$/.test(id) && !ids.has(id), at("id"), id, "kebab case, once in a stack", "Rename it.");
    ids.add(id);
    check(
      periodSeconds > 0 && periodSeconds % 60 === 0,
      at("periodSeconds"),
      periodSeconds,
      "a multiple of 60",
      "Write 60.",
    );
    const longest = periodSeconds < 3600 ? day : 7 * day;
    const seconds = periodSeconds * n;
    check(seconds <= longest, at("evaluationPeriods"), n, `${longest / periodSeconds} or fewer`, "Shorten the window.");
    check(m >= 1 && m <= n, at("datapointsToAlarm"), m, `1 to ${n}`, "It is the M of M out of N.");
    check(metrics.length >= 1 && metrics.length <= 10, at("metrics"), metrics.length, "1 to 10", "Split the alarm.");
    check(
      alarm.expression !== undefined || metrics.length === 1,
      at("expression"),
      alarm.expression,
      "metric math over all metrics",
      "Say how they are put together.",
    );
    for (const metric of metrics) {
      const used = alarm.expression === undefined || new RegExp(`\\b${metric}\\b`).test(alarm.expression);
      check(/^[a-z]\w*$/.test(metric) && used, at("metrics"), metric, "an id that the expression uses", "Use it.");
    }
  }
  for (const { id, rule } of composites(environment, definitions)) {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    const children = rule.match(/ALARM\(/g)?.length ?? 0;
    check(children <= 100, id, children, "100 alarms in a rule", "Split the group.");
    check(rule.length <= 10_240, id, rule.length, "a rule of 10,240 characters", "Split the group.");
  }
  return problems;
}

import { alarmName, composites, metricAlarms, pageId } from "../../components/observability/composites";
import type { AlarmDefinition, MetricAlarmDefinition } from "../../components/observability/definition";
import { alarmState, breaching, evaluationRange, parseRule, type AlarmState } from "./evaluate";
import { parseExpression, type Point } from "./math";
import type { SeriesOf } from "./series";

/** A change of state, at the end of the minute. */
export interface Transition {
  readonly minute: number;
  /** Id of the definition or of the composite. */
  readonly id: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

/**
 * Minutes from the end of a period until its data point is there and the alarm has looked. AWS gives no figure; services
 * send each minute, and alarms look each minute.
 */
export const deliveryMinutes = 1;

/** Alarms over more than a day are looked at once an hour: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html */
const hourlyFromSeconds = 86_400;

/**
 * Runs the definitions over series as CloudWatch would: each alarm looks every minute at a window that slides with it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EvaluationWindow.html), then the composites follow.
 *
 * @param from First minute at which alarms look. Leave a past before it: they look back.
 */
export function replay(
  environment: string,
  definitions: readonly AlarmDefinition[],
  seriesOf: SeriesOf,
  { from, to }: { readonly from: number; readonly to: number },
): readonly Transition[] {
  const watched = metricAlarms(definitions).map((definition) => ({
    id: definition.id,
    name: alarmName(environment, definition.id),
    look: prepare(definition, seriesOf),
  }));
  const rules = composites(environment, definitions).map(({ id, rule }) => ({
    id,
    name: alarmName(environment, id),
    holds: parseRule(rule),
  }));
  const states = new Map<string, AlarmState>([...watched, ...rules].map(({ name }) => [name, "INSUFFICIENT_DATA"]));
  const inAlarm = (name: string): boolean => states.get(name) === "ALARM";
  const transitions: Transition[] = [];
  const set = (minute: number, id: string, name: string, from: AlarmState, to: AlarmState) => {
    if (from !== to) {
      states.set(name, to);
      transitions.push({ minute, id, from, to });
    }
  };
  for (let minute = from; minute < to; minute += 1) {
    for (const { id, name, look } of watched) {
      const before = states.get(name)!;
      set(minute, id, name, before, look(minute, before));
    }
    for (const { id, name, holds } of rules) {
      set(minute, id, name, states.get(name)!, holds(inAlarm) ? "ALARM" : "OK");
    }
  }
  return transitions;
}

type Look = (minute: number, before: AlarmState) => AlarmState;

function prepare(definition: MetricAlarmDefinition, seriesOf: SeriesOf): Look {
  const { comparisonOperator, threshold, periodSeconds, evaluationPeriods } = definition;
  const period = periodSeconds / 60;
  const metrics = Object.fromEntries(
    Object.entries(definition.metrics).map(([id, metric]) => {
      const series = seriesOf(metric);
      return [id, (minute: number) => series.point(metric.statistic, minute, period)] as const;
    }),
  );
  const only = Object.keys(metrics)[0]!;
  const expression = definition.expression ?? only;
  const value = parseExpression(expression, periodSeconds);
  // Several evaluations look at each minute's data point.
  const known = new Map<number, boolean | undefined>();
  const at = (minute: number): boolean | undefined => {
    if (!known.has(minute)) {
      const point: Point = minute < 0 ? undefined : value((id, back = 0) => metrics[id]!(minute - back * period));
      known.set(minute, breaching(point, comparisonOperator, threshold));
    }
    return known.get(minute);
  };
  const range = evaluationRange(definition);
  const points = new Array<boolean | undefined>(range);
  const every = periodSeconds * evaluationPeriods > hourlyFromSeconds ? 60 : 1;
  return (minute, before) => {
    if (minute % every !== 0) {
      return before;
    }
    for (let index = 0; index < range; index += 1) {
      points[index] = at(minute - deliveryMinutes - (range - 1 - index) * period);
    }
    return alarmState(points, definition, before);
  };
}

/** When somebody is woken. */
export function pages(transitions: readonly Transition[]): readonly number[] {
  return transitions.filter(({ id, to }) => id === pageId && to === "ALARM").map(({ minute }) => minute);
}

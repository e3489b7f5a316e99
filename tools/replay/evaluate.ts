import type { Comparison, MissingData } from "../../components/observability/definition";
import type { Point } from "./math";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

export interface Evaluation {
  /** N: how many data points decide. */
  readonly evaluationPeriods: number;
  /** M: how many of them must breach. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: MissingData;
}

/**
 * Data points that CloudWatch looks at beyond N, so that late and missing ones have a stand-in. AWS does not say how many,
 * and shows five for N = 3 (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
 */
export const furtherPoints = 2;

export function evaluationRange({ evaluationPeriods }: Evaluation): number {
  return evaluationPeriods + furtherPoints;
}

const breaches: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Whether a data point breaches the threshold; undefined without a data point. */
export function breaching(value: Point, comparison: Comparison, threshold: number): boolean | undefined {
  return value === undefined ? undefined : breaches[comparison](value, threshold);
}

/**
 * The state of a metric alarm from the data points of its evaluation range, the oldest first.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * 1. With N real data points or more, the newest N decide, and missing ones are passed over.
 * 2. With fewer, all the real ones count, and the rest up to N is filled in as `treatMissingData` says.
 * 3. `missing` and `ignore` fill in nothing. With a good data point among the real ones the alarm is OK unless M of them
 *    breach. With none, `missing` is ALARM when the oldest breach is M periods old or more, since it has lasted or was
 *    the last word, and INSUFFICIENT_DATA before that; `ignore` leaves the state as it was.
 */
export function alarmState(
  range: readonly (boolean | undefined)[],
  { evaluationPeriods: n, datapointsToAlarm: m, treatMissingData }: Evaluation,
  before: AlarmState,
): AlarmState {
  // The newest real points, N at most. Millions of ranges are looked at, so nothing is copied.
  let real = 0;
  let breached = 0;
  for (let at = range.length - 1; at >= 0 && real < n; at -= 1) {
    if (range[at] !== undefined) {
      real += 1;
      breached += Number(range[at]);
    }
  }
  if (real < n && treatMissingData === "breaching") {
    breached += n - real;
  }
  if (breached >= m) {
    return "ALARM";
  }
  if (real === n || treatMissingData === "notBreaching" || treatMissingData === "breaching" || real > breached) {
    return "OK";
  }
  if (treatMissingData === "ignore") {
    return before;
  }
  const oldest = range.indexOf(true);
  return oldest >= 0 && range.length - oldest >= m ? "ALARM" : "INSUFFICIENT_DATA";
}

/**
 * Whether a composite alarm's rule holds: ALARM("name"), NOT, AND, OR and brackets, which is all that the stack writes.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function parseRule(rule: string): (inAlarm: (name: string) => boolean) => boolean {
  const tokens = rule.match(/ALARM\("[^"]+"\)|AND|OR|NOT|[()]|\S+/g) ?? [];
  let at = 0;
  type Rule = (inAlarm: (name: string) => boolean) => boolean;
  const fail = (): never => {
    throw new Error(`A rule that the replay does not know, at "${tokens.slice(at).join(" ")}"`);
  };
  const either = (): Rule => {
    const terms = [both()];
    while (tokens[at] === "OR") {
      at += 1;
      terms.push(both());
    }
    return (inAlarm) => terms.some((term) => term(inAlarm));
  };
  const both = (): Rule => {
    const terms = [term()];
    while (tokens[at] === "AND") {
      at += 1;
      terms.push(term());
    }
    return (inAlarm) => terms.every((one) => one(inAlarm));
  };
  const term = (): Rule => {
    const token = tokens[at] ?? fail();
    at += 1;
    if (token === "NOT") {
      const inner = term();
      return (inAlarm) => !inner(inAlarm);
    }
    if (token === "(") {
      const inner = either();
      return tokens[at++] === ")" ? inner : fail();
    }
    const name = /^ALARM\("([^"]+)"\)$/.exec(token)?.[1];
    if (name === undefined) {
      at -= 1;
      return fail();
    }
    return (inAlarm) => inAlarm(name);
  };
  const whole = either();
  return at === tokens.length ? whole : fail();
}

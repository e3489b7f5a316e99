import type { Metric } from "../../components/observability/definition";
import type { Point } from "./math";

/**
 * A metric minute by minute, as statistic sets: what was sent in that minute, or nothing.
 * Prefix sums, so that a window of three days costs as much as one of a minute.
 */
export class Series {
  private readonly count: Float64Array;
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  /** @param sum One a minute; NaN is missing. @param samples Samples behind each; 1 when left out. */
  constructor(
    private readonly sum: Float64Array,
    samples?: Float64Array,
  ) {
    this.count = sum.map((value, minute) => (Number.isNaN(value) ? 0 : (samples?.[minute] ?? 1)));
    this.sums = prefix(sum);
    this.counts = prefix(this.count);
  }

  /** The same from a list, in which undefined is missing. */
  static of(values: readonly Point[], samples?: readonly number[]): Series {
    return new Series(
      Float64Array.from(values, (value) => value ?? NaN),
      samples && Float64Array.from(samples),
    );
  }

  /** The statistic over the period that ends with `minute`, inclusive; undefined when nothing was sent in it. */
  point(statistic: Metric["statistic"], minute: number, periodMinutes: number): Point {
    const from = Math.max(0, minute - periodMinutes + 1);
    const samples = this.counts[minute + 1]! - this.counts[from]!;
    if (minute < 0 || samples <= 0) {
      return undefined;
    }
    const total = this.sums[minute + 1]! - this.sums[from]!;
    switch (statistic) {
      case "Sum":
        return total;
      case "SampleCount":
        return samples;
      case "Average":
        return total / samples;
      case "Maximum":
      case "Minimum":
        return this.extreme(statistic, from, minute);
      default:
        throw new Error(`${statistic} needs the samples themselves, which the replay does not have.`);
    }
  }

  /** Minutes that were given by one value each. */
  private extreme(statistic: "Maximum" | "Minimum", from: number, to: number): Point {
    let found: Point;
    for (let minute = from; minute <= to; minute += 1) {
      if (this.count[minute]! > 0) {
        const value = this.sum[minute]! / this.count[minute]!;
        found = found === undefined ? value : statistic === "Maximum" ? Math.max(found, value) : Math.min(found, value);
      }
    }
    return found;
  }
}

function prefix(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  values.forEach((value, index) => {
    sums[index + 1] = sums[index]! + (Number.isNaN(value) ? 0 : value);
  });
  return sums;
}

/** By namespace and name, as "AWS/RDS DatabaseConnections", followed where necessary by the dimensions' values. */
export type SeriesOf = (metric: Metric) => Series;

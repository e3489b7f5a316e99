/** The middle value. NaN of nothing. The array is sorted in place. */
export function median(values: number[]): number {
  if (values.length === 0) {
    return NaN;
  }
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

export interface Usual {
  readonly centre: number;
  /** Comparable to a standard deviation. */
  readonly spread: number;
}

/**
 * The usual value where a minority may be anything: the median, and the median distance from it times 1.4826, which is
 * the standard deviation of normal values. A value's distance in these terms is Iglewicz and Hoaglin's modified
 * z-score, and 3.5 is their limit: https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm
 *
 * @param least The smallest spread to believe in: quantiles of counts are steps.
 */
export function usual(values: readonly number[], least: number): Usual {
  const centre = median([...values]);
  return { centre, spread: Math.max(least, 1.4826 * median(values.map((value) => Math.abs(value - centre)))) };
}

export const outlierScore = 3.5;

import assert from "node:assert/strict";
import type { GetMetricData, Page, Query } from "../../components/observability/lambda/figures";

/**
 * CloudWatch's GetMetricData over samples in memory, as its reference says it answers: the start inclusive and the end
 * not, points at the start of their periods, no point where there was no sample, the newest first, and in pages.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 *
 * It does not know metric math, rounding of odd start times, and how long points are kept.
 */
export class StandInCloudWatch {
  private readonly samples = new Map<string, { readonly time: number; readonly value: number }[]>();
  calls = 0;

  /** @param pageSize points in one answer; CloudWatch itself gives 100,800 */
  constructor(private readonly pageSize: number) {}

  add(metric: Query["MetricStat"]["Metric"], time: number, ...values: readonly number[]): void {
    const key = identity(metric);
    const found = this.samples.get(key) ?? [];
    found.push(...values.map((value) => ({ time, value })));
    this.samples.set(key, found);
  }

  async getMetricData({ MetricDataQueries, StartTime, EndTime, NextToken }: Page): ReturnType<GetMetricData> {
    this.calls++;
    assert.ok(MetricDataQueries.length > 0 && MetricDataQueries.length <= 500, "1 to 500 queries");
    assert.ok(StartTime < EndTime, "the start must be before the end");
    const ids = MetricDataQueries.map(({ Id }) => Id);
    assert.equal(new Set(ids).size, ids.length, "ids must be unique");
    for (const { Id, MetricStat } of MetricDataQueries) {
      assert.match(Id, /^[a-z][a-zA-Z0-9_]*$/);
      assert.ok(MetricStat.Period >= 60 && MetricStat.Period % 60 === 0, "periods are multiples of a minute");
      assert.match(MetricStat.Stat, /^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d+)?)$/);
    }
    const from = NextToken === undefined ? 0 : Number(NextToken);
    const all = MetricDataQueries.flatMap((query) => this.points(query, StartTime.getTime(), EndTime.getTime()));
    const page = all.slice(from, from + this.pageSize);
    const more = from + this.pageSize < all.length;
    return {
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
        const own = page.filter((point) => point.id === Id);
        return {
          Id,
          Label: MetricStat.Metric.MetricName,
          Timestamps: own.map(({ time }) => new Date(time)),
          Values: own.map(({ value }) => value),
          StatusCode: more ? ("PartialData" as const) : ("Complete" as const),
        };
      }),
      ...(more && { NextToken: String(from + this.pageSize) }),
    };
  }

  private points({ Id, MetricStat }: Query, start: number, end: number) {
    const length = MetricStat.Period * 1000;
    const periods = new Map<number, number[]>();
    for (const { time, value } of this.samples.get(identity(MetricStat.Metric)) ?? []) {
      if (time < start || time >= end) continue;
      const period = Math.floor(time / length) * length;
      periods.set(period, [...(periods.get(period) ?? []), value]);
    }
    return [...periods]
      .sort(([a], [b]) => b - a)
      .map(([time, values]) => ({ id: Id, time, value: statistic(MetricStat.Stat, values) }));
  }
}

function identity({ Namespace, MetricName, Dimensions }: Query["MetricStat"]["Metric"]): string {
  const dimensions = Dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return [Namespace, MetricName, ...dimensions].join("|");
}

function statistic(name: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (name) {
    case "Sum":
      return sum;
    case "SampleCount":
      return values.length;
    case "Average":
      return sum / values.length;
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    default: {
      const sorted = [...values].sort((a, b) => a - b);
      return sorted[Math.ceil((Number(name.slice(1)) / 100) * sorted.length) - 1]!;
    }
  }
}

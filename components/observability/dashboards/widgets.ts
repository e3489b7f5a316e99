import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric } from "../definition";

/** A piece of a dashboard that has no place yet. Sizes are in units of the 24-column grid. */
export interface Tile {
  readonly type: "metric" | "alarm" | "text";
  readonly width: number;
  readonly height: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Widget extends Tile {
  readonly x: number;
  readonly y: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface DashboardBody {
  /** The time shown at first: `-PT3H`, `-P28D`. */
  readonly start: string;
  /** `inherit`: graphs keep their own periods. `auto`: they follow the time shown. */
  readonly periodOverride: "inherit" | "auto";
  readonly widgets: readonly Widget[];
}

export const columns = 24;

/** Fills rows from the left; a tile that does not fit begins the next. */
export function place(tiles: readonly Tile[]): readonly Widget[] {
  let [x, y, tallest] = [0, 0, 0];
  return tiles.map((tile) => {
    if (x + tile.width > columns) {
      [x, y, tallest] = [0, y + tallest, 0];
    }
    const widget = { ...tile, x, y };
    x += tile.width;
    tallest = Math.max(tallest, tile.height);
    return widget;
  });
}

export function textTile(markdown: string, height: number): Tile {
  return { type: "text", width: columns, height, properties: { markdown } };
}

/**
 * At most 100 alarms in one:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function alarmTile(title: string, alarms: readonly pulumi.Input<string>[]): Tile {
  // A title, and five or so in a row.
  const height = Math.min(10, 2 + Math.ceil(alarms.length / 5));
  return { type: "alarm", width: columns, height, properties: { title, alarms: alarms.slice(0, 100) } };
}

/** A line: a plain metric, or an expression over metrics that are not drawn themselves. */
export type Line =
  | { readonly label: string; readonly metric: Metric }
  | { readonly label: string; readonly expression: string; readonly metrics: Readonly<Record<string, Metric>> };

export interface Graph {
  readonly title: string;
  readonly region: string;
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height?: number;
  readonly periodSeconds?: number;
  readonly stacked?: boolean;
  /** Upper end of the axis, which begins at 0. */
  readonly max?: number;
  readonly limit?: {
    readonly label: string;
    readonly value: number;
    readonly page: boolean;
    readonly fill: "above" | "below";
  };
}

/** Ids in expressions are unique in a graph: each line's metrics get their own prefix. */
export function graphTile({ title, region, lines, width, height, periodSeconds, stacked, max, limit }: Graph): Tile {
  return {
    type: "metric",
    width,
    height: height ?? 6,
    properties: {
      title,
      region,
      view: "timeSeries",
      stacked: stacked ?? false,
      period: periodSeconds ?? 60,
      metrics: lines.flatMap((line, index) => entries(line, `l${index}`)),
      yAxis: { left: { min: 0, ...(max !== undefined && { max }), showUnits: false } },
      legend: { position: "bottom" },
      ...(limit && {
        annotations: {
          horizontal: [
            { label: limit.label, value: limit.value, color: limit.page ? "#d13212" : "#e07f00", fill: limit.fill },
          ],
        },
      }),
    },
  };
}

function entries(line: Line, prefix: string): readonly (readonly unknown[])[] {
  if ("metric" in line) {
    return [entry(line.metric, { label: line.label })];
  }
  // Words of an expression that are ids of its metrics; functions are in capitals.
  const expression = line.expression.replace(/\b[a-z][a-z0-9_]*\b/g, (word) =>
    word in line.metrics ? `${prefix}${word}` : word,
  );
  return [
    ...Object.entries(line.metrics).map(([id, metric]) => entry(metric, { id: `${prefix}${id}`, visible: false })),
    [{ expression, label: line.label, id: prefix }],
  ];
}

function entry({ namespace, name, dimensions, statistic }: Metric, options: object): readonly unknown[] {
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat: statistic, ...options }];
}

const comparisons = {
  GreaterThanThreshold: "above",
  GreaterThanOrEqualToThreshold: "above",
  LessThanThreshold: "below",
  LessThanOrEqualToThreshold: "below",
} as const;

/** An alarm's own graph: its metrics, statistic, period and threshold. */
export function alarmGraph(definition: AlarmDefinition, region: string, width: number): Tile {
  const { id, severity, metrics, expression, comparisonOperator, threshold, periodSeconds } = definition;
  const fill = comparisons[comparisonOperator];
  const lines: readonly Line[] =
    expression === undefined
      ? Object.values(metrics).map((metric) => ({ label: metric.name, metric }))
      : [{ label: id, expression, metrics }];
  return graphTile({
    title: severity === "page" ? `${id} (pages)` : id,
    region,
    lines,
    width,
    periodSeconds,
    limit: { label: `alarm: ${fill} ${threshold}`, value: threshold, page: severity === "page", fill },
  });
}

import type { DashboardBody, Widget } from "../../components/observability/dashboards/widgets";
import { escape } from "../../scaling/report/svg";
import { synthetic } from "./series";

/** One unit of the grid in pixels. */
const unit = { x: 50, y: 40 };
const gap = 5;
const banner = 34;
const points = 60;
const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f"];

/**
 * A dashboard as a picture, for the documentation: the places, titles, lines and limits of the real body, over made-up
 * values, and it says so. Not a copy of CloudWatch's looks.
 */
export function render(title: string, body: DashboardBody): string {
  const height = banner + Math.max(...body.widgets.map(({ y, height: own }) => y + own)) * unit.y;
  const width = 24 * unit.x;
  const widgets = body.widgets.map((widget) => {
    const [x, y] = [widget.x * unit.x + gap, banner + widget.y * unit.y + gap];
    const size = { width: widget.width * unit.x - 2 * gap, height: widget.height * unit.y - 2 * gap };
    return `<svg x="${x}" y="${y}" width="${size.width}" height="${size.height}">${content(widget, size)}</svg>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    "<style>text{font-family:sans-serif;fill:#16191f}.box{fill:#fff;stroke:#d5dbdb}.title{font-size:13px;font-weight:600}.small{font-size:11px}.grid{stroke:#eaeded}.note{font-size:14px;font-weight:600;fill:#8a4b00}</style>",
    `<rect width="${width}" height="${height}" fill="#f2f3f3"/>`,
    `<text class="note" x="10" y="22">${escape(title)}. SYNTHETIC DATA: the layout is the real one, every value is made up.</text>`,
    ...widgets,
    "</svg>",
    "",
  ].join("\n");
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function content(widget: Widget, size: Size): string {
  const box = `<rect class="box" width="${size.width}" height="${size.height}" rx="3"/>`;
  // As components/observability/dashboards/widgets.ts makes them.
  const properties = widget.properties as unknown as TextProperties & AlarmProperties & MetricProperties;
  switch (widget.type) {
    case "text":
      return box + words(properties.markdown);
    case "alarm":
      return box + heading(properties.title, size) + states(properties.alarms, size);
    case "metric":
      return box + heading(properties.title, size) + graph(properties, size);
  }
}

/** Cut to the width: about seven pixels for each character. */
function heading(text: string, { width }: Size): string {
  const most = Math.floor((width - 20) / 7);
  return `<text class="title" x="10" y="18">${escape(text.length > most ? `${text.slice(0, most - 1)}…` : text)}</text>`;
}

function words(markdown: string): string {
  const lines = markdown.split("\n").filter((line) => line !== "");
  return lines
    .map((line, index) => {
      const text = line
        .replace(/^#+ /, "")
        .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replaceAll("`", "");
      return `<text class="${line.startsWith("#") ? "title" : "small"}" x="10" y="${20 + index * 20}">${escape(text.slice(0, 190))}</text>`;
    })
    .join("");
}

function states(arns: readonly string[], { width, height }: Size): string {
  const [wide, high] = [232, 24];
  const perRow = Math.max(1, Math.floor((width - 20) / wide));
  const rows = Math.max(1, Math.floor((height - 30) / high));
  const shown = arns.slice(0, perRow * rows);
  const cells = shown.map((arn, index) => {
    const [x, y] = [10 + (index % perRow) * wide, 28 + Math.floor(index / perRow) * high];
    const name = arn.split(":alarm:")[1] ?? arn;
    return `<rect x="${x}" y="${y}" width="${wide - 6}" height="${high - 5}" rx="2" fill="#e6f2e6" stroke="#2ca02c"/><text class="small" x="${x + 6}" y="${y + 13}">${escape(name.slice(0, 36))}</text>`;
  });
  const more = arns.length - shown.length;
  return cells.join("") + (more > 0 ? `<text class="small" x="${width - 70}" y="18">and ${more} more</text>` : "");
}

interface TextProperties {
  readonly markdown: string;
}

interface AlarmProperties {
  readonly title: string;
  readonly alarms: readonly string[];
}

interface MetricProperties {
  readonly metrics: readonly (readonly unknown[])[];
  readonly stacked: boolean;
  readonly yAxis: { readonly left: { readonly max?: number } };
  readonly annotations?: {
    readonly horizontal: readonly { readonly value: number; readonly label: string; readonly color: string }[];
  };
}

interface Drawn {
  readonly label: string;
  readonly values: readonly number[];
}

function graph({ metrics, stacked, yAxis, annotations }: MetricProperties, { width, height }: Size): string {
  const limit = annotations?.horizontal[0];
  const lines = stack(
    metrics.flatMap((entry) => {
      const options = entry.at(-1) as { label?: string; expression?: string; visible?: boolean };
      const falls = options.expression?.includes("RUNNING_SUM") === true;
      return options.visible === false
        ? []
        : [
            {
              label: options.label ?? "",
              values: synthetic(JSON.stringify(entry), points, about(entry, limit?.value), falls),
            },
          ];
    }),
    stacked,
  );
  const highest = Math.max(limit?.value ?? 0, ...lines.flatMap(({ values }) => values));
  const most = yAxis.left.max ?? (highest * 1.1 || 1);
  const area = { left: 44, top: 30, right: width - 10, bottom: height - 34 };
  const x = (index: number) => area.left + ((area.right - area.left) * index) / (points - 1);
  const y = (value: number) => area.bottom - ((area.bottom - area.top) * value) / most;
  const grid = [0, 0.5, 1].map((share) => {
    const value = most * share;
    return `<line class="grid" x1="${area.left}" x2="${area.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text class="small" x="${area.left - 4}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${short(value)}</text>`;
  });
  const paths = lines.map(({ values }, index) => {
    const path = values
      .map((value, at) => `${at === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
    return `<path d="${path}" fill="none" stroke="${colours[index % colours.length]}" stroke-width="1.4"/>`;
  });
  const mark =
    limit === undefined
      ? ""
      : `<line x1="${area.left}" x2="${area.right}" y1="${y(limit.value).toFixed(1)}" y2="${y(limit.value).toFixed(1)}" stroke="${limit.color}" stroke-dasharray="5 3"/><text class="small" x="${area.right}" y="${(y(limit.value) - 4).toFixed(1)}" text-anchor="end" style="fill:${limit.color}">${escape(limit.label)}</text>`;
  return [...grid, ...paths, mark, legend(lines, width, height)].join("");
}

/** What a line without an alarm may look like on an ordinary day; the rest stays below its alarm. */
const ordinary: readonly (readonly [RegExp, number])[] = [
  [/OnlineUsers/, 1400],
  [/CronAge/, 60],
  [/OldestAdhocTaskAge/, 40],
  [/FailingTasks/, 2],
  [/CloudWatchSynthetics.*Duration/, 2600],
  [/"p95"/, 1.6],
  [/"SampleCount"/, 900],
  [/100 \*.*failed/, 0.08],
  [/100 \*.*slow/, 3],
  [/\.failed/, 1],
  [/\.slow/, 20],
];

function about(entry: readonly unknown[], limit: number | undefined): number {
  if (limit !== undefined) {
    return limit === 0 ? 1 : limit * 0.6;
  }
  const text = JSON.stringify(entry);
  return ordinary.find(([pattern]) => pattern.test(text))?.[1] ?? 1;
}

function stack(lines: readonly Drawn[], stacked: boolean): readonly Drawn[] {
  if (!stacked) {
    return lines;
  }
  const sums = Array<number>(points).fill(0);
  return lines.map(({ label, values }) => ({ label, values: values.map((value, index) => (sums[index]! += value)) }));
}

function legend(lines: readonly Drawn[], width: number, height: number): string {
  let x = 10;
  return lines
    .map(({ label }, index) => {
      const at = x;
      x += 26 + label.length * 6.2;
      return x > width
        ? ""
        : `<rect x="${at.toFixed(1)}" y="${height - 16}" width="10" height="10" fill="${colours[index % colours.length]}"/><text class="small" x="${(at + 14).toFixed(1)}" y="${height - 7}">${escape(label)}</text>`;
    })
    .join("");
}

function short(value: number): string {
  const power = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const [by, letter] = power.find(([size]) => value >= size) ?? [1, ""];
  return `${Number((value / by).toPrecision(2))}${letter}`;
}

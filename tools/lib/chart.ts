import type { TopLevelSpec } from "vega-lite";
import { escaped } from "../../components/outage/pages/html";
import { type Colour, seriesColours } from "./page";
import type { Axis } from "./timeAxis";

export interface Point {
  readonly x: number;
  /** Left out: a gap in the line. */
  readonly y: number | undefined;
  /** Drawn as a dot with these words, for a pointer and for screen readers. */
  readonly words?: string;
  readonly bad?: boolean;
}

export interface Line {
  readonly label: string;
  /** Default: the next of the page's colours. */
  readonly colour?: Colour;
  readonly dashed?: boolean;
  readonly points: readonly Point[];
}

export interface LineChart {
  readonly title: string;
  /** Unit of the vertical axis. */
  readonly unit: string;
  readonly axis: Axis;
  readonly lines: readonly Line[];
  /** Spans to mark, by the horizontal axis: where the service level was missed. */
  readonly marked?: readonly { readonly from: number; readonly to: number }[];
  readonly logarithmic?: boolean;
  /** A horizontal line with a name. */
  readonly limit?: { readonly value: number; readonly label: string };
}

/** One of several layers, each with its own data. */
type Layer = Extract<Spec, { layer: unknown }>["layer"][number] & {
  readonly data: { readonly values: readonly object[] };
};

type Spec = Exclude<TopLevelSpec, { repeat: unknown }>;

const config: Spec["config"] = {
  background: "transparent",
  font: "system-ui, sans-serif",
  view: { stroke: null },
  axis: {
    labelColor: "var(--muted)",
    titleColor: "var(--muted)",
    labelFontSize: 12,
    labelLimit: 0,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 8,
    gridColor: "var(--grid)",
    domainColor: "var(--edge)",
    tickColor: "var(--edge)",
    labelFlush: false,
    labelOverlap: "greedy",
    labelSeparation: 6,
  },
  legend: {
    labelColor: "var(--muted)",
    titleColor: "var(--muted)",
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: "normal",
  },
  text: { color: "var(--ink)", fontSize: 12 },
};

/** Widths that a chart is drawn for: the page's style shows one of them. */
const widths = { broad: 990, narrow: 330 } as const;
export type Breadth = keyof typeof widths;

/** A chart with its title: drawn twice by Vega-Lite, for screens and for phones, so that letters are as large on both. */
export async function figure(
  title: string,
  spec: (width: number, breadth: Breadth) => Spec,
  key: readonly { readonly label: string; readonly colour: Colour; readonly dashed?: boolean }[] = [],
): Promise<string> {
  const drawn = await Promise.all(
    (Object.keys(widths) as Breadth[]).map(async (breadth) => {
      const svg = await draw({ description: title, ...spec(widths[breadth], breadth) });
      return `<div class="${breadth}">${svg}</div>`;
    }),
  );
  const signs = key.map(
    ({ label, colour, dashed }) =>
      `<li><svg width="22" height="8" aria-hidden="true"><path d="M0 4H22" stroke="${colour}" stroke-width="3"${dashed === true ? ' stroke-dasharray="5 4"' : ""}/></svg>${escaped(label)}</li>`,
  );
  return `<figure><figcaption>${escaped(title)}</figcaption>${signs.length > 0 ? `<ul class="key">${signs.join("")}</ul>` : ""}${drawn.join("")}</figure>`;
}

/** Vega exports it, but its types lack it. */
interface TextMetrics {
  width: (item: { readonly text?: unknown; readonly fontSize?: number }, text?: unknown) => number;
}

async function draw(spec: Spec): Promise<string> {
  // ES modules that wait while they load: `require` cannot have them.
  const [vega, { compile }] = await Promise.all([import("vega"), import("vega-lite")]);
  // Without a canvas Vega assumes 0.8 of the font size as a letter's width, and leaves out labels that would fit.
  // Widest system fonts: 0.6.
  const { textMetrics } = vega as unknown as { readonly textMetrics: TextMetrics };
  textMetrics.width = ({ text: own, fontSize = 11 }, text = own) => 0.6 * fontSize * String(text ?? "").length;
  const compiled = compile({ autosize: { type: "fit-x", contains: "padding" }, padding: 2, ...spec, config });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none" });
  try {
    // A pointer shows the text that Vega gives to screen readers.
    return (await view.toSVG()).replace(
      /(<path aria-label="([^"]+)"[^>]*)(?:\/>|><\/path>)/g,
      "$1><title>$2</title></path>",
    );
  } finally {
    view.finalize();
  }
}

/** The horizontal axis of a specification: ticks where the axis has them, with its words. Phones have its title in two lines. */
export function horizontal({ title, from, to, ticks }: Axis, breadth: Breadth) {
  return {
    params: [{ name: "ticks", value: Object.fromEntries(ticks.map(({ at, text }) => [at, text])) }],
    x: {
      type: "quantitative" as const,
      scale: { domain: [from, to], nice: false, zero: false },
      axis: {
        title: breadth === "narrow" ? title.split(", ") : title,
        grid: false,
        values: ticks.map(({ at }) => at),
        labelExpr: "ticks[datum.value]",
      },
    },
  };
}

/** Lines over time, over a run's seconds or over releases. Both axes have their unit, and numbers begin at zero. */
export function lineChart({
  title,
  unit,
  axis,
  lines: given,
  marked = [],
  logarithmic = false,
  limit,
}: LineChart): Promise<string> {
  const lines = given.filter(({ points }) => points.length > 0);
  const labels = lines.map(({ label }) => label);
  const colours = lines.map(({ colour }, index) => colour ?? seriesColours[index % seriesColours.length]!);
  // A logarithm has no zero.
  const drawable = (y: number | undefined) => (y === undefined || (logarithmic && y <= 0) ? null : y);
  const values = lines.flatMap(({ label, points }) => points.map(({ x, y }) => ({ label, x, y: drawable(y) })));
  const dots = lines.flatMap(({ points }, index) =>
    points.flatMap(({ x, y, words, bad }) =>
      words === undefined || y === undefined
        ? []
        : [{ x, y, words, colour: bad === true ? "var(--bad)" : colours[index]! }],
    ),
  );
  const y = {
    field: "y",
    type: "quantitative" as const,
    ...(logarithmic
      ? powers([...values.map(({ y: value }) => value), limit?.value ?? null])
      : upwards(values.map(({ y: value }) => value))),
  };
  const limits = limit === undefined ? [] : [{ y: limit.value }];
  const vertical = { ...y, axis: { ...y.axis, title: unit } };
  return figure(
    title,
    (width, breadth) => {
      const { params, x } = horizontal(axis, breadth);
      const layers: Layer[] = [
        {
          data: { values: [...marked] },
          // The stroke keeps a minute of a long day visible.
          mark: { type: "rect", color: "var(--bad)", stroke: "var(--bad)", opacity: 0.25, aria: false },
          encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y: { value: 0 }, y2: { value: 200 } },
        },
        {
          data: { values: limits },
          mark: { type: "rule", color: "var(--bad)", strokeDash: [2, 3], aria: false },
          encoding: { x: { value: 0 }, x2: { value: "width" } },
        },
        {
          data: { values: limits },
          mark: { type: "text", text: limit?.label ?? "", color: "var(--bad)", align: "left", dx: 4, dy: -6 },
          encoding: { x: { value: 0 } },
        },
        {
          data: { values },
          mark: { type: "line", strokeWidth: 1.6, invalid: "break-paths-show-domains", aria: false },
          encoding: {
            color: { field: "label", type: "nominal", scale: { domain: labels, range: colours }, legend: null },
            strokeDash: {
              field: "label",
              type: "nominal",
              scale: { domain: labels, range: lines.map(({ dashed }) => (dashed === true ? [5, 4] : [1, 0])) },
              legend: null,
            },
          },
        },
        {
          data: { values: dots },
          mark: { type: "circle", size: 60, opacity: 1 },
          encoding: {
            color: { field: "colour", type: "nominal", scale: null },
            description: { field: "words", type: "nominal" },
          },
        },
      ];
      return {
        width,
        height: 200,
        params,
        encoding: { x: { ...x, field: "x" }, y: vertical },
        // A layer without data would be a mark without a name.
        layer: layers.filter(({ data }) => data.values.length > 0),
      };
    },
    lines.map(({ label, dashed }, index) => ({
      label,
      colour: colours[index]!,
      ...(dashed === true ? { dashed } : {}),
    })),
  );
}

/** An axis from zero, so that a small change looks small. Without any value, to one. */
function upwards(values: readonly (number | null)[]) {
  const scale = values.every((value) => value === null || value === 0) ? { domain: [0, 1] } : { zero: true };
  return { scale, axis: { tickCount: 5 } };
}

/** Whole powers of ten. */
function powers(values: readonly (number | null)[]) {
  const logs = values.filter((value) => value !== null).map(Math.log10);
  const [least, most] = logs.length === 0 ? [0, 1] : [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const ticks = Array.from({ length: Math.max(1, most - least) + 1 }, (_, index) => 10 ** (least + index));
  return { scale: { type: "log" as const, domain: [ticks[0]!, ticks.at(-1)!] }, axis: { values: ticks, format: "~g" } };
}

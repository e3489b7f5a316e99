import { escape } from "../../lib/svg";

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Drawn as a ring with this word, and read out by a pointer. */
  readonly words?: string;
  readonly bad?: boolean;
}
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly points: readonly Point[];
}
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  readonly xLabels: readonly { readonly x: number; readonly text: string }[];
}

/** Apart for colour-blind readers (Okabe and Ito). */
export const colours = ["#006f9e", "#b34700", "#00795c", "#8a4a78", "#6b5d00", "#3f4a55", "#c2185b"] as const;

const [width, height] = [1000, 230];
const [left, right, top, bottom] = [64, 16, 46, 28];

/** A line chart as plain SVG: numbers on both axes, from zero, so that a small change looks small. */
export function chart({ title, unit, lines: given, xLabels }: Chart): string {
  const lines = given.filter((line) => line.points.length > 0);
  const points = lines.flatMap((line) => line.points);
  const xs = [...points.map(({ x }) => x), ...xLabels.map(({ x }) => x)];
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const highest = niceMaximum(Math.max(...points.map(({ y }) => y), 1e-3));
  const x = (value: number): number => left + ((width - left - right) * (value - least)) / Math.max(1e-9, most - least);
  const y = (value: number): number => top + (height - top - bottom) * (1 - value / highest);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * highest).toFixed(1);
    return `<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/><text class="tick" x="${left - 8}" y="${Number(at) + 4}" text-anchor="end">${number(share * highest)}</text>`;
  });
  const bottoms = xLabels.map(
    ({ x: at, text }) =>
      `<text class="tick" x="${x(at).toFixed(1)}" y="${height - 8}" text-anchor="middle">${escape(text)}</text>`,
  );
  let from = left;
  const legend = lines.map(({ label, colour }) => {
    const text = `<rect x="${from}" y="26" width="14" height="4" fill="${colour}"/><text class="tick" x="${from + 19}" y="33">${escape(label)}</text>`;
    from += 40 + label.length * 6.6;
    return text;
  });
  const drawn = lines.map(({ colour, points: all }) => {
    const path = all
      .map((point, index) => `${index === 0 ? "M" : "L"}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`)
      .join("");
    const rings = all
      .filter(({ words }) => words !== undefined)
      .map(
        (point) =>
          `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="5" fill="${point.bad === true ? "#b3261e" : colour}"><title>${escape(point.words!)}</title></circle>`,
      );
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${rings.join("")}`;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(`${title}, ${unit}`)}"><text class="title" x="${left}" y="16">${escape(title)} <tspan class="tick">(${escape(unit)})</tspan></text>${[...grid, ...bottoms, ...legend, ...drawn].join("")}</svg>`;
}

function niceMaximum(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 8, 10].map((step) => step * magnitude).find((step) => step >= value) ?? value;
}

const number = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en-GB") : String(Number(value.toPrecision(2)));

export const style = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1c2430; background: #fff; margin: 2rem auto; max-width: 1040px; padding: 0 1rem }
h1 { font-size: 1.4rem; margin-bottom: .2rem } h2 { font-size: 1.1rem; margin: 1.8rem 0 .3rem } p.sub { color: #4a525a; margin-top: 0 }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem } th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid #dde2e8; white-space: nowrap }
th:first-child, td:first-child { text-align: left } td.bad { color: #b3261e; font-weight: 600 } td.good { color: #1b6e3a }
svg { width: 100%; min-width: 40rem; height: auto; margin: .6rem 0 } .grid { stroke: #e3e7ec } .tick { font-size: 11px; fill: #4a525a } .title { font-size: 13px; font-weight: 600; fill: #1c2430 }`;

export function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>${style}
</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

/** A cell that says "good", or what is not, stands out. */
export function htmlTable(rows: readonly (readonly string[])[]): string {
  const [head, ...body] = rows;
  const cell = (text: string): string =>
    `<td${/missed|regressed|not good/.test(text) ? ' class="bad"' : text === "good" ? ' class="good"' : ""}>${escape(text)}</td>`;
  return `<div class="wide"><table><thead><tr>${head!.map((text) => `<th>${escape(text)}</th>`).join("")}</tr></thead><tbody>${body.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</tbody></table></div>`;
}

import { escaped } from "../../components/outage/pages/html";

/** A colour of the page's style, light or dark as the reader's computer is. Usable in SVG too. */
export type Colour = `var(--${keyof typeof light})`;

/** At least 4.5:1 on the ground for text, 3:1 for lines and areas (WCAG 2.2, 1.4.3 and 1.4.11); page.test.ts calculates it. */
export const light = {
  ground: "#ffffff",
  panel: "#f3f6f9",
  ink: "#1c2430",
  muted: "#4a525a",
  edge: "#c9d1d9",
  grid: "#e3e7ec",
  link: "#0a4f94",
  good: "#1b6e3a",
  warn: "#8a5a00",
  bad: "#b3261e",
  // Apart for colour-blind readers: after Okabe and Ito.
  blue: "#006f9e",
  orange: "#b34700",
  green: "#00795c",
  purple: "#8a4a78",
  olive: "#6b5d00",
  grey: "#5c6670",
  pink: "#c2185b",
} as const;

export const dark: Readonly<Record<keyof typeof light, string>> = {
  ground: "#14181c",
  panel: "#1e242a",
  ink: "#eceff2",
  muted: "#b4bdc6",
  edge: "#4a545e",
  grid: "#2b333b",
  link: "#8ec5ff",
  good: "#6fd193",
  warn: "#f0b64c",
  bad: "#ff8f85",
  blue: "#5db8e6",
  orange: "#ff9d5c",
  green: "#4fc7a1",
  purple: "#d79bc7",
  olive: "#d6c44a",
  grey: "#aab6c2",
  pink: "#ff7eb0",
};

/** For lines in one chart, in this order. */
export const seriesColours: readonly Colour[] = [
  "var(--blue)",
  "var(--orange)",
  "var(--green)",
  "var(--purple)",
  "var(--olive)",
  "var(--grey)",
  "var(--pink)",
];

const variables = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");

/** The variables alone, for a separate picture. */
export const palette = `:root{color-scheme:light dark;${variables(light)}}@media(prefers-color-scheme:dark){:root{${variables(dark)}}}`;

const style = `${palette}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main{max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.5rem 0 .3rem}
a{color:var(--link)}code{font:.85em ui-monospace,monospace}pre{font:.8rem/1.4 ui-monospace,monospace;margin:0}
.sub{color:var(--muted)}.good{color:var(--good);font-weight:600}.warn{color:var(--warn);font-weight:600}.bad{color:var(--bad);font-weight:600}
.wide{overflow-x:auto;overflow-wrap:normal}.wide:focus-visible{outline:3px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;margin:.5rem 0;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.3rem 1rem .3rem 0;border-bottom:1px solid var(--edge)}
td:not(.number){min-width:7rem}.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
ul{padding-left:1.2rem}li{margin:.3rem 0}
figure{margin:1.2rem 0}figcaption{font-weight:600}figure svg{display:block;max-width:100%;height:auto}figure .mark-rect path{shape-rendering:crispEdges}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;list-style:none;margin:.2rem 0;padding:0;font-size:.85rem}.key li{margin:0}
.key svg{display:inline-block;vertical-align:-.1em;margin-right:.4em}
@media(min-width:50rem){.narrow{display:none}}@media(max-width:49.99rem){.broad{display:none}}`;

export interface Page {
  readonly title: string;
  /** HTML for `<main>`; it has the page's only `<h1>`. */
  readonly main: string;
  /** Further rules of style. */
  readonly style?: string;
}

/**
 * A self-contained page: no script, no font, no request. It can be mailed, or kept with a release. It follows the
 * reader's light or dark scheme, and scrolls sideways only in its frames ({@link frame}).
 */
export function page({ title, main, style: more = "" }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}
${more}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
}

/**
 * Wraps parts that may be wider than the page: they scroll by themselves, by keyboard too. Each frame of a page needs
 * its own name.
 */
export function frame(name: string, html: string): string {
  return `<div class="wide" tabindex="0" role="region" aria-label="${escaped(name)}">${html}</div>`;
}

export interface Cell {
  readonly text: string;
  /** Said by colour and weight. */
  readonly verdict?: "good" | "bad";
}

/** A table in its own frame: the first row is the head, and columns of numbers are right-aligned. */
export function table(name: string, rows: readonly (readonly (string | Cell)[])[]): string {
  const [head = [], ...body] = rows.map((row) => row.map((cell) => (typeof cell === "string" ? { text: cell } : cell)));
  const isNumber = head.map(
    (_, column) =>
      column > 0 &&
      body.length > 0 &&
      body.every((row) => /^([-+−$]?\d[\d,.]*( ?[A-Za-z%]{1,3})?|-)$/.test(row[column]?.text ?? "")),
  );
  const classes = (cell: Cell, column: number): string => {
    const names = [isNumber[column] === true ? "number" : "", cell.verdict ?? ""].filter((one) => one !== "").join(" ");
    return names === "" ? "" : ` class="${names}"`;
  };
  const headCells = head.map((cell, column) =>
    cell.text === "" ? "<td></td>" : `<th scope="col"${classes(cell, column)}>${escaped(cell.text)}</th>`,
  );
  const bodyRows = body.map(
    (row) => `<tr>${row.map((cell, column) => `<td${classes(cell, column)}>${escaped(cell.text)}</td>`).join("")}</tr>`,
  );
  return frame(
    name,
    `<table><thead><tr>${headCells.join("")}</tr></thead><tbody>${bodyRows.join("\n")}</tbody></table>`,
  );
}

/** Items are HTML. */
export function list(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
}

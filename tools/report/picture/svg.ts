import { type Colour, palette } from "../../lib/page";
import type { Action } from "../changes";
import { escaped } from "../../../components/outage/pages/html";
import type { Architecture, Box, Line } from "./architecture";

/** Border and word for each kind of change. */
const colours: Readonly<Record<Action, Colour>> = {
  created: "var(--good)",
  updated: "var(--link)",
  replaced: "var(--bad)",
  deleted: "var(--bad)",
};

const width = 1280;
const margin = 20;
const sideWidth = 300;
const gap = 14;
const rowGap = 64;
const boxHeight = 92;
const mainWidth = width - sideWidth - 3 * margin;

interface Placed {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The architecture as one self-contained SVG: what is before the VPC, its tiers from top to bottom, and what is beside it. */
export function picture(architecture: Architecture, title: string): string {
  const placed: Placed[] = [];
  const panels: string[] = [];
  const headings: string[] = [];
  const edge = architecture.boxes.filter(({ place }) => place === "edge");
  let y = margin + 26;
  if (edge.length > 0) {
    headings.push(heading(margin, y - 8, "In front, worldwide"));
    placed.push(...row(edge, margin, y, mainWidth));
    y += boxHeight + rowGap;
  }
  const vpcTop = y - 30;
  headings.push(heading(margin + 12, y - 8, `VPC ${architecture.vpcCidr}`));
  y += 8;
  for (const tier of architecture.tiers) {
    const boxes = architecture.boxes.filter((box) => box.tier === tier.name);
    const rows = [...new Set(boxes.map((box) => box.row))].sort().map((at) => boxes.filter((box) => box.row === at));
    const top = y;
    y += 72;
    rows.forEach((one, index) => {
      placed.push(...row(one, margin + 26, y, mainWidth - 52));
      y += boxHeight + (index < rows.length - 1 ? rowGap : 16);
    });
    const subnets = tier.subnets.map(({ zone, cidr }) => `${zone} ${cidr}`).join("   ");
    panels.push(
      `<rect class="tier" x="${margin + 12}" y="${top}" width="${mainWidth - 24}" height="${y - top}" rx="6"/>`,
    );
    headings.push(
      `<text class="name halo" x="${margin + 26}" y="${top + 21}">${escaped(`${tier.name}: ${tier.out}`)}</text>` +
        `<text class="small halo" x="${margin + 26}" y="${top + 40}">${escaped(subnets)}</text>`,
    );
    y += rowGap - 24;
  }
  const vpcHeight = y - vpcTop - rowGap + 36;
  const side = sidePanel(architecture.boxes.filter(({ place }) => place === "regional"));
  const height = Math.max(vpcTop + vpcHeight, side.height) + margin;
  const lines = architecture.lines.map((line, index) => drawLine(line, placed, index));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>
${palette}
text { font: 13px system-ui, sans-serif; fill: var(--ink) } .name { font-weight: 600 } .small { font-size: 12px; fill: var(--muted) }
.tier { fill: var(--panel); stroke: none } .vpc { fill: none; stroke: var(--edge); stroke-dasharray: 6 4 } .box { fill: var(--ground); stroke: var(--edge) }
.line { fill: none; stroke: var(--muted); stroke-width: 1.4 } .line-text { font-size: 11.5px } .halo, .line-text { paint-order: stroke; stroke: var(--panel); stroke-width: 4px }
</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--muted)"/></marker></defs>
<rect width="${width}" height="${height}" fill="var(--ground)"/>
<rect class="vpc" x="${margin}" y="${vpcTop}" width="${mainWidth}" height="${vpcHeight}" rx="8"/>
${[...panels, ...lines, ...headings, ...placed.map(draw), ...portLabels(placed, architecture.lines), ...side.parts].join("\n")}
</svg>`;
}

function heading(x: number, y: number, content: string): string {
  return `<text class="name" x="${x}" y="${y}">${escaped(content)}</text>`;
}

function row(boxes: readonly Box[], x: number, y: number, available: number): readonly Placed[] {
  const each = Math.min(300, (available - gap * (boxes.length - 1)) / boxes.length);
  const start = x + (available - each * boxes.length - gap * (boxes.length - 1)) / 2;
  return boxes.map((box, index) => ({ box, x: start + index * (each + gap), y, width: each, height: boxHeight }));
}

function cut(content: string, available: number, perLetter: number): string {
  const most = Math.floor(available / perLetter);
  return content.length <= most ? content : `${content.slice(0, Math.max(1, most - 1))}…`;
}

function draw({ box, x, y, width: w, height: h }: Placed): string {
  const colour = box.change === undefined ? "" : ` style="stroke:${colours[box.change]};stroke-width:3"`;
  const word =
    box.change === undefined
      ? ""
      : `<text x="${x + 10}" y="${y + h - 9}" class="small" style="fill:${colours[box.change]};font-weight:600">${box.change}</text>`;
  const kind = [box.label, box.details].filter((part) => part !== "").join(", ");
  const letters = box.zones.map(({ zone }) => zone.slice(-1)).join(" · ");
  const what = [...new Set(box.zones.map((one) => one.what))].filter((one) => one !== "");
  const inZones = [letters === "" ? "" : `${box.zones.length > 1 ? "zones" : "zone"} ${letters}`, ...what].join(", ");
  return (
    `<g><title>${escaped(`${box.title}: ${kind}`)}</title>` +
    `<rect class="box" x="${x}" y="${y}" width="${w}" height="${h}" rx="6"${colour}/>` +
    `<text class="name" x="${x + 10}" y="${y + 22}">${escaped(cut(box.title, w - 20, 7.3))}</text>` +
    `<text class="small" x="${x + 10}" y="${y + 41}">${escaped(cut(kind, w - 20, 6.8))}</text>` +
    `<text class="small" x="${x + 10}" y="${y + 60}">${escaped(cut(inZones, w - 20, 6.8))}</text>${word}</g>`
  );
}

/**
 * One line for each pair. Between neighbouring rows it goes straight; past other rows it goes round them, along the right
 * edge of the VPC, so that no line crosses a box.
 */
function drawLine({ from, to }: Line, placed: readonly Placed[], index: number): string {
  const [a, b] = [from, to].map((urn) => placed.find(({ box }) => box.urn === urn));
  if (a === undefined || b === undefined || a.y === b.y) {
    return "";
  }
  const rows = [...new Set(placed.map(({ y }) => y))].sort((p, q) => p - q);
  const down = a.y < b.y;
  const far = Math.abs(rows.indexOf(a.y) - rows.indexOf(b.y)) !== 1;
  const x1 = a.x + a.width * (far ? 0.92 : share(b, a));
  const x2 = b.x + b.width * (far ? 0.92 : share(a, b));
  const [y1, y2] = down ? [a.y + a.height, b.y] : [a.y, b.y + b.height];
  const way = down ? 1 : -1;
  const middle = (y1 + y2) / 2;
  const side = margin + mainWidth - 21 + (index % 3) * 3;
  const course = far
    ? `V${y1 + way * 12}H${side}V${y2 - way * 24}H${x2.toFixed(0)}V${y2}`
    : `C${x1.toFixed(0)} ${middle} ${x2.toFixed(0)} ${middle} ${x2.toFixed(0)} ${y2}`;
  return `<path class="line" marker-end="url(#arrow)" d="M${x1.toFixed(0)} ${y1}${course}"/>`;
}

/** What reaches a box, once: its ports on the side that the lines come from. */
function portLabels(placed: readonly Placed[], lines: readonly Line[]): readonly string[] {
  return placed.flatMap(({ box, x, y, width: w, height: h }) =>
    [true, false].flatMap((above) => {
      const own = lines.filter(({ from, to }) => {
        const source = placed.find((one) => one.box.urn === from);
        return to === box.urn && source !== undefined && source.y !== y && source.y < y === above;
      });
      const labels = [...new Set(own.map(({ label }) => label))].join(", ");
      return labels === ""
        ? []
        : [
            `<text class="line-text" text-anchor="middle" x="${x + w / 2}" y="${above ? y - 8 : y + h + 18}">${escaped(labels)}</text>`,
          ];
    }),
  );
}

/** Where on a box a line to another one begins: lines to the left leave on the left. */
function share(other: Placed, own: Placed): number {
  const offset = (other.x + other.width / 2 - (own.x + own.width / 2)) / mainWidth;
  return Math.min(0.9, Math.max(0.1, 0.5 + offset * 0.6));
}

function sidePanel(boxes: readonly Box[]): { readonly parts: readonly string[]; readonly height: number } {
  const x = width - sideWidth - margin;
  let y = margin + 26;
  const parts = [heading(x, y - 8, "Beside it, in the region")];
  for (const box of boxes) {
    const users = box.usedBy.length === 0 ? "" : `used by ${box.usedBy.join(", ")}`;
    const change = box.change === undefined ? "" : ` style="stroke:${colours[box.change]};stroke-width:3"`;
    const label = [box.label, box.change ?? ""].filter((part) => part !== "").join(", ");
    const h = 34 + (users === "" ? 0 : 18);
    parts.push(
      `<g><title>${escaped([box.title, label, users].filter((part) => part !== "").join("; "))}</title>` +
        `<rect class="box" x="${x}" y="${y}" width="${sideWidth}" height="${h}" rx="5"${change}/>` +
        `<text x="${x + 10}" y="${y + 22}"><tspan class="name">${escaped(cut(box.title, sideWidth - 30 - label.length * 7, 7.6))}</tspan>` +
        `<tspan class="small" dx="8">${escaped(label)}</tspan></text>` +
        (users === ""
          ? ""
          : `<text class="small" x="${x + 10}" y="${y + 40}">${escaped(cut(users, sideWidth - 20, 7))}</text>`) +
        "</g>",
    );
    y += h + 8;
  }
  return { parts, height: y };
}

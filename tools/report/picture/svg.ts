import { type Colour, palette } from "../../lib/page";
import type { Action } from "../changes";
import { escaped } from "../../../components/outage/pages/html";
import type { Architecture } from "./content";
import { arrows } from "./arrows";
import { type Frame, layoutOf, margin, type Panel, type Placed, width, zonesText } from "./layout";
import type { Written } from "./written";

/** Border and word for each kind of change. */
const colours: Readonly<Record<Action, Colour>> = {
  created: "var(--good)",
  updated: "var(--link)",
  replaced: "var(--bad)",
  deleted: "var(--bad)",
};

/** The architecture as one self-contained SVG, light or dark as the reader's computer is. */
export function picture(architecture: Architecture, title: string): string {
  const { placed, panels, frames, vpc, height } = layoutOf(architecture);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<style>
${palette}
text { font: 12px system-ui, sans-serif; fill: var(--muted) } .name { font-size: 13px; font-weight: 600; fill: var(--ink) }
.tier { fill: var(--panel); stroke: none } .vpc { fill: none; stroke: var(--edge); stroke-dasharray: 6 4 } .box, .frame { fill: var(--ground); stroke: var(--edge) }
.frame { fill: none; stroke: var(--muted) } .line { fill: none; stroke: var(--muted); stroke-width: 1.4 } .port { fill: var(--ink) }
</style>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="var(--muted)"/></marker></defs>
<rect width="${width}" height="${height}" fill="var(--ground)"/>
<rect class="vpc" x="${margin}" y="${vpc.y}" width="${width - 2 * margin}" height="${vpc.height}" rx="8"/>
<text class="name" x="${margin + 12}" y="${vpc.y + 22}">${escaped(`VPC ${architecture.vpcCidr}`)}</text>
${[...panels.map(drawPanel), ...frames.map(drawFrame), ...arrows(architecture, placed), ...placed.map(drawBox)].join("\n")}
</svg>
`;
}

function drawPanel({ words, y, height, isTier }: Panel): string {
  const ground = `<rect class="tier" x="${margin + 10}" y="${y}" width="${width - 2 * margin - 20}" height="${height}" rx="6"/>`;
  return `${isTier ? ground : ""}${texts(words, margin + 22, y + (isTier ? 24 : 20))}`;
}

/** Its name is on the right: the first box on the left is the one that arrows from above lead to. */
function drawFrame({ host, x, y, width: w, height }: Frame): string {
  const more = [host.title, host.details, zonesText(host), host.change ?? ""].filter((part) => part !== "").join(", ");
  return (
    `<rect class="frame" x="${x}" y="${y}" width="${w}" height="${height}" rx="6"${border(host.change)}/>` +
    `<text text-anchor="end" x="${x + w - 12}" y="${y + 23}"><tspan class="name">${escaped(host.label)}</tspan> ` +
    `<tspan>${escaped(more)}</tspan></text>`
  );
}

function drawBox({ box, lines, x, y, width: w, height }: Placed): string {
  const word =
    box.change === undefined
      ? ""
      : `<text text-anchor="end" x="${x + w - 10}" y="${y + height - 8}" style="fill:${colours[box.change]};font-weight:600">${box.change}</text>`;
  return (
    `<g><title>${escaped([box.title, box.label].filter((part) => part !== "").join(": "))}</title>` +
    `<rect class="box" x="${x}" y="${y}" width="${w}" height="${height}" rx="6"${border(box.change)}/>` +
    `${texts(lines, x + 10, y + 21)}${word}</g>`
  );
}

const border = (change: Action | undefined): string =>
  change === undefined ? "" : ` style="stroke:${colours[change]};stroke-width:3"`;

const texts = (lines: readonly Written[], x: number, y: number): string =>
  lines
    .map(
      ({ text, isBold }, index) =>
        `<text${isBold ? ' class="name"' : ""} x="${x}" y="${y + index * 18}">${escaped(text)}</text>`,
    )
    .join("");

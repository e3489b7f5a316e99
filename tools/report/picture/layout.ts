import type { Architecture, Box, Tier } from "./content";
import { type Written, written } from "./written";

export const width = 1100;
export const margin = 20;
/** Width of the column with the rows' names, before the boxes. Lines that pass other rows run between the two. */
const wordsWidth = 180;
export const boxesLeft = margin + wordsWidth + 60;
const boxesWidth = width - margin - 20 - boxesLeft;
const gap = 16;
/** Between rows: room for the arrows, and for the ports that they lead to. */
const rowGap = 46;
const tierGap = 34;
const lineHeight = 18;

export interface Placed {
  readonly box: Box;
  readonly lines: readonly Written[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Row, counted from the top: lines go straight between neighbours. */
  readonly row: number;
}

/** A row's name, the text below it, and the panel behind both, if there is one. */
export interface Panel {
  readonly words: readonly Written[];
  readonly y: number;
  readonly height: number;
  readonly isTier: boolean;
}

/** A host that other boxes run on, drawn round them. */
export interface Frame {
  readonly host: Box;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly placed: readonly Placed[];
  readonly panels: readonly Panel[];
  readonly frames: readonly Frame[];
  readonly vpc: { readonly y: number; readonly height: number };
  readonly height: number;
}

/**
 * Layout of the parts before the VPC, its tiers from top to bottom, and the parts beside it. Everything gets a place
 * and no name is cut.
 */
export function layoutOf(architecture: Architecture): Layout {
  const placed: Placed[] = [];
  const panels: Panel[] = [];
  const frames: Frame[] = [];
  const hosts = hostsOf(architecture);
  let row = 0;
  const place = (boxes: readonly Box[], y: number): number => {
    const one = rowOf(boxes, y, row++);
    placed.push(...one);
    return Math.max(y, ...one.map((box) => box.y + box.height));
  };
  const group = (name: string, where: string, kind: Box["place"], top: number): number => {
    const boxes = inOrder(architecture, kind);
    const each = Math.ceil(boxes.length / Math.ceil(boxes.length / 4));
    const rows = [0, 1, 2].map((at) => boxes.slice(at * each, (at + 1) * each)).filter(({ length }) => length > 0);
    const end = rows.reduce((y, one) => place(one, y) + gap, top);
    if (boxes.length > 0) {
      panels.push({
        words: [...written(name, wordsWidth, true), ...written(where, wordsWidth)],
        y: top,
        height: end - top,
        isTier: false,
      });
    }
    return boxes.length > 0 ? end : top;
  };

  let y = group("Edge", "worldwide", "edge", margin) + rowGap / 2;
  const vpcTop = y;
  y += 34;
  for (const tier of architecture.tiers) {
    const boxes = inOrder(architecture, "tier").filter((box) => box.tier === tier.name && !hosts.has(box.urn));
    const top = y;
    y += 28;
    const rows = [...new Set(boxes.map((box) => box.row))].sort().map((at) => boxes.filter((box) => box.row === at));
    rows.forEach((one, index) => {
      const own = [...hosts].filter(([, hosted]) => one.some(({ urn }) => hosted.includes(urn)));
      y += index === 0 ? 0 : rowGap;
      const inner = own.length > 0 ? y + 36 : y;
      const first = placed.length;
      y = place(one, inner);
      for (const [urn, hosted] of own) {
        const inside = placed.slice(first).filter(({ box }) => hosted.includes(box.urn));
        const [left, right] = [
          Math.min(...inside.map(({ x }) => x)),
          Math.max(...inside.map((box) => box.x + box.width)),
        ];
        const host = architecture.boxes.find((box) => box.urn === urn)!;
        frames.push({ host, x: left - 7, y: inner - 36, width: right - left + 14, height: y - inner + 44 });
      }
      y += own.length > 0 ? 8 : 0;
    });
    const words = wordsOf(tier);
    y = Math.max(y + 14, top + 22 + words.length * lineHeight);
    panels.push({ words, y: top, height: y - top, isTier: true });
    y += tierGap;
  }
  const vpc = { y: vpcTop, height: y - tierGap + 14 - vpcTop };
  y = group("Storage and secrets", "beside the VPC, in the region", "storage", y + 8);
  y = group("Operations", "beside the VPC", "operations", y + 14);
  return { placed, panels, frames, vpc, height: y + margin };
}

/** Hosts by URN, and the boxes that are drawn in them. */
export function hostsOf({ lines, boxes }: Architecture): ReadonlyMap<string, readonly string[]> {
  const runs = lines.filter(({ label }) => label === "runs on");
  const drawn = (urn: string) => boxes.some((box) => box.urn === urn && box.place === "tier");
  const own = [...new Set(runs.map(({ to }) => to))].filter(drawn);
  return new Map(
    own.map((host) => [
      host,
      runs
        .filter(({ from, to }) => to === host && runs.find((run) => run.from === from)?.to === host && drawn(from))
        .map(({ from }) => from),
    ]),
  );
}

/** First what is reached from afar, then what is reached at all: their lines then cross nothing. Beside the VPC: short boxes first. */
function inOrder({ boxes, lines }: Architecture, place: Box["place"]): readonly Box[] {
  const byPlace = new Map(boxes.map((box) => [box.urn, box.place]));
  const rank = ({ urn, title, names }: Box): number => {
    if (place === "operations" || place === "storage") {
      return title === "" && names.length === 0 ? 0 : 1;
    }
    const reached = lines.filter(({ to, label }) => to === urn && label !== "runs on");
    const reaches = place === "edge" && lines.some(({ from }) => from === urn);
    return reaches || reached.some(({ from }) => byPlace.get(from) === "edge") ? 0 : reached.length > 0 ? 1 : 2;
  };
  return boxes.filter((box) => box.place === place).sort((a, b) => rank(a) - rank(b));
}

function rowOf(boxes: readonly Box[], y: number, row: number): readonly Placed[] {
  // A single box in a row is no banner.
  const boxWidth = Math.min(1 / 2, 1 / Math.max(1, boxes.length)) * (boxesWidth + gap) - gap;
  const lines = boxes.map((box) => linesOf(box, boxWidth - 20));
  const height = Math.max(0, ...lines.map(({ length }) => length)) * lineHeight + 14;
  return boxes.map((box, index) => ({
    box,
    lines: lines[index]!,
    x: boxesLeft + index * (boxWidth + gap),
    y,
    width: boxWidth,
    height,
    row,
  }));
}

function linesOf(box: Box, available: number): readonly Written[] {
  return [
    ...written(box.label, available, true),
    ...written(box.title, available),
    ...written(box.details, available),
    ...box.names.flatMap((name) => written(name, available)),
    ...written(zonesText(box), available),
    ...written(box.place === "tier" || box.usedBy.length === 0 ? "" : `used by ${box.usedBy.join(", ")}`, available),
  ];
}

/** `zones a · b, db.r7g.2xlarge`. */
export function zonesText({ zones }: Box): string {
  const letters = zones.map(({ zone }) => zone.slice(-1)).join(" · ");
  const what = [...new Set(zones.map((one) => one.what))];
  const where = letters === "" ? "" : `${zones.length > 1 ? "zones" : "zone"} ${letters}`;
  return [where, ...what].filter((part) => part !== "").join(", ");
}

function wordsOf({ name, out, subnets }: Tier): readonly Written[] {
  return [
    ...written(name, wordsWidth, true),
    ...written(out, wordsWidth),
    ...subnets.flatMap(({ zone, cidr }) => written(`${zone} ${cidr}`, wordsWidth)),
  ];
}

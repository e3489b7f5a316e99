import { escaped } from "../../../components/outage/pages/html";
import type { Architecture, Line } from "./content";
import { boxesLeft, hostsOf, type Placed } from "./layout";

/** Sources of one row that all reach the same boxes of the next row. */
interface Bundle {
  readonly sources: readonly Placed[];
  readonly targets: readonly Placed[];
}

/** Between the bars of two bundles. */
const apart = 6;

/**
 * The lines, and the ports that they lead to. Where several boxes reach the same ones, one bar between the two rows
 * replaces a line for each pair. A line past other rows goes round them on the left.
 */
export function arrows(architecture: Architecture, placed: readonly Placed[]): readonly string[] {
  // Boxes beside the VPC name their users themselves.
  const ends = placed.filter(({ box }) => box.place === "edge" || box.place === "tier");
  const at = new Map(ends.map((one) => [one.box.urn, one]));
  const drawn = shown(architecture).filter(
    ({ from, to }) => at.has(from) && at.has(to) && at.get(from)!.row !== at.get(to)!.row,
  );
  const isFar = ({ from, to }: Line) => Math.abs(at.get(from)!.row - at.get(to)!.row) !== 1;
  const bundles = bundlesOf(
    drawn.filter((line) => !isFar(line)),
    at,
  );
  const far = drawn.filter(isFar);
  return [
    ...far.map((line, index) => farLine(at.get(line.from)!, at.get(line.to)!, index)),
    ...bundles.map((bundle, index) =>
      bar(bundle, bundles.slice(0, index).filter((other) => isBeside(other, bundle)).length * apart),
    ),
    ...ends.flatMap((one) => ports(one, drawn, at)),
  ];
}

/**
 * Without lines that the drawing shows otherwise: boxes in a frame, and targets that a frame reaches as its boxes do.
 */
function shown(architecture: Architecture): readonly Line[] {
  const hosts = hostsOf(architecture);
  const { lines } = architecture;
  return lines.filter(({ from, to, label }) => {
    const inside = hosts.get(from) ?? [];
    const isFrame = label === "runs on" && (hosts.get(to) ?? []).includes(from);
    return !isFrame && !lines.some((line) => inside.includes(line.from) && line.to === to && line.label === label);
  });
}

function bundlesOf(lines: readonly Line[], at: ReadonlyMap<string, Placed>): readonly Bundle[] {
  const bundles = new Map<string, { sources: Placed[]; targets: readonly Placed[] }>();
  for (const urn of new Set(lines.map(({ from }) => from))) {
    const source = at.get(urn)!;
    for (const row of [source.row - 1, source.row + 1]) {
      const targets = [
        ...new Set(lines.filter(({ from, to }) => from === urn && at.get(to)!.row === row).map(({ to }) => to)),
      ];
      const key = [source.row, row, ...targets.sort()].join(" ");
      if (targets.length > 0) {
        const bundle = bundles.get(key) ?? { sources: [], targets: targets.map((to) => at.get(to)!) };
        bundle.sources.push(source);
        bundles.set(key, bundle);
      }
    }
  }
  return [...bundles.values()];
}

const centre = ({ x, width }: Placed): number => x + width / 2;
const path = (course: string, hasArrow = true): string =>
  `<path class="line"${hasArrow ? ' marker-end="url(#arrow)"' : ""} d="${course}"/>`;

const isBeside = (a: Bundle, b: Bundle): boolean =>
  a.sources[0]!.row === b.sources[0]!.row && a.targets[0]!.row === b.targets[0]!.row;

function bar({ sources, targets }: Bundle, shift: number): string {
  const [first, goal] = [sources[0]!, targets[0]!];
  const down = first.y < goal.y;
  const bottom = (one: Placed) => (down ? one.y + one.height : one.y);
  const top = (one: Placed) => (down ? one.y : one.y + one.height);
  if (sources.length === 1 && targets.length === 1) {
    const x = centre(goal);
    if (first.x < x && x < first.x + first.width) {
      return path(`M${x} ${bottom(first)}V${top(goal)}`);
    }
  }
  const y = top(goal) + (down ? -26 : 26) - shift;
  const xs = [...sources, ...targets].map(centre);
  return [
    path(`M${Math.min(...xs) + shift} ${y}H${Math.max(...xs) + shift}`, false),
    ...sources.map((one) => path(`M${centre(one) + shift} ${bottom(one)}V${y}`, false)),
    ...targets.map((one) => path(`M${centre(one) + shift} ${y}V${top(one)}`)),
  ].join("");
}

function farLine(from: Placed, to: Placed, index: number): string {
  const x = boxesLeft - 22 - (index % 4) * 4;
  const middle = (one: Placed) => one.y + one.height / 2;
  const isFirst = (one: Placed) => one.x === boxesLeft;
  const start = isFirst(from) ? `M${from.x} ${middle(from)}H${x}` : `M${centre(from)} ${from.y + from.height}v8H${x}`;
  const end = isFirst(to) ? `V${middle(to)}H${to.x}` : `V${to.y - 14}H${centre(to)}V${to.y}`;
  return path(`${start}${end}`);
}

/** Ports of a box, each once: beside the arrow, on the side that it comes from. */
function ports(to: Placed, lines: readonly Line[], at: ReadonlyMap<string, Placed>): readonly string[] {
  const own = lines.filter((line) => line.to === to.box.urn).map((line) => ({ ...line, source: at.get(line.from)! }));
  const steps = ({ row }: Placed) => to.row - row;
  const sides = [
    { x: to.x, y: to.y - 9, lines: own.filter(({ source }) => Math.abs(steps(source)) !== 1) },
    { x: centre(to) + 8, y: to.y - 9, lines: own.filter(({ source }) => steps(source) === 1) },
    { x: centre(to) + 8, y: to.y + to.height + 18, lines: own.filter(({ source }) => steps(source) === -1) },
  ];
  return sides
    .filter((side) => side.lines.length > 0)
    .map(({ x, y, lines: reaching }) => {
      const labels = [...new Set(reaching.map(({ label }) => label))].join(", ");
      return `<text class="port" x="${x}" y="${y}">${escaped(labels)}</text>`;
    });
}

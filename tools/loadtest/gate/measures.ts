import { type PathClass, pathClasses } from "../../../components/lib/pathClasses";
import { timeOf } from "../scenario/counters";
import { type Block, requestsIn, type Result } from "./result";

export type MeasureName = `p95 ${PathClass}` | "error share" | "requests per vCPU second";

/** A block as numbers in rows: what the bootstrap adds up a million times. */
interface Row {
  readonly classes: ReadonlyMap<PathClass, Uint32Array>;
  readonly asked: number;
  readonly failed: number;
  readonly cpu: number | undefined;
}

const bins = 620;

function row(block: Block): Row {
  const classes = new Map<PathClass, Uint32Array>();
  for (const name of pathClasses) {
    const counts = new Uint32Array(bins);
    for (const requests of requestsIn(block, ({ pathClass }) => pathClass === name)) {
      for (const [bin, count] of Object.entries(requests.bins)) {
        counts[Math.min(Number(bin), bins - 1)]! += count;
      }
    }
    classes.set(name, counts);
  }
  const all = requestsIn(block);
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  const good = all.reduce((sum, one) => sum + Object.values(one.bins).reduce((a, b) => a + b, 0), 0);
  return { classes, asked: good + failed, failed, cpu: block.webCpuSeconds };
}

/** A run ready to be measured on any choice of its blocks. */
export interface Sample {
  readonly blocks: number;
  /** Classes with enough answers for a 95th percentile to mean something. */
  readonly classes: readonly PathClass[];
  readonly hasCpu: boolean;
  /** @param weights How often each block counts. */
  measure(weights: Uint16Array): ReadonlyMap<MeasureName, number>;
}

/** Five answers above the percentile: with fewer it is the maximum, which no resampling can judge. */
const leastAnswers = 100;

export function sample({ blocks: all }: Pick<Result, "blocks">): Sample {
  const rows = all.map(row);
  const total = (name: PathClass): number =>
    rows.reduce((sum, { classes }) => sum + classes.get(name)!.reduce((a, b) => a + b, 0), 0);
  const classes = pathClasses.filter((name) => total(name) >= leastAnswers);
  const hasCpu = rows.some(({ cpu }) => cpu !== undefined);
  // Only the bins that are used: most are empty.
  const used = new Map(
    classes.map((name) => {
      const counts = rows.map((one) => one.classes.get(name)!);
      const open = Array.from({ length: bins }, (_, bin) => bin).filter((bin) => counts.some((one) => one[bin]! > 0));
      return [name, { bins: open, counts: counts.map((one) => Uint32Array.from(open, (bin) => one[bin]!)) }] as const;
    }),
  );
  return {
    blocks: rows.length,
    classes,
    hasCpu,
    measure: (weights) => {
      const found = new Map<MeasureName, number>();
      for (const [name, { bins: open, counts }] of used) {
        const sum = new Uint32Array(open.length);
        counts.forEach((one, index) => {
          const weight = weights[index]!;
          for (let bin = 0; weight > 0 && bin < one.length; bin += 1) {
            sum[bin]! += weight * one[bin]!;
          }
        });
        found.set(`p95 ${name}`, percentile(sum, open, 0.95));
      }
      let [asked, failed, served, cpu] = [0, 0, 0, 0];
      rows.forEach((one, index) => {
        const weight = weights[index]!;
        asked += weight * one.asked;
        failed += weight * one.failed;
        if (one.cpu !== undefined) {
          served += weight * (one.asked - one.failed);
          cpu += weight * one.cpu;
        }
      });
      found.set("error share", asked === 0 ? 0 : failed / asked);
      if (hasCpu && cpu > 0) {
        found.set("requests per vCPU second", served / cpu);
      }
      return found;
    },
  };
}

/** In milliseconds; within the bin as if its answers were spread evenly, so that it does not jump by 2 %. */
function percentile(counts: Uint32Array, open: readonly number[], share: number): number {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * share;
  let seen = 0;
  for (let index = 0; index < counts.length; index += 1) {
    const count = counts[index]!;
    if (seen + count >= wanted && count > 0) {
      return timeOf(open[index]! - 0.5 + (wanted - seen) / count);
    }
    seen += count;
  }
  return 0;
}

export const everyBlockOnce = ({ blocks }: Sample): Uint16Array => new Uint16Array(blocks).fill(1);

/** In milliseconds, over answers that are counted in bins; undefined for none at all. */
export function percentileOf(
  all: readonly { readonly bins: Readonly<Record<number, number>> }[],
  share: number,
): number | undefined {
  const counts = new Map<number, number>();
  for (const { bins } of all) {
    for (const [bin, count] of Object.entries(bins)) {
      counts.set(Number(bin), (counts.get(Number(bin)) ?? 0) + count);
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [bin, count] of [...counts].sort(([a], [b]) => a - b)) {
    seen += count;
    if (seen >= share * total) {
      return timeOf(bin);
    }
  }
  return undefined;
}

import type { PageClass } from "../../capacity/pageClasses";
import { standardDeviation } from "../gate/gate";
import { seeded } from "../gate/random";
import { countOf, type Result } from "../gate/result";
import { kinds, type RequestName } from "../scenario/kinds";

/** Processor time of one page class, from a run. */
export interface Cost {
  readonly page: PageClass;
  readonly webMs: number;
  readonly databaseMs: number | undefined;
  /** Half of the 95 % interval of `webMs`, as a share of it. */
  readonly uncertainty: number;
}

/** A figure that is less certain than this is not handed on: the model's assumption is no worse. */
export const leastCertainty = 0.25;

const pageClasses = [...new Set(Object.values(kinds).flatMap(({ cost }) => (cost === undefined ? [] : [cost])))];

/**
 * Processor time of each kind of page. It is not measured per request but fitted: the costs, none below zero, with
 * which the blocks' mixes of requests explain the blocks' processor time best. A run whose mix never changes cannot
 * tell its pages apart; the bootstrap over blocks shows that as a wide interval.
 */
export function pageCosts({ blocks }: Pick<Result, "blocks">, seed = 1, resamples = 200): readonly Cost[] {
  const measured = blocks.filter(({ webCpuSeconds }) => webCpuSeconds !== undefined);
  const used = pageClasses.filter((page) => measured.some((block) => countIn(block.requests, page) > 0));
  if (measured.length < used.length * 2) {
    return [];
  }
  const counts = measured.map(({ requests }) => used.map((page) => countIn(requests, page)));
  const web = measured.map(({ webCpuSeconds }) => webCpuSeconds! * 1000);
  const database = measured.map(({ databaseCpuSeconds }) => (databaseCpuSeconds ?? NaN) * 1000);
  const best = nonNegative(counts, web);
  const bestDatabase = database.some(Number.isNaN) ? undefined : nonNegative(counts, database);
  const random = seeded(seed);
  const drawn = Array.from({ length: resamples }, () => {
    const rows = counts.map(() => Math.floor(random() * counts.length));
    return nonNegative(
      rows.map((row) => counts[row]!),
      rows.map((row) => web[row]!),
    );
  });
  return used.map((page, index) => ({
    page,
    webMs: best[index]!,
    databaseMs: bestDatabase?.[index],
    uncertainty: (1.96 * standardDeviation(drawn.map((costs) => costs[index]!))) / Math.max(best[index]!, 1e-9),
  }));
}

function countIn(requests: Result["blocks"][number]["requests"], page: PageClass): number {
  return (Object.keys(requests) as RequestName[])
    .filter((name) => kinds[name].cost === page)
    .reduce((sum, name) => sum + countOf(requests[name]!), 0);
}

/**
 * Least squares with no cost below zero, one cost after the other until none changes (coordinate descent, which converges
 * as the problem is convex).
 */
export function nonNegative(counts: readonly (readonly number[])[], times: readonly number[]): readonly number[] {
  const columns = counts[0]?.length ?? 0;
  const costs = new Array<number>(columns).fill(0);
  const rest = [...times];
  const squares = Array.from({ length: columns }, (_, column) =>
    counts.reduce((sum, row) => sum + row[column]! ** 2, 0),
  );
  for (let round = 0; round < 500; round += 1) {
    let largest = 0;
    for (let column = 0; column < columns; column += 1) {
      if (squares[column] === 0) {
        continue;
      }
      const slope = counts.reduce((sum, row, index) => sum + row[column]! * rest[index]!, 0) / squares[column]!;
      const next = Math.max(0, costs[column]! + slope);
      const change = next - costs[column]!;
      counts.forEach((row, index) => (rest[index]! -= change * row[column]!));
      costs[column] = next;
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < 1e-6) {
      break;
    }
  }
  return costs;
}

import { values } from "../../capacity/measured";
import { pathClasses } from "../../../components/lib/pathClasses";
import { defaultObjectives } from "../../../stacks/settings/observability";
import { everyBlockOnce, type MeasureName, percentileOf, sample, type Sample } from "./measures";
import { seeded } from "./random";
import { requestsIn, type Result, type Shape } from "./result";

/**
 * Share of all answers, over the whole run: sloFailedShare of tools/capacity/measured.ts, the one that was published.
 */
export const mostErrors = values.sloFailedShare;

/**
 * Production's objective of a path class (stacks/settings/observability.ts), which a run before a release must meet
 * too.
 */
export function objectiveOf(
  measure: MeasureName,
): { readonly latencyPercent: number; readonly latencySeconds: number } | undefined {
  return Object.entries(defaultObjectives).find(([name]) => measure === `p95 ${name}`)?.[1];
}

export interface Comparison {
  readonly measure: MeasureName;
  readonly before: number;
  readonly now: number;
  /** Factor by which it is worse (1 is the same, more is worse): the middle, and the bootstrap's interval. */
  readonly worse: number;
  readonly interval: readonly [number, number];
  readonly regressed: boolean;
}

export interface Verdict {
  readonly good: boolean;
  readonly missed: readonly { readonly measure: MeasureName; readonly value: number; readonly limit: number }[];
  /** Empty without an earlier run. */
  readonly comparisons: readonly Comparison[];
  readonly comparedWith: string | undefined;
  readonly notes: readonly string[];
}

export interface GateOptions {
  readonly seed?: number;
  readonly resamples?: number;
  /**
   * Standard deviation of the logarithm of a measure between runs of the same thing, over what changes within a run:
   * other neighbours, another order of events. No resampling of two runs can see it. Assumption until there are five good
   * runs of a shape, from which `runNoise` measures it.
   */
  readonly runNoise?: number;
}
export const defaults = { seed: 1, resamples: 200, runNoise: 0.02 } as const;

/** Chance of at least one false alarm in a run, shared by all its measures (Bonferroni). */
const familyAlpha = 0.05;
/** Blocks that follow each other are alike; two minutes of them are drawn together (circular block bootstrap). */
const drawnTogether = 12;
/** Below a difference of one request in two hundred, an error share is the objectives' business. */
const leastErrorShare = 0.005;

export function judge(now: Result, before: Result | undefined, options: GateOptions = {}): Verdict {
  const present = sample(now);
  const measured = present.measure(everyBlockOnce(present));
  const missed = [...measured].flatMap(([measure, value]) => {
    const objective = objectiveOf(measure);
    if (objective === undefined) {
      return measure === "error share" && value > mostErrors ? [{ measure, value, limit: mostErrors }] : [];
    }
    const asked = now.blocks.flatMap((block) => requestsIn(block, ({ pathClass }) => measure === `p95 ${pathClass}`));
    const reached = percentileOf(asked, objective.latencyPercent / 100) ?? 0;
    const limit = objective.latencySeconds * 1000;
    return reached > limit ? [{ measure, value: reached, limit }] : [];
  });
  const notes = pathClasses
    .filter((name) => !present.classes.includes(name))
    .map((name) => `${name}: too few answers for a 95th percentile`);
  if (!present.hasCpu) {
    notes.push("requests per vCPU second: processor time was not measured");
  }
  const comparisons = before === undefined ? [] : compare(present, sample(before), options);
  return {
    good: missed.length === 0 && !comparisons.some(({ regressed }) => regressed),
    missed,
    comparisons,
    comparedWith: before?.id,
    notes,
  };
}

function compare(now: Sample, before: Sample, options: GateOptions): readonly Comparison[] {
  const { seed, resamples, runNoise } = { ...defaults, ...options };
  const [first, second] = [before.measure(everyBlockOnce(before)), now.measure(everyBlockOnce(now))];
  const names = [...second.keys()].filter((name) => first.has(name));
  const random = seeded(seed);
  const drawn = new Map(names.map((name) => [name, [] as number[]] as const));
  for (let i = 0; i < resamples; i += 1) {
    const [a, b] = [before.measure(draw(before.blocks, random)), now.measure(draw(now.blocks, random))];
    for (const name of names) {
      drawn.get(name)!.push(Math.log(worse(name, a.get(name)!, b.get(name)!)));
    }
  }
  // Few pieces say little about how far pieces differ: Student's t, and the variance of k pieces by k - 1.
  const [k1, k2] = [before.blocks / drawnTogether, now.blocks / drawnTogether].map((pieces) => Math.max(2, pieces)) as [
    number,
    number,
  ];
  const k = Math.min(k1, k2);
  const reach = studentsT(1 - familyAlpha / names.length, k1 + k2 - 2);
  return names.map((measure) => {
    const [was, is] = [first.get(measure)!, second.get(measure)!];
    const middle = worse(measure, was, is);
    const within = standardDeviation(drawn.get(measure)!) * Math.sqrt(k / (k - 1));
    // Both runs have a noise of their own that is in none of their blocks.
    const half = reach * Math.hypot(within, Math.SQRT2 * runNoise);
    const interval = [middle * Math.exp(-half), middle * Math.exp(half)] as const;
    const counts = measure !== "error share" || is - was > leastErrorShare;
    return { measure, before: was, now: is, worse: middle, interval, regressed: interval[0] > 1 && counts };
  });
}

function worse(measure: MeasureName, before: number, now: number): number {
  if (measure === "error share") {
    // None at all is as good as one in ten thousand: no division by nothing.
    return (now + 1e-4) / (before + 1e-4);
  }
  return measure === "requests per vCPU second" ? before / now : now / before;
}

function draw(blocks: number, random: () => number): Uint16Array {
  const weights = new Uint16Array(blocks);
  for (let left = blocks; left > 0;) {
    const from = Math.floor(random() * blocks);
    for (let i = 0; i < drawnTogether && left > 0; i += 1, left -= 1) {
      weights[(from + i) % blocks]! += 1;
    }
  }
  return weights;
}

/**
 * Quantile of Student's t for shares above a half, from the normal's by the expansion of Cornish and Fisher
 * (https://en.wikipedia.org/wiki/Student%27s_t-distribution); within 2 % from 5 degrees of freedom.
 */
export function studentsT(share: number, degrees: number): number {
  const z = normalQuantile(share);
  const [v, z2] = [degrees, z * z];
  return (
    z *
    (1 +
      (z2 + 1) / (4 * v) +
      (5 * z2 ** 2 + 16 * z2 + 3) / (96 * v ** 2) +
      (3 * z2 ** 3 + 19 * z2 ** 2 + 17 * z2 - 15) / (384 * v ** 3))
  );
}

/** Abramowitz and Stegun 26.2.23: right within 0.00045. */
function normalQuantile(share: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - share));
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3);
}

const shapeKey = (shape: Shape): string => JSON.stringify(Object.entries(shape).sort());
export const sameShape = (a: Shape, b: Shape): boolean => shapeKey(a) === shapeKey(b);

/** The last good run of the same shape before this one. */
export function lastGood(now: Result, all: readonly Result[]): Result | undefined {
  return all
    .filter(
      (one) =>
        one.good === true && one.id !== now.id && one.startedAt < now.startedAt && sameShape(one.shape, now.shape),
    )
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .at(-1);
}

/** The noise between good runs of one shape and one release, measured; undefined with fewer than five of them. */
export function runNoise(now: Result, all: readonly Result[]): number | undefined {
  const same = all.filter((one) => one.good === true && sameShape(one.shape, now.shape) && one.release === now.release);
  if (same.length < 5) {
    return undefined;
  }
  const measured = same.map((one) => {
    const taken = sample(one);
    return taken.measure(everyBlockOnce(taken));
  });
  const spreads = [...measured[0]!.keys()]
    .filter((name) => name !== "error share")
    .map((name) => standardDeviation(measured.map((one) => Math.log(one.get(name) ?? NaN))))
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  return Math.max(defaults.runNoise, spreads[Math.floor(spreads.length / 2)] ?? 0);
}

export function standardDeviation(numbers: readonly number[]): number {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (numbers.length - 1));
}

import { binOf } from "../scenario/counters";
import type { RequestName } from "../scenario/kinds";
import { normal, seeded } from "./random";
import type { Block, Result } from "./result";

/** Behaviour of a made-up run, for measuring the gate itself. */
export interface Truth {
  /** Times and processor use are multiplied by it: 1.15 is a regression of 15 %. */
  readonly slower: number;
  /** Failures in a thousand requests. */
  readonly failuresPerThousand: number;
  readonly minutes: number;
  /** Standard deviation of the logarithm between runs. */
  readonly betweenRuns: number;
}
export const sameAsBefore: Truth = { slower: 1, failuresPerThousand: 1, minutes: 10, betweenRuns: 0.02 };

/** Requests in ten seconds, and the middle of their times in milliseconds: the size of a staging run. */
const mix: readonly (readonly [RequestName, number, number])[] = [
  ["login", 12, 180],
  ["dashboard", 20, 150],
  ["course", 30, 170],
  ["quiz-view", 40, 140],
  ["attempt", 60, 190],
  ["file", 20, 60],
  ["forum", 15, 160],
];

/**
 * A run with what real ones have and a simple bootstrap overlooks: log-normal times, minutes that are alike (a slow drift
 * that follows itself with 0.7 from block to block), and a difference between runs of the same thing.
 */
export function madeUp(seed: number, truth: Truth): Result {
  const random = seeded(seed);
  const own = truth.betweenRuns * normal(random);
  let drift = 0;
  const blocks: Block[] = Array.from({ length: truth.minutes * 6 }, (_, index) => {
    drift = 0.7 * drift + 0.05 * normal(random);
    const factor = truth.slower * Math.exp(own + drift);
    const requests: Record<string, { bins: Record<number, number>; failed: number }> = {};
    let all = 0;
    for (const [name, mean, middle] of mix) {
      const count = Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
      const one = { bins: {} as Record<number, number>, failed: 0 };
      for (let i = 0; i < count; i += 1) {
        if (random() * 1000 < truth.failuresPerThousand) {
          one.failed += 1;
        } else {
          const bin = binOf(middle * factor * Math.exp(0.45 * normal(random)));
          one.bins[bin] = (one.bins[bin] ?? 0) + 1;
        }
      }
      requests[name] = one;
      all += count;
    }
    // 90 ms a request, with the run's own factor and an error of measurement of 2 %.
    const webCpuSeconds = 0.09 * all * truth.slower * Math.exp(own + 0.5 * drift + 0.02 * normal(random));
    return { start: 1_760_000_000_000 + index * 10_000, seconds: 10, requests, webCpuSeconds };
  });
  return {
    id: `made-up-${seed}`,
    startedAt: new Date(1_760_000_000_000 + seed * 3_600_000).toISOString(),
    release: "made-up",
    commit: "0000000",
    shape: {
      scenario: "made-up",
      users: 0,
      seconds: truth.minutes * 60,
      pace: 1,
      target: "made-up",
      generators: 1,
      machine: "none",
    },
    blocks,
    wrong: {},
    good: true,
  };
}

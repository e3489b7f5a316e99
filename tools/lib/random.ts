/**
 * xoshiro128** 1.1 by Blackman and Vigna (https://prng.di.unimi.it/xoshiro128starstar.c), seeded with SplitMix32, so that a
 * seed gives the same run on every machine and Node version.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: number | readonly [number, number, number, number]) {
    const next = typeof seed === "number" ? splitMix(seed) : undefined;
    const state = typeof seed === "number" ? undefined : seed;
    this.a = next?.() ?? state?.[0] ?? 0;
    this.b = next?.() ?? state?.[1] ?? 0;
    this.c = next?.() ?? state?.[2] ?? 0;
    this.d = next?.() ?? state?.[3] ?? 0;
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const five = Math.imul(this.b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** In [0, 1), with 32 bits. */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** Exponentially distributed. */
  exponential(mean: number): number {
    return -Math.log(1 - this.uniform()) * mean;
  }
}

function splitMix(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
}

/**
 * Log-normal factors of mean 1 with this coefficient of variation, as a table of equally likely values: a look-up per
 * request instead of two logarithms and a square root. 4,096 steps leave the mean exact and the variance 1 % low.
 */
export function logNormalTable(variation: number, steps = 4096): Float64Array {
  const sigma = Math.sqrt(Math.log(1 + variation * variation));
  const table = new Float64Array(steps);
  for (let step = 0; step < steps; step += 1) {
    table[step] = Math.exp(sigma * normalQuantile((step + 0.5) / steps));
  }
  const mean = table.reduce((sum, value) => sum + value, 0) / steps;
  return table.map((value) => value / mean);
}

/** Acklam's rational approximation of the normal quantile; relative error below 1.2e-9. */
function normalQuantile(p: number): number {
  if (p > 0.5) {
    return -normalQuantile(1 - p);
  }
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}

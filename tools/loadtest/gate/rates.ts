import { judge } from "./gate";
import { madeUp, sameAsBefore, type Truth } from "./synthetic";

export interface Rate {
  readonly what: string;
  readonly flagged: number;
  readonly of: number;
}

/** Share of many pairs of made-up runs for which the gate says "regressed". */
export function flagged(seeds: number, change: Partial<Truth>, base: Truth = sameAsBefore): number {
  let found = 0;
  for (let seed = 0; seed < seeds; seed += 1) {
    const before = madeUp(10_000 + seed, base);
    const now = madeUp(20_000 + seed, { ...base, ...change });
    found += judge(now, before, { seed }).comparisons.some(({ regressed }) => regressed) ? 1 : 0;
  }
  return found;
}

/** @param at Called with the name of each row before it is computed. */
export function measureRates(seeds: number, at: (what: string) => void = () => undefined): readonly Rate[] {
  const one = (what: string, change: Partial<Truth>, base?: Truth): Rate => {
    at(what);
    return { what, flagged: flagged(seeds, change, base), of: seeds };
  };
  return [
    one("nothing changed, 10 minutes", {}),
    one("nothing changed, 5 minutes", {}, { ...sameAsBefore, minutes: 5 }),
    one(
      "nothing changed, twice the noise between runs that is allowed for",
      {},
      { ...sameAsBefore, betweenRuns: 0.04 },
    ),
    one("15 % faster", { slower: 1 / 1.15 }),
    one("5 % slower", { slower: 1.05 }),
    one("10 % slower", { slower: 1.1 }),
    one("15 % slower, 10 minutes", { slower: 1.15 }),
    one("15 % slower, 5 minutes", { slower: 1.15 }, { ...sameAsBefore, minutes: 5 }),
    one("1 % of the answers fail instead of 0.1 %", { failuresPerThousand: 10 }),
  ];
}

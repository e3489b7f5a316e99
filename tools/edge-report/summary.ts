import { judge } from "./caching";
import { readCorpus } from "./corpus/read";
import { pageViews } from "./pageViews";
import { type Result, sharesOf, temperatures } from "./shares";

/** Every page view at every temperature, in order. */
export function results(): readonly Result[] {
  return pageViews.flatMap((view) => temperatures.map((temperature) => sharesOf(view, temperature)));
}

/** The corpus in numbers. */
export function corpusSummary(now: number) {
  const rows = readCorpus(now);
  const verdicts = rows.map((row) => ({ row, verdict: judge(row, now) }));
  return {
    addresses: rows.length,
    kept: verdicts.filter(({ verdict }) => verdict.seconds > 15).length,
    brief: verdicts.filter(({ verdict }) => verdict.seconds > 0 && verdict.seconds <= 15).length,
    never: verdicts.filter(({ verdict }) => verdict.seconds === 0).length,
    privateKept: verdicts.filter(({ row, verdict }) => row.private === true && verdict.pattern !== undefined).length,
  };
}

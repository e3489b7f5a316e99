/** Scores how well blips are found and explained, on the synthetic corpus. */
import { format } from "prettier";
import { between, type Document } from "../../generate/document";
import { analyse, type Analysis } from "../analyse";
import { LogReader } from "../reader";
import { Store } from "../series";
import { faults } from "./faults";
import { generate, type Run } from "./generate";

export interface Tally {
  readonly cause: string;
  runs: number;
  /** Blips that were found. */
  found: number;
  /** The true cause came first; was among the first three; was not first though something was named `likely`. */
  first: number;
  three: number;
  wrongLikely: number;
}

export interface Score {
  readonly tallies: readonly Tally[];
  readonly quietRuns: number;
  /** Blips where there was none, in quiet runs and beside the true one. */
  falseBlips: number;
  /** Blips with a cause named, and how many of those were the true one. */
  named: number;
  likely: number;
  likelyRight: number;
}

/** Reads and explains a run as `make blips` would. */
export function explain(run: Run): Analysis {
  const store = new Store(run.span);
  const reader = new LogReader((entry) => store.take(entry), "UTC");
  for (const [name, lines] of run.files) {
    const file = reader.lines(name);
    lines.forEach((line) => file.line(line));
    file.end();
  }
  if (reader.counts.rejected > 0) {
    throw new Error(`the corpus has lines that are rejected: ${reader.counts.examples.join("\n")}`);
  }
  return analyse(store);
}

/** @param runs Of each cause; and four times as many quiet ones. */
export function score(runs: number, seed = 1): Score {
  const tallies: Tally[] = [];
  const result: Score = { tallies, quietRuns: runs * 4, falseBlips: 0, named: 0, likely: 0, likelyRight: 0 };
  faults.forEach((fault, row) => {
    const tally: Tally = { cause: fault.cause, runs, found: 0, first: 0, three: 0, wrongLikely: 0 };
    for (let number = 0; number < runs; number += 1) {
      const run = generate(seed * 100_000 + row * 1000 + number, fault);
      const { blips } = explain(run);
      const truth = run.truth!;
      const hits = blips.filter(({ blip }) => blip.from < truth.to + 120 && blip.to > truth.from - 120);
      result.falseBlips += blips.length - hits.length;
      const [hit] = hits;
      if (hit === undefined) {
        continue;
      }
      const causes = hit.causes.map(({ cause }) => cause.id);
      const likely = hit.causes[0]?.confidence === "likely";
      tally.found += 1;
      tally.first += causes[0] === truth.cause ? 1 : 0;
      tally.three += causes.slice(0, 3).includes(truth.cause) ? 1 : 0;
      tally.wrongLikely += likely && causes[0] !== truth.cause ? 1 : 0;
      result.named += causes.length > 0 ? 1 : 0;
      result.likely += likely ? 1 : 0;
      result.likelyRight += likely && causes[0] === truth.cause ? 1 : 0;
    }
    tallies.push(tally);
  });
  for (let number = 0; number < result.quietRuns; number += 1) {
    result.falseBlips += explain(generate(seed * 100_000 + 90_000 + number, undefined)).blips.length;
  }
  return result;
}

export function sums({ tallies, falseBlips, named, likely, likelyRight }: Score) {
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  const [runs, found, first, three] = [
    sum(({ runs }) => runs),
    sum((t) => t.found),
    sum((t) => t.first),
    sum((t) => t.three),
  ];
  return {
    blipRecall: found / runs,
    blipPrecision: found / (found + falseBlips),
    /** Share of blips with a named cause whose first cause is the true one. */
    causePrecision: first / Math.max(1, named),
    /** Share of all blips whose true cause is named first, or among three. */
    causeRecall: first / runs,
    causeRecallOfThree: three / runs,
    likelyShare: likely / runs,
    likelyPrecision: likelyRight / Math.max(1, likely),
  };
}

/** Markdown table for docs/blips.md. */
export function scoreTable(score: Score): string {
  const percent = (value: number) => `${(100 * value).toFixed(0)} %`;
  const all = sums(score);
  return [
    "| True cause | Blips | Found | Named first | Among three | Wrong, and called likely |",
    "| --- | --- | --- | --- | --- | --- |",
    ...score.tallies.map(
      ({ cause, runs, found, first, three, wrongLikely }) =>
        `| ${cause} | ${runs} | ${found} | ${first} | ${three} | ${wrongLikely} |`,
    ),
    "",
    "| Over all | |",
    "| --- | --- |",
    `| Blips found (recall) | ${percent(all.blipRecall)} |`,
    `| Found ones that were there (precision), with ${score.quietRuns} quiet runs of four hours | ${percent(all.blipPrecision)} (${score.falseBlips} false) |`,
    `| True cause named first, of all blips (recall) | ${percent(all.causeRecall)} |`,
    `| True cause among the first three | ${percent(all.causeRecallOfThree)} |`,
    `| First cause true, of blips with one named (precision) | ${percent(all.causePrecision)} |`,
    `| Called likely / of these true | ${percent(all.likelyShare)} / ${percent(all.likelyPrecision)} |`,
  ].join("\n");
}

/** The table of docs/blips.md. */
export const blipsDocument: Document = {
  path: "docs/blips.md",
  text: async (current) =>
    format(
      between(
        current,
        ["<!-- generated by tools/blips/corpus/score.ts: do not edit -->\n", "\n<!-- end of the generated part -->"],
        `\n${scoreTable(score(10))}\n`,
      ),
      { parser: "markdown", printWidth: 120 },
    ),
};

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { type LoadtestFigure, loadtestFigures } from "../capacity/loadtestFigures";
import { pages } from "../capacity/measured";
import { type PageClass } from "../capacity/pageClasses";
import { declare, flag, needed, Refused, start } from "../lib/command";
import { anyText } from "../lib/kinds";
import { writeWhole } from "../lib/files";
import { table } from "../lib/text";
import { everyBlockOnce, sample } from "../loadtest/gate/measures";
import type { Result } from "../loadtest/gate/result";
import { leastCertainty, pageCosts } from "../loadtest/run/feed";
import { readResults, resultsFolder } from "../loadtest/run/store";

const file = resolve(__dirname, "../capacity/loadtestFigures.ts");

export interface Fed {
  readonly rows: readonly (readonly string[])[];
  readonly figures: Readonly<Partial<Record<PageClass, LoadtestFigure>>>;
}

/** The table with this run in it. A class that the run cannot measure keeps its value. */
export function feed(result: Result, present: Fed["figures"]): Fed {
  const figures: Partial<Record<PageClass, LoadtestFigure>> = { ...present };
  const rows = [
    ["page class", "CPU before", "CPU measured", "certain within", "database before", "database measured", ""],
  ];
  const ms = (value: number | undefined): string => (value === undefined ? "-" : `${value.toFixed(1)} ms`);
  for (const { page, webMs, databaseMs, uncertainty } of pageCosts(result)) {
    const certain = uncertainty <= leastCertainty;
    if (certain) {
      const { scenario, users, machine } = result.shape;
      figures[page] = {
        cpuMs: round(webMs),
        ...(databaseMs === undefined ? {} : { databaseMs: round(databaseMs) }),
        source: `make loadtest, run ${result.id}: ${scenario}, ${users} users, Moodle ${result.release}, ${machine}; within ${Math.round(100 * uncertainty)} %`,
      };
    }
    rows.push([
      page,
      ms(present[page]?.cpuMs ?? pages[page].cpuMs.value),
      ms(webMs),
      `${Math.round(100 * Math.min(uncertainty, 9.99))} %`,
      ms(present[page]?.databaseMs ?? pages[page].databaseMs.value),
      ms(databaseMs),
      certain ? "taken" : "not taken: too uncertain",
    ]);
  }
  return { rows, figures };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The typed file with other figures in it; everything else in it stays as it is. */
export function withFigures(source: string, figures: Fed["figures"]): string {
  const start = source.indexOf("export const loadtestFigures");
  const entries = Object.entries(figures).map(
    ([page, { cpuMs, databaseMs, source: from }]) =>
      `  ${page}: {\n    cpuMs: ${cpuMs},\n${databaseMs === undefined ? "" : `    databaseMs: ${databaseMs},\n`}    source:\n      ${JSON.stringify(from)},\n  },\n`,
  );
  const body = entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
  return `${source.slice(0, start)}export const loadtestFigures: Readonly<Partial<Record<PageClass, LoadtestFigure>>> = ${body};\n`;
}

const run = anyText("last, or the id of a run that is stored here", "make loadtest stores one.", "last|<id>");

export const command = declare({
  name: "loadtest-feed",
  summary: "A run's figures into the capacity model, old and new shown",
  options: { RUN: needed(run, "The run"), DRY: flag("Write nothing") },
  run: ({ RUN, DRY }, { print }) => {
    const all = readResults(resultsFolder);
    const result = RUN === "last" ? all.at(-1) : all.find(({ id }) => id === RUN);
    if (result === undefined) {
      const ids = all.map(({ id }) => id).join(", ") || "none, as no run is stored";
      throw new Refused([{ path: "RUN", given: RUN, allowed: `last, or one of ${ids}`, fix: run.fix }]);
    }
    const { rows, figures } = feed(result, loadtestFigures);
    if (rows.length === 1) {
      throw new Error(`RUN=${result.id}: it has no processor times, or too few blocks to tell its pages apart.`);
    }
    const taken = sample(result);
    const rate = taken.measure(everyBlockOnce(taken)).get("requests per vCPU second");
    print(`${result.id}: ${rate?.toFixed(2) ?? "-"} requests to Moodle for each vCPU second\n`);
    print(table(rows));
    if (DRY) {
      print("\nDRY=1: nothing was written.");
      return 0;
    }
    writeWhole(file, withFigures(readFileSync(file, "utf8"), figures));
    print("\nWritten to tools/capacity/loadtestFigures.ts. Then: make capacity, and review the difference.");
    return 0;
  },
});

if (require.main === module) {
  start(command);
}

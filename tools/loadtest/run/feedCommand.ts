/** `make loadtest-feed RUN=<id>|last`: a run's figures into the capacity model, with the old and the new values shown. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

import { type LoadtestFigure, loadtestFigures } from "../../capacity/loadtestFigures";
import { pages } from "../../capacity/measured";
import { type PageClass } from "../../capacity/pageClasses";
import { run as main, table } from "../../lib/text";
import { everyBlockOnce, sample } from "../gate/measures";
import type { Result } from "../gate/result";
import { leastCertainty, pageCosts } from "./feed";
import { readResults, resultsFolder } from "./store";

const file = resolve(__dirname, "../../capacity/loadtestFigures.ts");

export interface Fed {
  readonly rows: readonly (readonly string[])[];
  readonly figures: Readonly<Partial<Record<PageClass, LoadtestFigure>>>;
}

/** What the table would be with this run in it; a class that the run cannot tell keeps what it had. */
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

function command(wanted: string, dry: boolean, read: () => string): number {
  const all = readResults(resultsFolder);
  const result = wanted === "last" ? all.at(-1) : all.find(({ id }) => id === wanted);
  if (result === undefined) {
    throw new Error(
      `RUN: got ${wanted}, expected last, or one of ${all.map(({ id }) => id).join(", ") || "none, as no run is stored: make loadtest"}.`,
    );
  }
  const { rows, figures } = feed(result, loadtestFigures);
  if (rows.length === 1) {
    throw new Error(`RUN=${result.id}: it has no processor times, or too few blocks to tell its pages apart.`);
  }
  const taken = sample(result);
  const rate = taken.measure(everyBlockOnce(taken)).get("requests per vCPU second");
  console.log(`${result.id}: ${rate?.toFixed(2) ?? "-"} requests to Moodle for each vCPU second\n`);
  console.log(table(rows));
  if (dry) {
    console.log("\nDRY=1: nothing was written.");
    return 0;
  }
  writeFileSync(file, withFigures(read(), figures));
  console.log(`\nWritten to tools/capacity/loadtestFigures.ts. Then: make capacity, and review the difference.`);
  return 0;
}

if (require.main === module) {
  main(async () => {
    const { readFileSync } = await import("node:fs");
    return command(process.env.RUN ?? "", process.env.DRY === "1", () => readFileSync(file, "utf8"));
  });
}

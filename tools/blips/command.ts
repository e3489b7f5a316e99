/** `make blips STACK=prod FROM=2026-11-23T09:00 TO=2026-11-23T12:00 LOGS=logs [ZONE=Europe/London] [OUT=blips-prod]` */
import { writeFileSync } from "node:fs";
import { describeProblem, type Problem } from "../../components/lib/invalid";
import { run, table } from "../lib/text";
import { isTimeZone } from "../../stacks/calendar/zone";
import { analyse } from "./analyse";
import { logFiles } from "./input";
import { toHtml, toMarkdown } from "./print";
import { LogReader } from "./reader";
import { eventRecord } from "./record";
import { Store } from "./series";
import { clock, instant, written } from "./time";

/** What is usual is taken from these hours before the span. */
const leadSeconds = 3 * 3600;
const longestDays = 3;

export interface Options {
  readonly stack: string;
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly logs: string;
  readonly out: string;
}

/** @throws Error that names every fault at once. */
export function options(environment: Readonly<Record<string, string | undefined>>): Options {
  const { STACK = "", FROM = "", TO = "", LOGS = "", OUT } = environment;
  const zone = environment["ZONE"] ?? "UTC";
  const problems: Problem[] = [];
  const fault = (path: string, given: string, allowed: string, fix: string) =>
    problems.push({ path, given, allowed, fix });
  if (!/^[a-z][a-z0-9-]*$/.test(STACK)) {
    fault("STACK", STACK, "the name of a stack", "For example STACK=prod; it is only written into the record.");
  }
  if (!isTimeZone(zone)) {
    fault("ZONE", zone, "a name of the IANA time zones", "For example ZONE=Europe/London; leave it out for UTC.");
  }
  const [from, to] = [FROM, TO].map((text) => instant(text, isTimeZone(zone) ? zone : "UTC"));
  for (const [path, text, time] of [
    ["FROM", FROM, from],
    ["TO", TO, to],
  ] as const) {
    if (time === undefined) {
      fault(
        path,
        text,
        "a time such as 2026-11-23T09:30, with an offset or by the clock of ZONE",
        `For example ${path}=2026-11-23T09:30.`,
      );
    }
  }
  if (from !== undefined && to !== undefined && !(to > from && to - from <= longestDays * 86_400)) {
    fault("TO", TO, `after FROM, by ${longestDays} days at most`, "Ask for each part of a longer time by itself.");
  }
  if (LOGS === "") {
    fault("LOGS", LOGS, "a folder with exported logs", "docs/blips.md says what to put there.");
  }
  if (problems.length > 0) {
    throw new Error(problems.map(describeProblem).join("\n"));
  }
  return {
    stack: STACK,
    from: from!,
    to: to!,
    zone,
    logs: LOGS,
    out: OUT ?? `blips-${STACK}-${written(from!, zone).replace(/[^0-9]/g, "")}`,
  };
}

/** Reads, explains, writes both files, and returns what is to be printed. */
export async function blips({ stack, from, to, zone, logs, out }: Options): Promise<string> {
  const span = { from: Math.floor((from - leadSeconds) / 60) * 60, to: Math.ceil(to / 60) * 60 };
  const store = new Store(span);
  const reader = new LogReader((entry) => store.take(entry), zone);
  for (const file of logFiles(logs)) {
    await reader.file(file);
  }
  const { counts } = reader;
  const lines = [
    `${counts.read} lines read: ${counts.used} used, ${counts.skipped} skipped, ${counts.rejected} rejected.`,
  ];
  lines.push(...[...counts.reasons].map(([reason, count]) => `  skipped: ${count} ${reason}`));
  lines.push(...counts.examples.map((example) => `  rejected: ${example}`));
  if (store.source === undefined) {
    throw new Error(
      `${lines.join("\n")}\nNo request from ${written(from, zone)} to ${written(to, zone)} (${zone}) is in these logs. Logs are in UTC as a rule: is ZONE right?`,
    );
  }
  const analysis = analyse(store, from);
  const sections = eventRecord(analysis, { stack, from, to, zone, store, counts });
  writeFileSync(`${out}.md`, toMarkdown(sections));
  writeFileSync(`${out}.html`, toHtml(sections));
  const rows = analysis.blips.map(({ blip, causes }) => [
    `${written(blip.from, zone)} to ${clock(blip.to, zone)}`,
    blip.classes
      .slice(0, 3)
      .map(({ pathClass }) => pathClass)
      .join(", "),
    causes[0] === undefined ? "no cause in these logs" : `${causes[0].cause.id} (${causes[0].confidence})`,
  ]);
  lines.push(
    rows.length === 0 ? "No blip." : table([["blip", "hit most", "cause named first"], ...rows]),
    `Written: ${out}.md and ${out}.html`,
  );
  return lines.join("\n");
}

if (require.main === module) {
  run(async () => {
    console.log(await blips(options(process.env)));
    return 0;
  });
}

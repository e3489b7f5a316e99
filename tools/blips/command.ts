import type { Problem } from "../../components/lib/invalid";
import { declare, needed, optional, standard, start, type Values } from "../lib/command";
import { anyText, pattern, timeZone } from "../lib/kinds";
import { writeWhole } from "../lib/files";
import { table } from "../lib/text";
import { beginIncident, type Incident, incidentsFolder, incidentsKind, timeText } from "../lib/incidents";
import { type Analysis, analyse } from "./analyse";
import { logFiles } from "./input";
import { toHtml, toMarkdown } from "./print";
import { LogReader } from "./reader";
import { eventRecord } from "./record";
import { Store } from "./series";
import { clock, instant, written } from "./time";

/** Hours before the span, from which the usual values are taken. */
const leadSeconds = 3 * 3600;
const longestDays = 3;

const aTime = anyText(
  "a time such as 2026-11-23T09:30, with an offset or by the clock of ZONE",
  "Write the date, T and the time.",
);

export const options = {
  // Only written into the record, so it need not be a stack of this repository.
  STACK: needed(
    pattern(/^[a-z][a-z0-9-]*$/, "the name of a stack", "For example STACK=prod."),
    "The stack that the record names",
  ),
  FROM: needed(aTime, "Where the span begins"),
  TO: needed(aTime, `Where it ends, ${longestDays} days later at most`),
  LOGS: needed(anyText("a folder with exported logs", "docs/blips.md says what to put there."), "The logs"),
  ZONE: standard(timeZone, "The zone of times without an offset, and of the record", "UTC"),
  OUT: optional(anyText("a path without an ending", "For example OUT=blips-prod."), "Where the record is written"),
  TITLE: optional(anyText("a text", "Write what people noticed."), "Begins the record of an incident with this title"),
  FOLDER: standard(incidentsKind, "Where the records of incidents are", incidentsFolder),
};

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The span in seconds since 1970. @throws Refused when a time is none, or the span is empty or too long. */
function spanOf({ FROM, TO, ZONE = "UTC" }: Partial<Values<typeof options>>): Span | readonly Problem[] {
  const [from, to] = [FROM, TO].map((text) => (text === undefined ? undefined : instant(text, ZONE)));
  const problems = Object.entries({ FROM: [FROM, from], TO: [TO, to] }).flatMap(([path, [given, time]]) =>
    given === undefined || time !== undefined
      ? []
      : [{ path, given, allowed: aTime.expected, fix: `For example ${path}=2026-11-23T09:30.` }],
  );
  if (from === undefined || to === undefined) {
    return problems;
  }
  if (!(to > from && to - from <= longestDays * 86_400)) {
    const fix = "Ask for each part of a longer time by itself.";
    return [{ path: "TO", given: TO, allowed: `after FROM, by ${longestDays} days at most`, fix }];
  }
  return { from, to };
}

/** Reads, explains, writes both files, and returns what is to be printed. */
export async function blips(
  values: Values<typeof options>,
  at: (step: string) => void,
  now = new Date(),
): Promise<string> {
  const { STACK: stack, ZONE: zone, LOGS: logs, TITLE: title, FOLDER: folder } = values;
  const { from, to } = spanOf(values) as Span;
  const out = values.OUT ?? `blips-${stack}-${written(from, zone).replace(/[^0-9]/g, "")}`;
  const span = { from: Math.floor((from - leadSeconds) / 60) * 60, to: Math.ceil(to / 60) * 60 };
  const store = new Store(span);
  const reader = new LogReader((entry) => store.take(entry), zone);
  for (const file of logFiles(logs)) {
    at(`reading ${file.name}`);
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
  at("looking for blips and their causes");
  const analysis = analyse(store, from);
  const sections = await eventRecord(analysis, { stack, from, to, zone, store, counts });
  const html = toHtml(sections);
  writeWhole(`${out}.md`, toMarkdown(sections));
  writeWhole(`${out}.html`, html);
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
  if (title !== undefined) {
    const begun = beginIncident(folder, incidentOf(analysis, { title, from, to, now }), toMarkdown(sections.slice(1)));
    lines.push(`Begun: ${begun}. Give each action an owner and a date.`);
  }
  return lines.join("\n");
}

/** Days until an action is due that nobody has looked at yet. */
const firstDue = 14;

/** From the first blip's begin to the last one's end; without a blip, the span that was asked for. */
function incidentOf(
  { blips: found }: Analysis,
  { title, from, to, now }: Span & { readonly title: string; readonly now: Date },
): Incident {
  const text = (seconds: number): string => timeText(new Date(seconds * 1000));
  const due = new Date(now.getTime() + firstDue * 86_400_000).toISOString().slice(0, 10);
  const likely = new Set(found.flatMap(({ causes }) => causes.slice(0, 1).map(({ cause }) => cause.action)));
  return {
    title,
    start: text(Math.min(...found.map(({ blip }) => blip.from), ...(found.length === 0 ? [from] : []))),
    end: text(Math.max(...found.map(({ blip }) => blip.to), ...(found.length === 0 ? [to] : []))),
    services: ["Moodle"],
    actions: [...likely].map((action) => ({ action, owner: "nobody yet", due, state: "open" })),
  };
}

export const command = declare({
  name: "blips",
  summary: "Find and explain response-time blips in exported logs",
  options,
  check: (values) => {
    const span = spanOf(values);
    return "from" in span ? [] : span;
  },
  run: async (values, { print, at }) => {
    print(await blips(values, at));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}

import { type Explained, type Analysis } from "./analyse";
import { charts } from "./charts";
import { type EventEntry } from "./entries";
import { type Counts } from "./reader";
import { type Store } from "./series";
import { clock, written } from "./time";

/** A part of the record, for Markdown and HTML alike. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  /** The first row is the head. */
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] }
  /** Figures of HTML, which Markdown leaves out. */
  | { readonly kind: "charts"; readonly svg: readonly string[] };

export interface Section {
  readonly level: 1 | 2 | 3;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface RecordContext {
  readonly stack: string;
  readonly from: number;
  readonly to: number;
  readonly zone: string;
  readonly store: Store;
  readonly counts: Counts;
}

/** Events shown in a timeline, before and after a blip. */
const shown = { before: 1800, after: 900 };

/** The event record: one template for all events. People fill in what only they can know. */
export async function eventRecord(analysis: Analysis, context: RecordContext): Promise<readonly Section[]> {
  const { stack, from, to, zone, store } = context;
  const { blips } = analysis;
  const span = `${written(from, zone)} to ${written(to, zone)} (${zone})`;
  return [
    {
      level: 1,
      title: `Response times of ${stack}, ${span}`,
      blocks: [
        {
          kind: "text",
          text:
            blips.length === 0
              ? "No blip: all was as usual."
              : `${blips.length} ${blips.length === 1 ? "blip" : "blips"}.`,
        },
        ...(blips.length === 0 ? [] : [{ kind: "table" as const, rows: overview(blips, zone) }]),
        { kind: "charts", svg: await charts(blips, store, { from, zone }) },
      ],
    },
    ...blips.flatMap((explained, index) => blipSections(explained, index + 1, context)),
    { level: 2, title: "What was read", blocks: reading(analysis, context) },
  ];
}

function overview(blips: readonly Explained[], zone: string): readonly (readonly string[])[] {
  return [
    ["", "From", "To", "Hit most", "Cause named first"],
    ...blips.map(({ blip, causes }, index) => [
      String(index + 1),
      written(blip.from, zone),
      clock(blip.to, zone),
      blip.classes
        .slice(0, 3)
        .map(({ pathClass }) => pathClass)
        .join(", "),
      causes[0] === undefined ? "none" : `${causes[0].cause.title} (${causes[0].confidence})`,
    ]),
  ];
}

function blipSections({ blip, causes }: Explained, number: number, context: RecordContext): readonly Section[] {
  const { zone, store } = context;
  const sum = (pick: (one: (typeof blip.classes)[number]) => number) =>
    blip.classes.reduce((total, one) => total + pick(one), 0);
  const minutes = Math.round((blip.to - blip.from) / 60);
  const timeline = [
    ...store.events
      .filter(({ at }) => at >= blip.from - shown.before && at <= blip.to + shown.after)
      .map((event) => ({ at: event.at, text: eventText(event, zone) })),
    { at: blip.from, text: "The blip begins." },
    { at: blip.to, text: "All is as usual again." },
  ].sort((a, b) => a.at - b.at);
  return [
    {
      level: 2,
      title: `Blip ${number}: ${written(blip.from, zone)} to ${clock(blip.to, zone)}, ${minutes} minutes`,
      blocks: [],
    },
    {
      level: 3,
      title: "Impact",
      blocks: [
        {
          kind: "text",
          text: `${sum((one) => one.slow)} of ${sum((one) => one.requests)} requests took longer than nearly all do usually; ${sum((one) => one.errors)} failed.`,
        },
        {
          kind: "table",
          rows: [
            ["Path class", "Usual p95", "Highest p95", "Requests", "Slow", "Failed"],
            ...blip.classes.map((one) => [
              one.pathClass,
              duration(one.usualSeconds),
              duration(one.peakSeconds),
              String(one.requests),
              String(one.slow),
              String(one.errors),
            ]),
          ],
        },
      ],
    },
    {
      level: 3,
      title: "Timeline",
      blocks: [{ kind: "list", items: bounded(timeline.map(({ at, text }) => `${clock(at, zone)} ${text}`)) }],
    },
    {
      level: 3,
      title: "Cause",
      blocks: [
        ...causes.slice(0, 3).flatMap(({ cause, confidence, score, evidence }, index): Block[] => [
          { kind: "text", text: `${index + 1}. ${cause.title} (${confidence}, ${score.toFixed(1)}). Evidence:` },
          {
            kind: "list",
            items: evidence.map(({ text, at }) => (at === undefined ? text : `${clock(at, zone)} ${text}`)),
          },
        ]),
        {
          kind: "text",
          text:
            causes.length === 0
              ? "Nothing in these logs explains it. The saved query why-slow tells database, caches and sessions apart."
              : "The order is a computer's guess from what was exported.",
        },
        { kind: "text", text: "Confirmed cause, by whom: ____" },
      ],
    },
    {
      level: 3,
      title: "Action",
      blocks: [
        {
          kind: "list",
          items: [...causes.slice(0, 2).map(({ cause }) => cause.action), "Done, by whom, until when: ____"],
        },
      ],
    },
  ];
}

function eventText({ kind, detail, at, until }: EventEntry, zone: string): string {
  return `${kind}: ${detail}${until === undefined || until <= at ? "" : `, until ${clock(until, zone)}`}`;
}

/** A storm of events is shown by its first ones. */
function bounded(items: readonly string[]): readonly string[] {
  return items.length <= 30 ? items : [...items.slice(0, 29), `and ${items.length - 29} more`];
}

function reading({ unjudged }: Analysis, { counts, store, from }: RecordContext): readonly Block[] {
  const reasons = [...counts.reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `${count} ${reason}`);
  const load = store.load();
  const lead = Math.round((from - store.span.from) / 60);
  const empty = load.slice(lead).filter((requests) => requests === 0).length;
  const before = load.slice(0, lead).filter((requests) => requests > 0).length;
  return [
    {
      kind: "table",
      rows: [
        ["Lines read", "Used", "Skipped", "Rejected"],
        [counts.read, counts.used, counts.skipped, counts.rejected].map(String),
      ],
    },
    {
      kind: "list",
      items: [
        `Answer times are from ${store.source ?? "nowhere"}; ${before} of the ${lead} minutes before the span have requests, and say what is usual.`,
        ...(reasons.length > 0 ? [`Skipped: ${reasons.join("; ")}.`] : []),
        ...counts.examples.map((example) => `Rejected: ${example}`),
        ...(empty > 0 ? [`No request at all in ${empty} minutes: is a log file missing, or was nobody there?`] : []),
        ...unjudged.map(
          ({ pathClass, requestsPerMinute }) =>
            `Not judged: ${pathClass}, ${requestsPerMinute.toFixed(1)} requests a minute are too few.`,
        ),
      ],
    },
  ];
}

function duration(seconds: number): string {
  return Number.isNaN(seconds)
    ? "not known"
    : seconds < 1
      ? `${Math.round(seconds * 1000)} ms`
      : `${seconds.toFixed(1)} s`;
}

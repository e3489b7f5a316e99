import type { Objective, Performance, Share } from "./figures";
import type { Override } from "./overrides";
import type { ReportedActions } from "../weeklyReport";

export interface Report {
  readonly environment: string;
  readonly week: { readonly from: string; readonly to: string };
  readonly objectives: readonly Objective[];
  /** The running release; undefined in its first hour. */
  readonly release: Performance | undefined;
  readonly before: Performance | undefined;
  /** Files by which people change the configuration that the stack's settings give. */
  readonly overrides: readonly Override[];
  readonly actions: Actions;
}

/** What is open after incidents, by day. */
export interface Actions extends ReportedActions {
  readonly overdue: ReportedActions["open"];
}

/** @param today YYYY-MM-DD */
export function actionsOn(today: string, { open, unreadable }: ReportedActions): Actions {
  return {
    overdue: open.filter(({ due }) => due < today),
    open: open.filter(({ due }) => due >= today),
    unreadable,
  };
}

/** More would make a mail that nobody reads; the report's Markdown has all. */
const namedActions = 10;

function actionLines({ overdue, open, unreadable }: Actions): readonly string[] {
  const all = [
    ...overdue.map(({ due, action, owner }) => `OVERDUE since ${due}: ${action} (${owner})`),
    ...open.map(({ due, action, owner }) => `Due ${due}: ${action} (${owner})`),
  ];
  const more = all.length - namedActions;
  return [
    all.length === 0
      ? "After incidents, nothing is open."
      : `After incidents, ${all.length} open, ${overdue.length} of them overdue (make actions):`,
    ...all.slice(0, namedActions).map((line) => `- ${line}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
    ...(unreadable.length === 0 ? [] : [`Records that cannot be read (make actions): ${unreadable.join(", ")}.`]),
  ];
}

const shown = (value: number | undefined, unit = ""): string => (value === undefined ? "no data" : `${value}${unit}`);
const broken = ({ kept, promised }: Share): boolean => kept !== undefined && kept < promised;

/** Short enough for a mail and a chat message. */
export function asText({ environment, week, objectives, release, before, overrides, actions }: Report): string {
  const missed = objectives.filter(({ availability, latency }) => broken(availability) || broken(latency));
  const silent = objectives.every(({ requests }) => requests === 0);
  const lines = objectives.map(
    ({ pathClass, requests, availability, latency, p95 }) =>
      `${pathClass}: ${requests} requests, ${shown(availability.kept, " %")} answered (promised ${availability.promised} %), ` +
      `${shown(latency.kept, " %")} within ${latency.within} s (promised ${latency.promised} %), p95 ${shown(p95, " s")}; ` +
      `budget left ${shown(availability.budgetLeft, " %")} and ${shown(latency.budgetLeft, " %")}`,
  );
  return [
    silent
      ? "There were no requests in the access log's metrics, so nothing can be said."
      : missed.length === 0
        ? "All promises were kept."
        : `Not kept: ${missed.map(({ pathClass }) => pathClass).join(", ")}.`,
    "",
    ...lines,
    "",
    release === undefined
      ? "Release: deployed less than an hour ago, so not measured yet."
      : `Release ${release.release}: ${figures(release)}${before === undefined ? "" : `; before it ${before.release}: ${figures(before)}`}.`,
    overrides.length === 0 ? "No task started with an override." : `Overrides: ${overrides.map(override).join("; ")}.`,
    ...actionLines(actions),
    `Week ${week.from} to ${week.to} of ${environment}.`,
  ].join("\n");
}

/** Twelve digits of a hash, as many as a release has. */
const short = (sha256: string): string => sha256.slice(0, 12);

function override({ file, sha256, also, before }: Override): string {
  if (sha256 === undefined) {
    return `${file}: no task started with it, last week ${short(before ?? "")}`;
  }
  const change =
    before === undefined ? "new this week" : before === sha256 ? "as last week" : `changed, last week ${short(before)}`;
  return `${file} ${short(sha256)} (${[change, ...also.map((one) => `this week also ${short(one)}`)].join(", ")})`;
}

function figures({ requestsPerVcpuSecond, cacheBytesPerRequest, p95 }: Performance): string {
  const slow = Object.entries(p95).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value} s`]));
  return `${shown(requestsPerVcpuSecond)} requests per vCPU second, ${shown(cacheBytesPerRequest)} cache bytes per request, p95 ${slow.join(", ") || "no data"}`;
}

/** People's words, without what ends a cell. */
const inCell = (text: string): string => text.replaceAll("|", "/").replaceAll("\n", " ");

type Cell = string | number | undefined;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): readonly string[] {
  const row = (cells: readonly Cell[]) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row)];
}

export function asMarkdown(
  { environment, week, objectives, overrides, actions }: Report,
  releases: readonly Performance[],
): string {
  const classes = objectives.map(({ pathClass }) => pathClass);
  return [
    `# ${environment}, ${week.from} to ${week.to}`,
    "",
    ...table(
      [
        "class",
        "requests",
        "answered %",
        "promised %",
        "budget left %",
        "in time %",
        "promised %",
        "within s",
        "budget left %",
        "p95 s",
      ],
      objectives.map(({ pathClass, requests, availability: a, latency: l, p95 }) => [
        pathClass,
        requests,
        a.kept,
        a.promised,
        a.budgetLeft,
        l.kept,
        l.promised,
        l.within,
        l.budgetLeft,
        p95,
      ]),
    ),
    "",
    "## Overrides",
    "",
    ...(overrides.length === 0
      ? ["No task started with an override."]
      : table(
          ["file", "SHA-256", "last week", "this week also"],
          overrides.map(({ file, sha256, before, also }) => [file, sha256, before, also.join(" ")]),
        )),
    "",
    "## After incidents",
    "",
    ...(actions.overdue.length + actions.open.length === 0
      ? ["Nothing is open."]
      : table(
          ["due", "action", "owner", "overdue"],
          [...actions.overdue, ...actions.open].map(({ due, action, owner }, index) => [
            due,
            inCell(action),
            inCell(owner),
            index < actions.overdue.length ? "yes" : "",
          ]),
        )),
    ...(actions.unreadable.length === 0 ? [] : ["", `Not read: ${actions.unreadable.join(", ")}.`]),
    "",
    "## Releases",
    "",
    ...table(
      [
        "release",
        "from",
        "to",
        "requests",
        "requests per vCPU second",
        "cache bytes per request",
        ...classes.map((name) => `p95 ${name} s`),
      ],
      releases.map((one) => [
        one.release,
        one.from,
        one.to,
        one.requests,
        one.requestsPerVcpuSecond,
        one.cacheBytesPerRequest,
        ...classes.map((name) => one.p95[name]),
      ]),
    ),
    "",
  ].join("\n");
}

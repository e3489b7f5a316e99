import type { Settings } from "../../stacks/settings/settings";
import { actionQuota } from "../../stacks/calendar/check";
import { compile, examWindow, leadMinutes, planned } from "../../stacks/calendar/compile";
import { busy, gate, startsPerSecond } from "../../stacks/calendar/demand";
import { freezeMinutes } from "../../stacks/calendar/freeze";
import { acuFor, dayTasks, instancesFor, loadOf, nightTasks, tasksOfExam } from "../../stacks/calendar/levels";
import type { Calendar } from "../../stacks/calendar/schema";
import { addDays, datesOf, instantOf, localOf } from "../../stacks/calendar/zone";

/** Hour by hour: the largest planned minimum of web tasks within it. */
export interface PlannedDay {
  readonly date: string;
  readonly hours: readonly number[];
}

/** The planned minimum of web tasks in every hour of the year, in local time. Pure. */
export function plannedDays(calendar: Calendar, settings: Settings): readonly PlannedDay[] {
  const { base, wants } = planned(calendar, settings, "web")!;
  const sorted = [...wants].sort((a, b) => a.from - b.from);
  return datesOf(calendar.year.from, calendar.year.to).map((date) => {
    const midnight = instantOf(date, "00:00", calendar.timeZone);
    const near = sorted.filter(({ from, to }) => from < midnight + 26 * 3600_000 && to > midnight);
    // The next hour of the clock: both hours that autumn repeats count, and the one that spring skips is empty.
    const next = (hour: number) =>
      hour < 24
        ? instantOf(date, `${String(hour).padStart(2, "0")}:00`, calendar.timeZone)
        : instantOf(addDays(date, 1), "00:00", calendar.timeZone);
    const hours = Array.from({ length: 24 }, (_, hour) => {
      const [from, to] = [next(hour), Math.max(next(hour) + 1, next(hour + 1))];
      return Math.max(base, ...near.filter((w) => w.from < to && w.to > from).map(({ level }) => level));
    });
    return { date, hours };
  });
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")}`.trimEnd()).join("\n");
}

/** The year in words: periods, exams, what is made, and what must be there because nothing can change it by the clock. */
export function yearText(calendar: Calendar, settings: Settings, now: number): string {
  const { timeZone, dailyRamp } = calendar;
  const show = (tasks: number) => [String(tasks), String(instancesFor(tasks, settings) ?? "-")];
  const night = calendar.outside === "stop" ? "off" : String(nightTasks(settings));
  const groups = { term: calendar.terms, enrolment: calendar.enrolment, assessment: calendar.assessment };
  const periods = Object.entries(groups).flatMap(([kind, entries]) =>
    entries.map(({ name, from, to, ...rest }) => {
      const load = "load" in rest ? Number(rest.load) : 1;
      return [kind, name, from, to, ...show(dayTasks(settings, load))];
    }),
  );
  const exams = calendar.exams.map((exam) => {
    const { start, end } = examWindow(exam, timeZone);
    const clock = (instant: number) => localOf(instant, timeZone).time;
    const acu = acuFor([exam], settings);
    return [
      exam.name,
      exam.start.replace("T", " "),
      String(exam.expectedStudents),
      clock(start - leadMinutes.web * 60_000),
      ...show(tasksOfExam(exam, settings)),
      acu === undefined ? "-" : String(acu),
      `${clock(start - freezeMinutes.before * 60_000)}-${clock(end + freezeMinutes.after * 60_000)}`,
      end < now ? "past" : "",
    ];
  });
  const all = compile(calendar, settings, 0);
  const left = compile(calendar, settings, now);
  const targets = [...new Set(all.map(({ target }) => target))];
  const counts = targets.map((target) => {
    const count = (actions: typeof all) => String(actions.filter((action) => action.target === target).length);
    return [target, count(all), count(left), String(actionQuota[target] ?? "-")];
  });
  return [
    `Ramp ${dailyRamp.weekdays.join(" ")} ${dailyRamp.from}-${dailyRamp.to} ${timeZone}; minimum of web tasks outside of it: ${night}.`,
    table([["", "period", "from", "to", "web tasks", "instances"], ...periods]),
    ...(exams.length === 0
      ? []
      : [
          "Exams (the minimum is raised at the given time; no deployment in the freeze):",
          table([["exam", "start", "students", "raised", "web tasks", "instances", "ACU", "freeze", ""], ...exams]),
        ]),
    "Scheduled actions:",
    table([["target", "year", "still to come", "AWS limit"], ...counts]),
    ...standing(calendar, settings),
  ].join("\n");
}

/** Sizes that no schedule can change: checked against the largest exam, and reported. */
function standing(calendar: Calendar, { database, cache }: Settings): readonly string[] {
  const largest = Math.max(0, ...calendar.exams.map(({ expectedStudents }) => expectedStudents));
  if (largest === 0) {
    return [];
  }
  const vcpus = (startsPerSecond(largest) * gate.databaseCpuSeconds) / busy.database;
  // Sessions of some 10 KiB each (measured: tools/capacity/measured.ts), at most 60 % of a node.
  const sessionMib = (largest * 10.2) / 1024 / 0.6;
  return [
    "Not changed by the clock, and so to be there for the largest exam:",
    database.capacity.kind === "provisioned"
      ? `  database ${database.capacity.instanceClass}: its writer must have ${Math.ceil(vcpus)} or more vCPUs.`
      : "  database: its range is raised before exams.",
    `  sessions ${cache.sessions.nodeType}: ${Math.ceil(sessionMib)} MiB or more for those who sit it. A change of its node type may lose sessions.`,
  ];
}

/** Average over the year against its peak: what the calendar leaves off. */
export function averageTasks(days: readonly PlannedDay[]): { readonly average: number; readonly peak: number } {
  const hours = days.flatMap((day) => day.hours);
  return { average: hours.reduce((sum, tasks) => sum + tasks, 0) / hours.length, peak: Math.max(...hours) };
}

/** Kind of a day, for the band above the picture. */
export function kindOf(calendar: Calendar, date: string): "closed" | "free" | "term" | "enrolment" | "assessment" {
  const within = ({ from, to }: { readonly from: string; readonly to: string }) => date >= from && date <= to;
  if (calendar.closedWeeks.some(within) || calendar.holidays.some((one) => one.date === date)) {
    return "closed";
  }
  const name = loadOf(calendar, date)?.name;
  const has = (periods: readonly { readonly name: string }[]) => periods.some((one) => one.name === name);
  return has(calendar.assessment) ? "assessment" : has(calendar.enrolment) ? "enrolment" : name ? "term" : "free";
}

import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { describeProblem } from "../../components/lib/invalid";
import { sizeProblems } from "../../stacks/calendar/check";
import { compile, planned } from "../../stacks/calendar/compile";
import { readCalendar } from "../../stacks/calendar/read";
import type { Calendar } from "../../stacks/calendar/schema";
import { datesOf, instantOf, weekdays } from "../../stacks/calendar/zone";
import type { Settings } from "../../stacks/settings/settings";
import type { ScheduledAction } from "./simulate/platform";
import type { Trace } from "./trace";

const actionsSchema = z.array(
  z.strictObject({
    at: z.number(),
    target: z.enum(["web", "instances"]),
    min: z.number().int().min(0).optional(),
    max: z.number().int().min(1).optional(),
  }),
);

/** Scheduled actions from a file: seconds from the trace's start. @throws Error that says what is wrong. */
export function readActions(path: string): readonly ScheduledAction[] {
  if (!existsSync(path)) {
    throw new Error(
      `ACTIONS: there is no file ${path}. Give a JSON array of {at, target: "web" | "instances", min, max}.`,
    );
  }
  const result = actionsSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!result.success) {
    throw new Error(`ACTIONS: ${path}:\n${z.prettifyError(result.error)}`);
  }
  return result.data;
}

/** A Monday, and far from a change of clocks. */
const monday = Date.parse("2026-10-12T00:00:00Z");
const day = 86_400_000;

/**
 * Scheduled actions for the trace's day: compiled by the code that the stack deploys, with the hours of the stack's own
 * calendar. The trace names its exams, and whether it is a day of teaching.
 *
 * *Limit.* Web tasks and instances alone: a serverless database keeps its own smallest capacity here. Demand above the
 * stack's largest number of tasks is capped here, while the calendar itself would be refused.
 */
export function plannedActions(trace: Trace, settings: Settings): readonly ScheduledAction[] {
  const calendar = calendarOf(trace, settings);
  const origin = monday + trace.startHour * 3_600_000;
  const actions: ScheduledAction[] = [];
  const add = (instant: number, target: "web" | "instances", min: number): void => {
    const most = target === "web" ? settings.web.maxTasks : min;
    actions.push({ at: (instant - origin) / 1000, target, min: Math.min(most, min) });
  };
  const base = planned(calendar, settings, "web")?.base ?? settings.web.minTasks;
  add(monday - 2 * day, "web", base);
  for (const { target, when, min } of compile(calendar, settings, 0)) {
    if (target !== "web" && target !== "instances") {
      continue;
    }
    if (when.kind === "once") {
      add(Date.parse(when.at), target, min);
      continue;
    }
    for (const date of datesOf(calendar.year.from, calendar.year.to)) {
      add(instantOf(date, when.time, calendar.timeZone), target, min);
    }
  }
  return actions.filter((action) => action.at < trace.seconds).sort((a, b) => a.at - b.at);
}

/**
 * Part of its calendar's year that a stack runs: 1, unless it stops outside of its hours. The time in which instances and
 * tasks still go away after each stop, some minutes, is not counted.
 */
export function shareOn(settings: Settings): number {
  const calendar = readCalendar(settings);
  if (calendar?.outside !== "stop") {
    return 1;
  }
  // Instances are there a little before the tasks.
  const { wants } = (planned(calendar, settings, "instances") ?? planned(calendar, settings, "web"))!;
  let on = 0;
  let until = 0;
  for (const { from, to } of [...wants].sort((a, b) => a.from - b.from)) {
    on += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return on / (datesOf(calendar.year.from, calendar.year.to).length * day);
}

/**
 * Reasons why the stack's calendar would not take the trace's exams. The simulation continues with the stack's maximum.
 */
export function refusals(trace: Trace, settings: Settings): readonly string[] {
  return sizeProblems(calendarOf(trace, settings), settings, settings.profile).map(describeProblem);
}

/** Every day like the trace's, from the day before it: what was set last is in force when it begins. */
function calendarOf(trace: Trace, settings: Settings): Calendar {
  const own = readCalendar(settings);
  const days = Math.ceil(trace.seconds / 86400) + 1;
  const [from, to] = [dateOf(monday - day), dateOf(monday + days * day)];
  const start = (at: number) => new Date(monday + trace.startHour * 3_600_000 + at * 1000).toISOString().slice(0, 16);
  const exams = trace.events.flatMap((event, index) =>
    event.kind === "exam"
      ? [
          {
            name: `exam-${index + 1}`,
            start: start(event.at),
            durationMinutes: Math.ceil((event.until - event.at) / 60),
            expectedStudents: event.students,
          },
        ]
      : [],
  );
  return {
    timeZone: "UTC",
    year: { from, to },
    dailyRamp: { from: own?.dailyRamp.from ?? "07:30", to: own?.dailyRamp.to ?? "22:30", weekdays: [...weekdays] },
    outside: own?.outside ?? "floor",
    terms: [{ name: "term", from, to }],
    enrolment: [],
    assessment: [],
    closedWeeks: trace.teaching ? [] : [{ name: "closed", from, to }],
    holidays: [],
    exams,
  };
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

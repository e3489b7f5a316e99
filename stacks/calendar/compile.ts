import type { ScheduledAction, ScheduledTarget } from "../../components/schedule/action";
import { acuFor, dayTasks, instancesFor, loadOf, nightTasks, type Sizes, tasksOfExams } from "./levels";
import type { Calendar, Exam } from "./schema";
import { datesOf, earlier, instantOf, localOf, weekdayOf, type Weekday } from "./zone";

/**
 * Minutes before the load at which each layer must be ready: an instance boots and pulls the image within five, then
 * tasks are placed and pass their health checks. The rest is for a failed launch and its retry. Budget:
 * components/scaling-speed/budget.ts.
 */
export const leadMinutes: Readonly<Record<ScheduledTarget, number>> = {
  database: 30,
  instances: 25,
  cron: 20,
  adhoc: 20,
  web: 20,
};
/** Minutes after an exam, for students with extra time and for late uploads. */
export const tailMinutes = 15;

const minute = 60_000;

/** A stretch of time in which a target wants at least `level`. */
export interface Want {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

/** A run of days with the same load: two recurring actions. Days within it without teaching are corrected one by one. */
interface Ramp {
  readonly name: string;
  readonly load: number;
  readonly dates: readonly string[];
}

/**
 * The ramps of a year, each named by the period that sets its load. A period that is cut in two has a second ramp,
 * `-2`.
 */
function rampsOf(calendar: Calendar): readonly Ramp[] {
  const ramps: Ramp[] = [];
  const used = new Map<string, number>();
  let current: { name: string; period: string; load: number; dates: string[] } | undefined;
  for (const date of datesOf(calendar.year.from, calendar.year.to)) {
    const day = loadOf(calendar, date);
    if (day === undefined) {
      current = undefined;
      continue;
    }
    if (current === undefined || current.period !== day.name || current.load !== day.load) {
      const count = (used.get(day.name) ?? 0) + 1;
      used.set(day.name, count);
      current = { name: count === 1 ? day.name : `${day.name}-${count}`, period: day.name, load: day.load, dates: [] };
      ramps.push(current);
    }
    if ((calendar.dailyRamp.weekdays as readonly Weekday[]).includes(weekdayOf(date))) {
      current.dates.push(date);
    }
  }
  return ramps.filter(({ dates }) => dates.length > 0);
}

export function examWindow(exam: Exam, zone: string): { readonly start: number; readonly end: number } {
  const [date = "", time = ""] = exam.start.split("T");
  const start = instantOf(date, time, zone);
  return { start, end: start + exam.durationMinutes * minute };
}

/** Exams as wants: where several overlap, their students are added up. */
function examWants(calendar: Calendar, lead: number, level: (exams: readonly Exam[]) => number): readonly Want[] {
  const windows = calendar.exams.map((exam) => {
    const { start, end } = examWindow(exam, calendar.timeZone);
    return { exam, from: start - lead * minute, to: end + tailMinutes * minute };
  });
  return windows.map(({ exam, from, to }) => {
    const together = windows.filter((other) => other.from < to && from < other.to).map((other) => other.exam);
    return { label: exam.name, from, to, level: level(together) };
  });
}

interface Plan {
  readonly target: ScheduledTarget;
  /** Outside every want. */
  readonly base: number;
  readonly day: (load: number) => number;
  readonly exams: (exams: readonly Exam[]) => number;
  readonly max?: { readonly on: number; readonly off: number };
}

/** Plan of each target over time, for the layers that this stack has. */
function plansOf(calendar: Calendar, sizes: Sizes): readonly Plan[] {
  const { web, adhoc, cluster, database } = sizes;
  const stop = calendar.outside === "stop";
  const night = stop ? 0 : nightTasks(sizes);
  const webPlan: Plan = {
    target: "web",
    base: night,
    day: (load) => dayTasks(sizes, load),
    exams: (exams) => tasksOfExams(exams, sizes),
    ...(stop && { max: { on: web.maxTasks, off: 0 } }),
  };
  const plans = [webPlan];
  if (stop) {
    // Workers too, or an instance would stay for them. Otherwise the load alone sets their number.
    const worker = (target: "adhoc" | "cron", on: number, most: number): Plan => ({
      target,
      base: 0,
      day: () => on,
      exams: () => on,
      max: { on: most, off: 0 },
    });
    plans.push(worker("adhoc", adhoc.minTasks, adhoc.maxTasks), worker("cron", 1, 1));
  }
  if (cluster.kind === "ec2") {
    plans.push({
      target: "instances",
      base: stop ? 0 : cluster.minInstances,
      day: (load) => instancesFor(webPlan.day(load), sizes)!,
      exams: (exams) => instancesFor(webPlan.exams(exams), sizes)!,
    });
  }
  if (database.capacity.kind === "serverless") {
    const { minAcu, maxAcu } = database.capacity;
    plans.push({
      target: "database",
      base: minAcu,
      day: () => minAcu,
      exams: (exams) => acuFor(exams, sizes)!,
      max: { on: maxAcu, off: maxAcu },
    });
  }
  return plans;
}

/** All wants of one target: days of teaching and exams. Where several overlap, the largest counts. */
function wantsOf(calendar: Calendar, plan: Plan): readonly Want[] {
  const { timeZone, dailyRamp, holidays } = calendar;
  const lead = leadMinutes[plan.target];
  const off = new Set(holidays.map(({ date }) => date));
  const days = rampsOf(calendar).flatMap(({ name, load, dates }) =>
    dates
      .filter((date) => !off.has(date))
      .map((date) => ({
        label: name,
        from: instantOf(date, earlier(dailyRamp.from, lead), timeZone),
        to: instantOf(date, dailyRamp.to, timeZone),
        level: plan.day(load),
      })),
  );
  return [...days, ...examWants(calendar, lead, plan.exams)].filter(({ level }) => level > plan.base);
}

/** The planned minimum of a target, for the picture and for checks: its wants, and its level outside of them. */
export function planned(
  calendar: Calendar,
  sizes: Sizes,
  target: ScheduledTarget,
): { readonly base: number; readonly wants: readonly Want[] } | undefined {
  const plan = plansOf(calendar, sizes).find((one) => one.target === target);
  return plan && { base: plan.base, wants: wantsOf(calendar, plan) };
}

/**
 * The scheduled actions of a year. Pure.
 *
 * Each ramp becomes two recurring actions. Then it walks through time: wherever the level that recurring actions leave
 * differs from the level that the calendar wants (a holiday, an exam, a ramp that ends in the middle of an exam), an
 * action at that moment corrects it. Where wants overlap, the largest wins. A level that recurring actions set already
 * needs no further action.
 *
 * *Past.* An action leaves the plan when its time has come: AWS deletes a one-off action that has run, and refuses to make
 * one in the past. An exam that is on keeps its end. Recurring actions leave with their ramp.
 */
export function compile(calendar: Calendar, sizes: Sizes, now: number): readonly ScheduledAction[] {
  return plansOf(calendar, sizes).flatMap((plan) => compileTarget(calendar, plan, now));
}

function compileTarget(calendar: Calendar, plan: Plan, now: number): readonly ScheduledAction[] {
  const { timeZone, dailyRamp } = calendar;
  const { target, base } = plan;
  const limits = (level: number) => ({
    min: level,
    ...(plan.max && { max: level === base ? plan.max.off : plan.max.on }),
  });
  const actions: ScheduledAction[] = [];
  const firings = new Map<number, number>();
  for (const { name, load, dates } of rampsOf(calendar)) {
    const level = plan.day(load);
    if (level <= base) {
      continue;
    }
    const edges = [
      ["up", earlier(dailyRamp.from, leadMinutes[target]), level],
      ["down", dailyRamp.to, base],
    ] as const;
    for (const [edge, time, value] of edges) {
      const instants = dates.map((date) => instantOf(date, time, timeZone));
      instants.forEach((instant) => firings.set(instant, value));
      const [first, last] = [instants[0]!, instants.at(-1)!];
      if (last > now) {
        const days = [...new Set(dates.map(weekdayOf))].map((day) => day.toUpperCase());
        const when = {
          kind: "weekly" as const,
          weekdays: ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"].filter((day) => days.includes(day)),
          time,
          ...(first > now && { from: utc(first) }),
          until: utc(last + minute),
        };
        actions.push({ name: `${name}-${edge}`, target, when, ...limits(value) });
      }
    }
  }

  const wants = wantsOf(calendar, plan);
  const once = new Map<number, { name: string; level: number }>();
  const moments = [...new Set([...firings.keys(), ...wants.flatMap(({ from, to }) => [from, to])])];
  let state = base;
  for (const moment of moments.sort((a, b) => a - b)) {
    const fired = firings.get(moment);
    const on = wants.filter(({ from, to }) => from <= moment && moment < to);
    const wanted = Math.max(base, ...on.map(({ level }) => level));
    state = fired ?? state;
    if (state !== wanted) {
      // A minute after a recurring action, so that the order of the two is certain. Nothing scales in within that
      // minute: cooldowns are longer.
      once.set(fired === undefined ? moment : moment + minute, {
        name: nameOf(calendar, wants, on, moment),
        level: wanted,
      });
      state = wanted;
    }
  }
  const used = new Map<string, number>();
  for (const [moment, { name, level }] of once) {
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    if (moment > now) {
      const when = { kind: "once" as const, at: utc(moment) };
      actions.push({ name: count === 1 ? name : `${name}-${count}`, target, when, ...limits(level) });
    }
  }
  return actions;
}

/**
 * Named after the event that begins or ends at that moment; else after a current event, or after the holiday of that
 * day.
 */
function nameOf(calendar: Calendar, wants: readonly Want[], on: readonly Want[], moment: number): string {
  const exams = new Set(calendar.exams.map(({ name }) => name));
  const isExam = ({ label }: Want) => exams.has(label);
  const starts = wants.find((want) => isExam(want) && want.from === moment);
  const ends = wants.find((want) => isExam(want) && want.to === moment);
  if (starts !== undefined || ends !== undefined) {
    return starts === undefined ? `${ends!.label}-end` : `${starts.label}-start`;
  }
  const { date } = localOf(moment, calendar.timeZone);
  const largest = [...on].sort((a, b) => b.level - a.level)[0];
  const holiday = calendar.holidays.find((one) => one.date === date);
  return largest === undefined ? `${holiday?.name ?? `off-${date}`}-off` : `${largest.label}-goes-on`;
}

function utc(instant: number): string {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}

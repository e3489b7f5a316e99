import type { Problem } from "../../components/lib/invalid";
import type { ScheduledTarget } from "../../components/schedule/action";
import type { Settings } from "../settings/settings";
import type { ProfileName } from "../settings/site";
import { compile, examWindow } from "./compile";
import { acuFor, dayTasks, type Sizes, tasksOfExams } from "./levels";
import type { Calendar, Period } from "./schema";
import { instantsOf } from "./zone";

/**
 * Scheduled actions that one resource may have.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html and
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-account-limits.html; EventBridge Scheduler has no such limit.
 */
export const actionQuota: Readonly<Partial<Record<ScheduledTarget, number>>> = {
  web: 200,
  adhoc: 200,
  cron: 200,
  instances: 125,
};

/** All problems with the dates of a calendar by itself: the schema checks each value alone. */
export function dateProblems(calendar: Calendar): Problem[] {
  const { year, dailyRamp, timeZone } = calendar;
  const problems: Problem[] = [];
  const add = (path: string, given: unknown, allowed: string, fix: string): void => {
    problems.push({ path, given, allowed, fix });
  };
  const inYear = (path: string, date: string): void => {
    if (date < year.from || date > year.to) {
      add(path, date, `a day of year, ${year.from} to ${year.to}`, "Correct the date, or year.");
    }
  };
  if (year.to < year.from) {
    add("year.to", year.to, `a day not before year.from, ${year.from}`, "Correct one of the two.");
  } else if (Date.parse(year.to) - Date.parse(year.from) > 400 * 24 * 3600_000) {
    add("year.to", year.to, `at most 400 days after year.from, ${year.from}`, "One file holds one academic year.");
  }
  if (dailyRamp.to <= dailyRamp.from) {
    add("dailyRamp.to", dailyRamp.to, `a time after dailyRamp.from, ${dailyRamp.from}`, "A ramp ends on its own day.");
  }
  const groups = { terms: calendar.terms, enrolment: calendar.enrolment, assessment: calendar.assessment };
  for (const [group, periods] of Object.entries({ ...groups, closedWeeks: calendar.closedWeeks })) {
    periods.forEach(({ from, to }, i) => {
      inYear(`${group}[${i}].from`, from);
      inYear(`${group}[${i}].to`, to);
      if (to < from) {
        add(`${group}[${i}].to`, to, `a day not before its from, ${from}`, "Correct one of the two.");
      }
    });
  }
  calendar.terms.forEach((term, i) => {
    const other = calendar.terms.slice(0, i).find((earlier) => overlap(earlier, term));
    if (other !== undefined) {
      const allowed = `days outside ${other.name}, ${other.from} to ${other.to}`;
      add(`terms[${i}]`, `${term.from} to ${term.to}`, allowed, "Terms follow one another; busy weeks are assessment.");
    }
  });
  calendar.holidays.forEach(({ date }, i) => inYear(`holidays[${i}].date`, date));
  problems.push(...nameProblems(calendar));
  calendar.exams.forEach((exam, i) => {
    const path = `exams[${i}].start`;
    const [date = "", time = ""] = exam.start.split("T");
    inYear(path, date);
    const instants = instantsOf(date, time, timeZone);
    if (instants.length !== 1) {
      const why = instants.length === 0 ? "is left out" : "is there twice";
      add(
        path,
        exam.start,
        `a time that ${timeZone} has once; this one ${why} when clocks change`,
        "Move it by an hour.",
      );
    }
    const closed = calendar.closedWeeks.find(({ from, to }) => date >= from && date <= to);
    const holiday = calendar.holidays.find((one) => one.date === date);
    const conflict = closed ?? holiday;
    if (conflict !== undefined) {
      const allowed = `a day that is not ${closed === undefined ? "the holiday" : "in the closed week"} ${conflict.name}`;
      add(path, exam.start, allowed, "Move the exam, or take the day out of the closed days.");
    }
  });
  return problems;
}

function overlap(a: Period, b: Period): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function nameProblems({ terms, enrolment, assessment, closedWeeks, holidays, exams }: Calendar): Problem[] {
  const groups = { terms, enrolment, assessment, closedWeeks, holidays, exams };
  const seen = new Map<string, string>();
  return Object.entries(groups).flatMap(([group, entries]) =>
    entries.flatMap(({ name }, i): Problem[] => {
      const path = `${group}[${i}].name`;
      const first = seen.get(name);
      seen.set(name, first ?? path);
      const fix = "Scheduled actions are named by it. Add the year or the subject.";
      return first === undefined ? [] : [{ path, given: name, allowed: `a name of its own; ${first} has it`, fix }];
    }),
  );
}

/**
 * A stopped site looks like a failed one: no cron, no task, no answer. Paging alarms would wake somebody each evening,
 * and no alarm could tell the two apart.
 */
export function pagingProblems(
  calendar: Calendar,
  { profile, observability }: Pick<Settings, "profile" | "observability">,
): Problem[] {
  // Prod is never stopped, whatever its alarms do: sizeProblems.
  if (calendar.outside !== "stop" || profile === "prod" || !observability.paging) {
    return [];
  }
  const allowed = "floor where moodle:observability.paging is on: a stopped site would page every night";
  const fix =
    "Write floor, or give the stack another calendar or none (moodle:calendar.name), or leave moodle:observability.paging off.";
  return [{ path: "outside", given: "stop", allowed, fix }];
}

/** Wishes of a calendar that this stack cannot or must not fulfil. The dates are right already. */
export function sizeProblems(calendar: Calendar, sizes: Sizes, profile: ProfileName): Problem[] {
  const { web, database } = sizes;
  const problems: Problem[] = [];
  if (calendar.outside === "stop" && profile === "prod") {
    const fix = "Students work at night. Choose floor; stop is for staging and dev.";
    problems.push({ path: "outside", given: "stop", allowed: "floor with profile prod", fix });
  }
  const groups = { enrolment: calendar.enrolment, assessment: calendar.assessment };
  for (const [group, periods] of Object.entries(groups)) {
    periods.forEach(({ load }, i) => {
      const tasks = dayTasks(sizes, load);
      if (tasks > web.maxTasks) {
        problems.push({
          path: `${group}[${i}].load`,
          given: load,
          allowed: `at most ${Math.floor((web.maxTasks / web.minTasks) * 10) / 10}: moodle:web.minTasks ${web.minTasks} times this is ${tasks} tasks, and moodle:web.maxTasks is ${web.maxTasks}`,
          fix: "Lower it, or raise moodle:web.maxTasks.",
        });
      }
    });
  }
  const windows = calendar.exams.map((exam) => ({ exam, ...examWindow(exam, calendar.timeZone) }));
  windows.forEach(({ exam, start, end }, i) => {
    // Each group of exams is reported once, at its last.
    const others = windows.filter((one) => one.start < end && start < one.end);
    if (others.at(-1)?.exam !== exam) {
      return;
    }
    const together = others.map((one) => one.exam);
    const path = `exams[${i}].expectedStudents`;
    const names = together.length > 1 ? `, together with ${together.slice(0, -1).map(({ name }) => name)}` : "";
    const tasks = tasksOfExams(together, sizes);
    if (tasks > web.maxTasks) {
      problems.push({
        path,
        given: exam.expectedStudents,
        allowed: `as many as moodle:web.maxTasks ${web.maxTasks} can let in within a minute, also with a zone lost; this needs ${tasks}${names}`,
        fix: "Raise moodle:web.maxTasks (and cluster.maxInstances), let them start in groups, or move one exam.",
      });
    }
    const acu = acuFor(together, sizes);
    if (acu !== undefined && database.capacity.kind === "serverless" && acuWanted(together, sizes) > acu) {
      problems.push({
        path,
        given: exam.expectedStudents,
        allowed: `as many as moodle:database.capacity.maxAcu ${database.capacity.maxAcu} can serve; this needs ${acuWanted(together, sizes)} ACU${names}`,
        fix: "Raise maxAcu, or let them start in groups.",
      });
    }
  });
  return problems.length > 0 ? problems : quotaProblems(calendar, sizes);
}

function acuWanted(exams: Calendar["exams"], sizes: Sizes): number {
  const capacity = { kind: "serverless" as const, minAcu: 0, maxAcu: Number.POSITIVE_INFINITY };
  return acuFor(exams, { ...sizes, database: { ...sizes.database, capacity } }) ?? 0;
}

function quotaProblems(calendar: Calendar, sizes: Sizes): Problem[] {
  const actions = compile(calendar, sizes, 0);
  return Object.entries(actionQuota).flatMap(([target, quota]) => {
    const count = actions.filter((action) => action.target === target).length;
    const allowed = `${quota} scheduled actions for ${target}, AWS's limit for one resource`;
    const fix = "Make neighbouring exams one assessment period, and days off in a row a closed week.";
    return count <= quota ? [] : [{ path: "exams, holidays", given: count, allowed, fix }];
  });
}

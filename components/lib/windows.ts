import type { Problem } from "./invalid";

/** A backup window and a maintenance window, both in UTC, as RDS and ElastiCache write them. */
export interface Windows {
  /** Daily, `hh:mm-hh:mm`. */
  readonly backup: string;
  /** Weekly, `ddd:hh:mm-ddd:hh:mm`. */
  readonly maintenance: string;
}

/** Night in Europe. */
export const defaultWindows: Windows = { backup: "02:00-03:00", maintenance: "sun:03:30-sun:04:30" };

/** Days of the week as RDS and ElastiCache write them. */
export const weekDays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const dayIndex = (day: string): number => weekDays.findIndex((name) => name === day);
const minutesInDay = 24 * 60;
const minutesInWeek = 7 * minutesInDay;

/** A stretch of the week in minutes since Monday 00:00; `length` may extend past the end of the week. */
interface Span {
  readonly start: number;
  readonly length: number;
}

/**
 * Problems with a pair of windows: a form that AWS refuses, a window that is too short, or an overlap, which both
 * services refuse only when it is applied.
 *
 * @param path Path of the two settings, for the message.
 * @param minimumMinutes The shortest window of the service: 30 for RDS
 *   (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html), 60 for ElastiCache
 *   (https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html).
 */
export function windowProblems(path: string, windows: Windows, minimumMinutes: number): Problem[] {
  const backup = dailySpan(windows.backup);
  const maintenance = weeklySpan(windows.maintenance);
  const problems: Problem[] = [];
  if (backup === undefined || backup.length < minimumMinutes) {
    problems.push({
      path: `${path}.backup`,
      given: windows.backup,
      allowed: `hh:mm-hh:mm in UTC, at least ${minimumMinutes} minutes`,
      fix: "Write it like 02:00-03:00.",
    });
  }
  if (maintenance === undefined || maintenance.length < minimumMinutes || maintenance.length > minutesInDay) {
    problems.push({
      path: `${path}.maintenance`,
      given: windows.maintenance,
      allowed: `ddd:hh:mm-ddd:hh:mm in UTC, from ${minimumMinutes} minutes to 24 hours`,
      fix: "Write it like sun:03:30-sun:04:30.",
    });
  }
  if (problems.length === 0 && everyDay(backup!).some((span) => overlap(span, maintenance!))) {
    problems.push({
      path: `${path}.maintenance`,
      given: windows.maintenance,
      allowed: `a time that does not overlap the daily backup window ${windows.backup}`,
      fix: "Start maintenance after the backup has ended.",
    });
  }
  return problems;
}

/** The beginning of a weekly window as FSx writes it: `7:03:30` for Sunday (https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystemOpenZFSConfiguration.html). */
export function weekdayStart(maintenance: string): string {
  return `${dayIndex(maintenance.slice(0, 3)) + 1}${maintenance.slice(3, ":hh:mm".length + 3)}`;
}

function dailySpan(text: string): Span | undefined {
  const [from, to, ...rest] = text.split("-").map(minuteOfDay);
  if (from === undefined || to === undefined || rest.length > 0) {
    return undefined;
  }
  return { start: from, length: (to - from + minutesInDay) % minutesInDay };
}

function weeklySpan(text: string): Span | undefined {
  const [from, to, ...rest] = text.split("-").map(minuteOfWeek);
  if (from === undefined || to === undefined || rest.length > 0) {
    return undefined;
  }
  return { start: from, length: (to - from + minutesInWeek) % minutesInWeek };
}

function minuteOfWeek(text: string): number | undefined {
  const day = dayIndex(text.slice(0, 3));
  const minute = text[3] === ":" ? minuteOfDay(text.slice(4)) : undefined;
  return day < 0 || minute === undefined ? undefined : day * minutesInDay + minute;
}

function minuteOfDay(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

function everyDay({ start, length }: Span): Span[] {
  return weekDays.map((_, day) => ({ start: day * minutesInDay + start, length }));
}

function overlap(a: Span, b: Span): boolean {
  const gap = (from: number, to: number) => (to - from + minutesInWeek) % minutesInWeek;
  return gap(a.start, b.start) < a.length || gap(b.start, a.start) < b.length;
}

import { Temporal } from "temporal-polyfill";

/**
 * Converts local times of a zone to instants and back, including daylight saving, with Node's own time zone data. Dates
 * are written `2027-01-11`, times `09:30`, and instants are milliseconds as of `Date`.
 */

/**
 * Whether this is an IANA zone in its exact spelling. Offsets such as `+01:00` are refused: AWS's schedules take none.
 */
export function isTimeZone(zone: string): boolean {
  return /^[A-Z]/i.test(zone) && succeeds(() => new Temporal.ZonedDateTime(0n, zone).timeZoneId, zone);
}

/** Whether this is a day of the calendar: not the 30th of February. */
export function isDate(date: string): boolean {
  return succeeds(() => Temporal.PlainDate.from(date).toString(), date);
}

function succeeds(read: () => string, expected: string): boolean {
  try {
    return read() === expected;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Date and time on a clock in the zone. */
export function localOf(instant: number, zone: string): { readonly date: string; readonly time: string } {
  const [date = "", time = ""] = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant))
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" })
    .split("T");
  return { date, time };
}

/**
 * Every instant at which a clock shows this: none in the hour that spring skips, two in the hour that autumn repeats.
 * None for an invalid date.
 */
export function instantsOf(date: string, time: string, zone: string): readonly number[] {
  if (!isDate(date)) return [];
  const local = Temporal.PlainDateTime.from(`${date}T${time}`);
  const found = (["earlier", "later"] as const)
    .map((disambiguation) => local.toZonedDateTime(zone, { disambiguation }))
    .filter((moment) => moment.toPlainDateTime().equals(local));
  return [...new Set(found.map(({ epochMilliseconds }) => epochMilliseconds))];
}

/**
 * The instant of a local time; in a repeated hour the first one, and in a skipped hour the time as if the clock had not
 * been moved yet.
 */
export function instantOf(date: string, time: string, zone: string): number {
  return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(zone).epochMilliseconds;
}

/**
 * Minutes that the zone's standard time is ahead of UTC: the smaller of January's and July's, on both halves of the
 * globe. The year is fixed, so that the result does not depend on the day of the run.
 */
export function standardOffset(zone: string): number {
  const offsets = ["2026-01-15T12:00Z", "2026-07-15T12:00Z"].map(
    (instant) => Temporal.Instant.from(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 60e9,
  );
  return Math.min(...offsets);
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** All dates of a period, both ends included. */
export function datesOf(from: string, to: string): readonly string[] {
  const dates: string[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) {
    dates.push(date);
  }
  return dates;
}

/** In the order of `Date.getUTCDay`. */
export const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Weekday = (typeof weekdays)[number];

export function weekdayOf(date: string): Weekday {
  return weekdays[Temporal.PlainDate.from(date).dayOfWeek % 7]!;
}

/** A time some minutes earlier on the same day. */
export function earlier(time: string, minutes: number): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const total = Math.max(0, hour * 60 + minute - minutes);
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}

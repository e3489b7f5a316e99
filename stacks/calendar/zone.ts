/**
 * Local times of a zone as instants and back, daylight saving included, from the time zone data that Node carries. Dates
 * are written `2027-01-11`, times `09:30`, and instants are milliseconds as of `Date`.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) {
    return known;
  }
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(zone, made);
  return made;
}

/** @throws never: an unknown name is false. */
export function isTimeZone(zone: string): boolean {
  try {
    return format(zone).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** What a clock on the wall shows. */
export function localOf(instant: number, zone: string): { readonly date: string; readonly time: string } {
  const parts = Object.fromEntries(
    format(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts["year"]}-${parts["month"]}-${parts["day"]}`,
    time: `${parts["hour"]}:${parts["minute"]}`,
  };
}

/** Every instant at which a clock shows this: none in the hour that spring leaves out, two in the hour that autumn repeats. */
export function instantsOf(date: string, time: string, zone: string): readonly number[] {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  const day = 24 * 3600_000;
  // The two offsets around a change of the clock; the same twice on every other day.
  const offsets = new Set([offsetAt(asUtc - day, zone), offsetAt(asUtc + day, zone)]);
  return [...offsets]
    .map((offset) => asUtc - offset)
    .filter((instant) => {
      const local = localOf(instant, zone);
      return local.date === date && local.time === time;
    })
    .sort((a, b) => a - b);
}

/** The instant of a local time; of a repeated hour the first, and of a left-out hour what the clock would have been. */
export function instantOf(date: string, time: string, zone: string): number {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  return instantsOf(date, time, zone)[0] ?? asUtc - offsetAt(asUtc - 24 * 3600_000, zone);
}

function offsetAt(instant: number, zone: string): number {
  const { date, time } = localOf(instant, zone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(instant / 60_000) * 60_000;
}

/** Whether this is a day of the calendar: not the 30th of February. */
export function isDate(date: string): boolean {
  const instant = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(date);
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * 3600_000).toISOString().slice(0, 10);
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
  return weekdays[new Date(`${date}T00:00:00Z`).getUTCDay()]!;
}

/** A time some minutes earlier on the same day. */
export function earlier(time: string, minutes: number): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const total = Math.max(0, hour * 60 + minute - minutes);
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}

import { instantsOf, localOf } from "../../stacks/calendar/zone";

/**
 * Seconds since 1970 of a written time: `2026-11-23T09:30`, with or without seconds, with an offset (`Z`, `+01:00`) or,
 * without one, by the clock of the zone. In the hour that autumn repeats, the first one. Undefined when the text is no
 * time.
 */
export function instant(text: string, zone: string): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d(?:\.\d+)?))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    text.trim(),
  );
  if (match === null) {
    return undefined;
  }
  const [, date, time = "00:00", seconds = "0", offset] = match;
  if (!Number.isFinite(Date.parse(`${date}T${time}Z`))) {
    return undefined;
  }
  const base =
    offset === undefined
      ? instantsOf(date!, time, zone)[0]
      : Date.parse(`${date}T${time}:00${offset.replace("UTC", "Z").replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return base === undefined || !Number.isFinite(base) ? undefined : base / 1000 + Number(seconds);
}

/** Time on the zone's clock: `2026-11-23 09:30`. */
export function written(seconds: number, zone: string): string {
  const { date, time } = localOf(seconds * 1000, zone);
  return `${date} ${time}`;
}

/** `09:30` */
export function clock(seconds: number, zone: string): string {
  return localOf(seconds * 1000, zone).time;
}

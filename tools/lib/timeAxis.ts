import { localOf } from "../../stacks/calendar/zone";

export interface Tick {
  readonly at: number;
  /** One line, or two. */
  readonly text: string | readonly string[];
}

/** The horizontal axis of a chart. */
export interface Axis {
  /** The quantity, with its unit or time zone. */
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly Tick[];
}

const minute = 60_000;
/** Offsets of all zones are multiples of it since 1972. */
const quarter = 15 * minute;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
const mostTicks = 12;

/** Short name of a zone at an instant: `GMT`, `BST`, `CET`, `GMT+5:45`. */
export function zoneName(instant: number, zone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" });
  return format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/**
 * A span of time by the clock of a zone. Ticks stand at round local times, so they are right for any start, any offset and
 * over a change of the clock. The title names day and zone; where the clock changes, each tick says which of the two it is.
 *
 * @param from Milliseconds since 1970, as `to`, which must be later.
 * @param zone A name of the IANA time zones.
 */
export function timeAxis(from: number, to: number, zone: string): Axis {
  const step = steps.find((size) => (to - from) / (size * minute) <= mostTicks) ?? 1440;
  const grid = Math.min(quarter, step * minute);
  const instants: number[] = [];
  for (let at = Math.ceil(from / grid) * grid; at <= to; at += grid) {
    instants.push(at);
  }
  const names = [...new Set([from, ...instants, to].map((at) => zoneName(at, zone)))];
  const ticks = instants
    .map((at) => ({ at, ...localOf(at, zone) }))
    .filter(({ time }) => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) % step === 0)
    .map(({ at, date, time }): Tick => {
      const text = names.length > 1 ? `${time} ${zoneName(at, zone)}` : time;
      return { at, text: time === "00:00" ? [text, day(date)] : text };
    });
  const [first, last] = [localOf(from, zone).date, localOf(to, zone).date];
  const days =
    first === last ? `${day(first)} ${first.slice(0, 4)}` : `${day(first)} to ${day(last)} ${last.slice(0, 4)}`;
  const place = names.length === 1 && names[0] === zone ? zone : `${zone} (${names.join(", then ")})`;
  return { title: `time on ${days}, ${place}`, from, to, ticks };
}

/** `23 Nov` */
function day(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

/**
 * Minutes of a day that has no date, such as a simulated one: positions are minutes from its start.
 *
 * @param startHour Hour of the local day at position 0, with fractions.
 */
export function hourAxis(startHour: number, minutes: number): Axis {
  const step = steps.find((size) => minutes / size <= mostTicks) ?? 1440;
  const start = Math.round(startHour * 60);
  const ticks: Tick[] = [];
  for (let of = Math.ceil(start / step) * step; of <= start + minutes; of += step) {
    const [hour, rest] = [Math.floor(of / 60) % 24, of % 60];
    ticks.push({ at: of - start, text: `${String(hour).padStart(2, "0")}:${String(rest).padStart(2, "0")}` });
  }
  return { title: "local time of a day in the simulation", from: 0, to: minutes, ticks };
}

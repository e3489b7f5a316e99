export const minutesOfWeek = 7 * 24 * 60;

/** Share of the peak by the hour of a teaching day. */
const hours = [
  0.06, 0.04, 0.03, 0.03, 0.03, 0.04, 0.06, 0.15, 0.45, 0.85, 1, 1, 0.85, 0.9, 1, 0.95, 0.8, 0.65, 0.5, 0.5, 0.52, 0.48,
  0.3, 0.14,
];

/** Load of Saturday and Sunday relative to a teaching day. */
const weekend = 0.4;

/** Share of the peak, 0 to 1, of a minute counted from a Monday's midnight. */
export function load(minute: number): number {
  const ofWeek = minute % minutesOfWeek;
  const hour = (ofWeek / 60) % 24;
  const from = hours[Math.floor(hour)]!;
  const to = hours[(Math.floor(hour) + 1) % 24]!;
  const day = Math.floor(ofWeek / 1440);
  return (from + (to - from) * (hour % 1)) * (day >= 5 ? weekend : 1);
}

/** Whether a minute is among the `length` from an hour (10.5 is half past ten) of a day, 0 being Monday. */
export function inWeek(minute: number, day: number, hour: number, length: number): boolean {
  const from = day * 1440 + hour * 60;
  const ofWeek = minute % minutesOfWeek;
  return ofWeek >= from && ofWeek < from + length;
}

/** The minute of a time such as "Tue 10:30" in the week that begins with `week`. @throws Error for any other form. */
export function minuteOf(time: string, week = 0): number {
  const parts = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d):(\d\d)$/.exec(time);
  if (parts === null) {
    throw new Error(`"${time}" is no time of a week; write it like "Tue 10:30".`);
  }
  const day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(parts[1]!);
  return week * minutesOfWeek + day * 1440 + Number(parts[2]) * 60 + Number(parts[3]);
}

import { z } from "zod";
import { isDate, isTimeZone, weekdays } from "./zone";

const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d$/)
  .refine(isDate)
  .meta({ description: "A day.", allowed: "a day that exists, such as 2027-01-11" });

/** Names become names in AWS; changing one makes a new scheduled action. */
const name = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(40)
  .meta({ description: "Name.", allowed: "lower-case letters, digits and single hyphens, 40 at most" });

// Not before four: clocks change between midnight and three, where an hour is skipped or repeated.
const rampTime = z
  .string()
  .regex(/^(0[4-9]|1\d|2[0-3]):[0-5]\d$/)
  .meta({ description: "A time of day.", allowed: 'a time from "04:00" to "23:59", in quotes' });

const load = z
  .number()
  .min(1)
  .max(10)
  .default(1)
  .meta({ description: "How many times the ordinary minimum.", allowed: "a number from 1 to 10" });

const period = z.strictObject({ name, from: date, to: date });

/** One academic year. All times are in `timeZone`; periods include both ends. */
export const calendarSchema = z.strictObject({
  timeZone: z
    .string()
    .refine((zone) => zone !== "" && isTimeZone(zone))
    .meta({ description: "Time zone.", allowed: "a name of the IANA time zones, such as Europe/London" }),
  year: z.strictObject({ from: date, to: date }),
  /** Hours in which a day of teaching has its load. */
  dailyRamp: z.strictObject({
    weekdays: z.array(z.enum(weekdays)).min(1),
    from: rampTime,
    to: rampTime,
  }),
  /** Outside the ramp: down to the profile's floor, or (not for prod) everything off until the morning. */
  outside: z.enum(["floor", "stop"]).default("floor"),
  terms: z.array(period).min(1),
  enrolment: z.array(period.extend({ load })).default([]),
  assessment: z.array(period.extend({ load })).default([]),
  closedWeeks: z.array(period).default([]),
  holidays: z.array(z.strictObject({ name, date })).default([]),
  exams: z
    .array(
      z.strictObject({
        name,
        start: z
          .string()
          .regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/)
          .refine((start) => isDate(start.slice(0, 10)))
          .meta({ description: "Local start.", allowed: "a local day and time such as 2027-01-11T09:30" }),
        durationMinutes: z.int().min(5).max(1440),
        expectedStudents: z.int().min(1).max(500_000),
      }),
    )
    .default([]),
});

export type Calendar = z.output<typeof calendarSchema>;
export type Exam = Calendar["exams"][number];
export type Period = { readonly name: string; readonly from: string; readonly to: string };

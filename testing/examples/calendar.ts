import { exampleConfig } from "./settings";
import { loadSettings } from "../../stacks/settings/load";
import type { Settings } from "../../stacks/settings/settings";
import { type Calendar, calendarSchema } from "../../stacks/calendar/schema";

/** For tests: settings of a profile with nothing but defaults. */
export function exampleSettings(profile = "prod", changes: Readonly<Record<string, unknown>> = {}): Settings {
  return loadSettings(exampleConfig({ profile, ...changes }), "example");
}

/** For tests: one term of three weeks over the end of summer time, with changes. */
export function exampleCalendar(changes: Readonly<Record<string, unknown>> = {}): Calendar {
  return calendarSchema.parse({
    timeZone: "Europe/London",
    year: { from: "2026-10-01", to: "2026-11-30" },
    dailyRamp: { weekdays: ["mon", "tue", "wed", "thu", "fri"], from: "07:30", to: "22:30" },
    terms: [{ name: "autumn", from: "2026-10-12", to: "2026-10-30" }],
    ...changes,
  });
}

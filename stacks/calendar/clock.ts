import { describeProblem } from "../../components/lib/invalid";

/**
 * The current time for schedules and freezes. `MOODLE_NOW` is for tests, which must plan the same on every day, and for
 * previews of another day.
 *
 * @throws Error for an invalid `MOODLE_NOW`.
 */
export function now(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const given = environment["MOODLE_NOW"];
  if (given === undefined || given === "") {
    return Date.now();
  }
  const instant = Date.parse(given);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(given) || Number.isNaN(instant)) {
    const allowed = "an instant of UTC such as 2026-11-23T09:00:00Z";
    throw new Error(describeProblem({ path: "MOODLE_NOW", given, allowed, fix: "Leave it out for the present." }));
  }
  return instant;
}

import { describeProblem } from "../../components/lib/invalid";

/**
 * The time that schedules and freezes are judged at. `MOODLE_NOW` is for tests, which must plan the same whenever they
 * run, and for looking at a preview of another day.
 *
 * @throws Error for a `MOODLE_NOW` that is no instant.
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

/** `make calendar-import FILE=timetable.ics [ZONE=...] [FROM=...] [TO=...]`: prints entries for a file of stacks/calendar/. */
import { existsSync, readFileSync } from "node:fs";
import { describeProblem } from "../../components/lib/invalid";
import { asYaml, importCalendar } from "./ical";
import { isDate, isTimeZone } from "../../stacks/calendar/zone";

function main(file = "", zone = "", from = "", to = ""): void {
  const timeZone = zone === "" ? "Europe/London" : zone;
  if (file === "" || !existsSync(file)) {
    const fix = "For example: make calendar-import FILE=timetable.ics.";
    throw new Error(describeProblem({ path: "FILE", given: file, allowed: "an iCalendar file that exists", fix }));
  }
  if (!isTimeZone(timeZone)) {
    const fix = "Write it like Europe/London.";
    throw new Error(describeProblem({ path: "ZONE", given: zone, allowed: "a name of the IANA time zones", fix }));
  }
  for (const [path, given] of Object.entries({ FROM: from, TO: to })) {
    if (given !== "" && !isDate(given)) {
      const fix = "Leave it out for all events.";
      throw new Error(describeProblem({ path, given, allowed: "a day such as 2027-07-31", fix }));
    }
  }
  const period = { from: from || undefined, to: to || undefined };
  const { imported, ignored, problems } = importCalendar(readFileSync(file, "utf8"), timeZone, period);
  if (problems.length > 0) {
    throw new Error(`${file} cannot be imported:\n${problems.map((one) => `  - ${describeProblem(one)}`).join("\n")}`);
  }
  console.log(`# From ${file}; times of ${timeZone}. ${ignored} events without a category of ours were left out.`);
  console.log(asYaml(imported));
}

try {
  main(...process.argv.slice(2));
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exit(1);
}

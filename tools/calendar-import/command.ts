import { readFileSync } from "node:fs";
import { describeProblem } from "../../components/lib/invalid";
import { declare, needed, optional, standard, start } from "../lib/command";
import { day, file, timeZone } from "../lib/kinds";
import { asYaml, importCalendar } from "./ical";

export const command = declare({
  name: "calendar-import",
  summary: "Entries for stacks/calendar/ from an iCalendar file",
  options: {
    FILE: needed(file("an iCalendar file", "For example FILE=timetable.ics."), "The file"),
    ZONE: standard(timeZone, "The zone of the entries", "Europe/London"),
    FROM: optional(day, "The first day that is taken", "Leave it out for all events."),
    TO: optional(day, "The last day that is taken", "Leave it out for all events."),
  },
  run: ({ FILE, ZONE, FROM, TO }, { print }) => {
    const { imported, ignored, problems } = importCalendar(readFileSync(FILE, "utf8"), ZONE, { from: FROM, to: TO });
    if (problems.length > 0) {
      const lines = problems.map((one) => `  - ${describeProblem(one)}`);
      throw new Error(`${FILE} cannot be imported:\n${lines.join("\n")}`);
    }
    print(`# From ${FILE}; times of ${ZONE}. ${ignored} events without a category of ours were left out.`);
    print(asYaml(imported));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}

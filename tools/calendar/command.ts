import { join, relative } from "node:path";
import { now } from "../../stacks/calendar/clock";
import { readCalendar } from "../../stacks/calendar/read";
import { declare, needed, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { writeWhole } from "../lib/files";
import { stackSettings } from "../lib/stackFile";
import { yearPage } from "./picture";
import { averageTasks, plannedDays, yearText } from "./year";

const root = join(__dirname, "../..");

export const command = declare({
  name: "calendar",
  summary: "The academic year of a stack as a picture and a table, with the planned minimum capacity",
  options: { STACK: needed(stackName, "The stack") },
  run: async ({ STACK }, { print }) => {
    const settings = stackSettings(STACK);
    const calendar = readCalendar(settings);
    if (calendar === undefined) {
      print(`Stack ${STACK} has no calendar: moodle:calendar.name is none. Capacity follows the load alone.`);
      return 0;
    }
    const text = yearText(calendar, settings, now());
    const { average, peak } = averageTasks(plannedDays(calendar, settings));
    // Ignored by git.
    const file = join(root, ".offline", "calendar", `${STACK}.html`);
    writeWhole(file, await yearPage(STACK, calendar, settings, text, now()));
    print(text);
    print(`Planned minimum of web tasks: ${average.toFixed(1)} on average, ${peak} at most.`);
    print(`Picture: ${relative(process.cwd(), file)}`);
    return 0;
  },
});

if (require.main === module) {
  start(command);
}

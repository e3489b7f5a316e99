/** `make calendar STACK=prod`: the academic year that a stack makes capacity ready by, as a page and as a table. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { now } from "../../stacks/calendar/clock";
import { yearPage } from "./picture";
import { readCalendar } from "../../stacks/calendar/read";
import { averageTasks, plannedDays, yearText } from "./year";
import { stackSettings } from "../lib/stackFile";

const root = join(__dirname, "../..");

function main(stack = ""): void {
  const settings = stackSettings(stack);
  const calendar = readCalendar(settings);
  if (calendar === undefined) {
    console.log(`Stack ${stack} has no calendar: moodle:calendar.name is none. Capacity follows the load alone.`);
    return;
  }
  const text = yearText(calendar, settings, now());
  const { average, peak } = averageTasks(plannedDays(calendar, settings));
  // Not kept in the repository.
  const file = join(root, ".offline", "calendar", `${stack}.html`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, yearPage(stack, calendar, settings, text, now()));
  console.log(text);
  console.log(`Planned minimum of web tasks: ${average.toFixed(1)} on average, ${peak} at most.`);
  console.log(`Picture: ${relative(process.cwd(), file)}`);
}

try {
  main(process.argv[2]);
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exit(1);
}

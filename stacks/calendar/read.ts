import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { CORE_SCHEMA, load } from "js-yaml";
import { describeProblem, type Problem } from "../../components/lib/invalid";
import { schemaProblems } from "../settings/problems";
import type { Settings } from "../settings/settings";
import { dateProblems, pagingProblems, sizeProblems } from "./check";
import { type Calendar, calendarSchema } from "./schema";

/** Calendars that a stack may name. */
export function calendarNames(): readonly string[] {
  return readdirSync(__dirname)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length));
}

/** The calendar in a YAML text, or all its problems. Pure. */
export function parseCalendar(
  text: string,
  settings: Settings,
): { readonly calendar?: Calendar; readonly problems: readonly Problem[] } {
  let given: unknown;
  try {
    // Core schema: a date stays text and does not become an instant of UTC.
    given = load(text, { schema: CORE_SCHEMA });
  } catch (error) {
    const allowed = "YAML";
    return { problems: [{ path: "file", given: String(error), allowed, fix: "Correct the line that it names." }] };
  }
  const result = calendarSchema.safeParse(given);
  if (!result.success) {
    return { problems: schemaProblems("", calendarSchema, given, result.error.issues).map(asInFile) };
  }
  const calendar = result.data;
  const dates = dateProblems(calendar);
  const problems =
    dates.length > 0
      ? dates
      : [...pagingProblems(calendar, settings), ...sizeProblems(calendar, settings, settings.profile)];
  return problems.length === 0 ? { calendar, problems } : { problems };
}

/** Converts a problem's words from settings to a file. */
function asInFile({ path, fix, ...rest }: Problem): Problem {
  const here = path.replace(/^moodle:\.?/, "") || "file";
  const inFile = fix.replaceAll("moodle:.", "");
  return { ...rest, path: here, fix: inFile.startsWith("Set it with") ? "Correct it in this file." : inFile };
}

/**
 * The calendar that the settings name; undefined for none.
 *
 * @throws pulumi.RunError that names every mistake at once.
 */
export function readCalendar(settings: Settings): Calendar | undefined {
  const { name } = settings.calendar;
  if (name === "none") {
    return undefined;
  }
  const path = `stacks/calendar/${name}.yaml`;
  const file = join(__dirname, `${name}.yaml`);
  const { calendar, problems } = existsSync(file)
    ? parseCalendar(readFileSync(file, "utf8"), settings)
    : {
        problems: [
          {
            path: "moodle:calendar.name",
            given: name,
            allowed: `none, or a file of stacks/calendar/: ${calendarNames().join(", ")}`,
            fix: "Correct the name, or add the file.",
          },
        ],
      };
  if (calendar === undefined) {
    const count = problems.length === 1 ? "one mistake" : `${problems.length} mistakes`;
    const lines = problems.map((problem) => `  - ${describeProblem(problem)}`);
    throw new pulumi.RunError([`${path} has ${count}; nothing was changed.`, ...lines].join("\n"));
  }
  return calendar;
}

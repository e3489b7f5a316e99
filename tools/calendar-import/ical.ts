import { dump } from "js-yaml";
import type { Problem } from "../../components/lib/invalid";
import { addDays } from "../../stacks/calendar/zone";
import { type Occurrence, occurrences, type Period } from "./occurrences";

/**
 * Reads the export of a timetabling system as entries of a calendar file. It reads events with a category: their start,
 * end or duration, summary and, for an exam, the number of students: `X-EXPECTED-STUDENTS:400`, or "Expected students:
 * 400" in the description. Each date of a repeating event becomes a separate entry, with the date in its name.
 */
const groups: Readonly<Record<string, Group>> = {
  TERM: "terms",
  ENROLMENT: "enrolment",
  ASSESSMENT: "assessment",
  CLOSED: "closedWeeks",
  HOLIDAY: "holidays",
  EXAM: "exams",
};
type Group = "terms" | "enrolment" | "assessment" | "closedWeeks" | "holidays" | "exams";
export type Imported = Readonly<Record<Group, readonly object[]>>;

/** Names are 40 characters at most, in small letters, digits and hyphens. */
function named(words: string, ...ends: readonly string[]): string {
  const end = ends.map((one) => `-${one}`).join("");
  return `${words.slice(0, 40 - end.length).replace(/-$/, "")}${end}`;
}

function slug(summary: string): string {
  return (
    summary
      .normalize("NFKD")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  ).join("-");
}

/**
 * The entries of an iCalendar text, in the words of a calendar file, or everything that is wrong with it. Pure.
 *
 * @param period only events that begin in it; repeating events without an end need its `to`
 */
export function importCalendar(
  text: string,
  zone: string,
  period: Period = {},
): { readonly imported: Imported; readonly ignored: number; readonly problems: readonly Problem[] } {
  const imported: Record<Group, object[]> = {
    terms: [],
    enrolment: [],
    assessment: [],
    closedWeeks: [],
    holidays: [],
    exams: [],
  };
  const isWanted = (categories: readonly string[]) => groupOf(categories) !== undefined;
  const { found, ignored, problems: unread } = occurrences(text, zone, period, isWanted);
  const problems = [...unread];
  const taken = new Set<string>();
  for (const one of found) {
    const group = groupOf(one.categories)!;
    const name = nameOf(one, taken);
    if (name === undefined) {
      const allowed = "a name with a letter or a digit, once at each time";
      problems.push({ path: `event of ${group}.SUMMARY`, given: one.summary, allowed, fix: "Name it." });
      continue;
    }
    taken.add(name);
    const entry = group === "exams" ? exam(name, one) : group === "holidays" ? holiday(name, one) : days(name, one);
    if (isProblem(entry)) problems.push(entry);
    else imported[group].push(entry);
  }
  return { imported, ignored, problems };
}

const groupOf = (categories: readonly string[]): Group | undefined =>
  categories.map((name) => groups[name.trim().toUpperCase()]).find((group) => group !== undefined);

const isProblem = (entry: object | Problem): entry is Problem => "fix" in entry;

/** The first that is free of the summary, with the date, with date and time. Names become names in AWS. */
function nameOf({ summary, repeats, start }: Occurrence, taken: ReadonlySet<string>): string | undefined {
  const words = slug(summary);
  const dated = [named(words, start.date), named(words, start.date, (start.time ?? "").replace(":", ""))];
  return words === "" ? undefined : [...(repeats ? [] : [named(words)]), ...dated].find((name) => !taken.has(name));
}

function exam(name: string, { start, end, description, property }: Occurrence): object | Problem {
  const durationMinutes = (end.instant - start.instant) / 60_000;
  if (start.time === undefined || durationMinutes <= 0) {
    const allowed = "an exam with a time, and an end after its start";
    return { path: `${name}.DTEND`, given: property("DTEND"), allowed, fix: "Give DTEND or DURATION." };
  }
  const students = property("X-EXPECTED-STUDENTS") ?? /expected students:\s*(\d+)/i.exec(description)?.[1];
  if (students === undefined || !/^\d+$/.test(students)) {
    const fix = 'Add X-EXPECTED-STUDENTS:400, or "Expected students: 400" to its description.';
    return { path: `${name}.X-EXPECTED-STUDENTS`, given: students, allowed: "how many students start it", fix };
  }
  return { name, start: `${start.date}T${start.time}`, durationMinutes, expectedStudents: Number(students) };
}

const holiday = (name: string, { start }: Occurrence): object => ({ name, date: start.date });

function days(name: string, { start, end }: Occurrence): object {
  // An event that ends at midnight, as one of whole days does, does not reach into that day.
  const last = end.time === undefined || end.time === "00:00" ? addDays(end.date, -1) : end.date;
  return { name, from: start.date, to: last < start.date ? start.date : last };
}

/** Text for a calendar file: one entry a line. */
export function asYaml(imported: Imported): string {
  return Object.entries(imported)
    .filter(([, entries]) => entries.length > 0)
    .map(([group, entries]) => {
      const lines = entries.map((entry) => `  - ${dump(entry, { flowLevel: 0, lineWidth: -1 }).trim()}`);
      return `${group}:\n${lines.join("\n")}\n`;
    })
    .join("");
}

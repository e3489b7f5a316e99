import { dump } from "js-yaml";
import type { Problem } from "../../components/lib/invalid";
import { addDays, instantsOf, isTimeZone, localOf } from "../../stacks/calendar/zone";

/**
 * Reads what a timetabling system exports (iCalendar, RFC 5545: https://www.rfc-editor.org/rfc/rfc5545) as entries of a
 * calendar file. Read are events with a category, and of them start, end or duration, summary and, for an exam, the
 * number of students: `X-EXPECTED-STUDENTS:400`, or "Expected students: 400" in the description.
 *
 * *Limit.* No repeating events: periods and exams are few, and each is a decision. One is refused by name.
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

interface Property {
  readonly value: string;
  readonly parameters: Readonly<Record<string, string>>;
}
type Event = Readonly<Record<string, Property>>;

/** Lines are folded at 75 octets: a line that begins with a space goes on with the one before. */
function events(text: string): readonly Event[] {
  const found: Record<string, Property>[] = [];
  const inside: string[] = [];
  for (const line of text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
    const match = /^([A-Za-z0-9-]+)((?:;[^:;"]+=(?:"[^"]*"|[^:;"]*))*):(.*)$/.exec(line);
    if (match === null) {
      continue;
    }
    const name = match[1]!.toUpperCase();
    const value = match[3]!;
    if (name === "BEGIN") {
      inside.push(value.toUpperCase());
      if (value.toUpperCase() === "VEVENT") {
        found.push({});
      }
    } else if (name === "END") {
      inside.pop();
    } else if (inside.at(-1) === "VEVENT") {
      const parameters = [...match[2]!.matchAll(/;([^=]+)=("?)([^";]*)\2/g)].map((one) => [
        one[1]!.toUpperCase(),
        one[3]!,
      ]);
      found.at(-1)![name] = { value, parameters: Object.fromEntries(parameters) as Record<string, string> };
    }
  }
  return found;
}

interface Moment {
  readonly date: string;
  /** None for a whole day. */
  readonly time?: string;
  readonly instant: number;
}

/** `20270111`, `20270111T093000Z`, or local to TZID or to the calendar's own zone. */
function moment({ value, parameters }: Property, zone: string): Moment | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/.exec(value);
  if (match === null) {
    return undefined;
  }
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  if (match[4] === undefined) {
    return { date, instant: Date.parse(`${date}T00:00:00Z`) };
  }
  const given = match[6] === "Z" ? "UTC" : (parameters["TZID"] ?? zone);
  const instant = isTimeZone(given) ? instantsOf(date, `${match[4]}:${match[5]}`, given)[0] : undefined;
  return instant === undefined ? undefined : { ...localOf(instant, zone), instant };
}

/** `PT2H30M`, in minutes. */
function duration(text: string): number | undefined {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  return match === null ? undefined : Number(match[1] ?? 0) * 1440 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
}

function slug(summary: string): string {
  const words =
    summary
      .normalize("NFKD")
      .replace(/\\[nN,;]/g, " ")
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 40).replace(/-$/, "");
}

/** The entries of an iCalendar text, in the words of a calendar file, or everything that is wrong with it. Pure. */
export function importCalendar(
  text: string,
  zone: string,
): { readonly imported: Imported; readonly ignored: number; readonly problems: readonly Problem[] } {
  const imported: Record<Group, object[]> = {
    terms: [],
    enrolment: [],
    assessment: [],
    closedWeeks: [],
    holidays: [],
    exams: [],
  };
  const problems: Problem[] = [];
  let ignored = 0;
  for (const event of events(text)) {
    const categories = (event["CATEGORIES"]?.value ?? "").toUpperCase().split(",");
    const group = categories.map((one) => groups[one.trim()]).find((one) => one !== undefined);
    if (group === undefined) {
      ignored += 1;
      continue;
    }
    const name = slug(event["SUMMARY"]?.value ?? "");
    const path = name === "" ? `event of ${group}` : name;
    const add = (part: string, given: unknown, allowed: string, mend: string) =>
      problems.push({ path: `${path}.${part}`, given, allowed, mend });
    if (event["RRULE"] !== undefined || event["RDATE"] !== undefined) {
      add(
        "RRULE",
        event["RRULE"]?.value ?? "RDATE",
        "an event that does not repeat",
        "Write each date as its own event.",
      );
      continue;
    }
    if (name === "") {
      add("SUMMARY", event["SUMMARY"]?.value, "a name with a letter or a digit", "Name it.");
      continue;
    }
    const start = event["DTSTART"] && moment(event["DTSTART"], zone);
    if (start === undefined) {
      add("DTSTART", event["DTSTART"]?.value, "a date, or a local or UTC time that exists", "Correct it.");
      continue;
    }
    const end = event["DTEND"] && moment(event["DTEND"], zone);
    const minutes = event["DURATION"]
      ? duration(event["DURATION"].value)
      : end && (end.instant - start.instant) / 60_000;
    if (group === "exams") {
      const said =
        event["X-EXPECTED-STUDENTS"]?.value ??
        /expected students:\s*(\d+)/i.exec(event["DESCRIPTION"]?.value ?? "")?.[1];
      if (start.time === undefined || minutes === undefined || minutes <= 0) {
        add(
          "DTEND",
          event["DTEND"]?.value,
          "an exam with a time, and an end after its start",
          "Give DTEND or DURATION.",
        );
      } else if (said === undefined || !/^\d+$/.test(said)) {
        const mend = 'Add X-EXPECTED-STUDENTS:400, or "Expected students: 400" to its description.';
        add("X-EXPECTED-STUDENTS", said, "how many students start it", mend);
      } else {
        const when = { start: `${start.date}T${start.time}`, durationMinutes: minutes };
        imported.exams.push({ name, ...when, expectedStudents: Number(said) });
      }
    } else if (group === "holidays") {
      imported.holidays.push({ name, date: start.date });
    } else {
      // The end of an event of whole days is the day after.
      const last = end === undefined ? start.date : end.time === undefined ? addDays(end.date, -1) : end.date;
      imported[group].push({ name, from: start.date, to: last < start.date ? start.date : last });
    }
  }
  return { imported, ignored, problems };
}

/** As it is written into a calendar file: one entry a line. */
export function asYaml(imported: Imported): string {
  return Object.entries(imported)
    .filter(([, entries]) => entries.length > 0)
    .map(([group, entries]) => {
      const lines = entries.map((entry) => `  - ${dump(entry, { flowLevel: 0, lineWidth: -1 }).trim()}`);
      return `${group}:\n${lines.join("\n")}\n`;
    })
    .join("");
}

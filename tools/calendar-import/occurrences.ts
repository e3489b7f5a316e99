import ICAL from "ical.js";
import type { Problem } from "../../components/lib/invalid";
import { instantsOf, isTimeZone, localOf } from "../../stacks/calendar/zone";

/** A moment on the wall clock of the calendar. */
export interface Moment {
  readonly date: string;
  /** None for a whole day. */
  readonly time?: string;
  /** Milliseconds as of `Date`; of a whole day its midnight in UTC. */
  readonly instant: number;
}

/** One event, or one date of an event that repeats. */
export interface Occurrence {
  readonly summary: string;
  readonly description: string;
  readonly categories: readonly string[];
  /** Upper-case names of further properties, to their values. */
  readonly property: (name: string) => string | undefined;
  /** Whether it is one of several dates. */
  readonly repeats: boolean;
  readonly start: Moment;
  /** The first moment after it, as iCalendar has it. */
  readonly end: Moment;
}

/** Both days included. */
export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** More dates than any timetable gives to one event: a rule by the second stops here. */
const mostDates = 2000;

/**
 * The events of an iCalendar text (RFC 5545: https://www.rfc-editor.org/rfc/rfc5545) within a period, each date of a
 * repeating one by itself, without the cancelled ones.
 *
 * @param zone The calendar's: the zone of times without one, and of all results
 * @param isWanted decides by its categories whether an event is read
 * @throws Error when the text is not iCalendar
 */
export function occurrences(
  text: string,
  zone: string,
  period: Period,
  isWanted: (categories: readonly string[]) => boolean,
): { readonly found: readonly Occurrence[]; readonly ignored: number; readonly problems: readonly Problem[] } {
  const found: Occurrence[] = [];
  const problems: Problem[] = [];
  const events = calendars(text).flatMap((calendar) => calendar.getAllSubcomponents("vevent"));
  const wanted = events.filter((event) => isWanted(categoriesOf(event)));
  for (const event of wanted) {
    try {
      found.push(...datesOf(event, zone, period));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push(error.problem);
    }
  }
  return { found, ignored: events.length - wanted.length, problems };
}

function calendars(text: string): readonly ICAL.Component[] {
  // Windows programs write a byte order mark.
  let parsed: unknown[];
  try {
    parsed = ICAL.parse(text.replace(/^\uFEFF/, "")) as unknown[];
  } catch (error) {
    throw new Error(`The file is not iCalendar: ${(error as Error).message}. Export it as .ics.`);
  }
  const roots = typeof parsed[0] === "string" ? [parsed] : parsed;
  return roots.map((root) => new ICAL.Component(root as ConstructorParameters<typeof ICAL.Component>[0]));
}

class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.path);
  }
}

function refuse(event: ICAL.Component, property: string, allowed: string, fix: string): never {
  const summary = event.getFirstPropertyValue("summary") ?? "event without a name";
  const given = event.getFirstProperty(property)?.toICALString();
  throw new Refusal({ path: `${String(summary)}.${property.toUpperCase()}`, given, allowed, fix });
}

const categoriesOf = (event: ICAL.Component): readonly string[] =>
  event.getAllProperties("categories").flatMap((one) => one.getValues().map(String));

const cancelled = (event: ICAL.Component): boolean => event.getFirstPropertyValue("status") === "CANCELLED";

function* datesOf(component: ICAL.Component, zone: string, period: Period): Generator<Occurrence> {
  const event = new ICAL.Event(component);
  // A changed date of a repeating event is read with that event.
  if (cancelled(component) || (event.isRecurrenceException() && isPart(component, event.uid))) return;
  if (!event.isRecurring()) {
    const one = occurrence(component, times(component), zone, false);
    if (isWithin(one, period)) yield one;
    return;
  }
  const rules = component.getAllProperties("rrule").map((rule) => rule.getFirstValue() as ICAL.Recur);
  if (period.to === undefined && rules.some((rule) => !rule.isFinite())) {
    refuse(
      component,
      "rrule",
      "a rule with UNTIL or COUNT, or an import with an end",
      "Add TO=2027-07-31, for example.",
    );
  }
  times(component);
  // The first date belongs to them, which ical.js takes from a rule alone.
  const first = component.getFirstProperty("dtstart");
  if (rules.length === 0 && first) {
    component.addProperty(new ICAL.Property(["rdate", ...first.toJSON().slice(1)], component));
  }
  const dates = event.iterator();
  for (let count = 0; ; count++) {
    const next = dates.next() as ICAL.Time | undefined;
    if (!next) return;
    if (count >= mostDates) {
      refuse(component, "rrule", `at most ${mostDates} dates`, "Give the rule another frequency, or an earlier end.");
    }
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    if (period.to !== undefined && next.toString().slice(0, 10) > period.to) return;
    if (cancelled(item.component)) continue;
    const one = occurrence(item.component, { startDate, endDate }, zone, true);
    // A changed date may leave out what the event says.
    if (isWithin(one, period)) yield one.categories.length > 0 ? one : { ...one, categories: categoriesOf(component) };
  }
}

function isPart(exception: ICAL.Component, uid: string): boolean {
  return exception.parent
    .getAllSubcomponents("vevent")
    .some((other) => other.getFirstPropertyValue("uid") === uid && !other.hasProperty("recurrence-id"));
}

interface Times {
  readonly startDate: ICAL.Time;
  readonly endDate: ICAL.Time;
}

/** Read here first, since ical.js decodes a value only when it is asked for. */
function times(component: ICAL.Component): Times {
  const event = new ICAL.Event(component);
  const read = <T>(property: string, get: () => T): T => {
    try {
      return get();
    } catch {
      return refuse(component, property, "a date, or a local or UTC time that exists", "Correct it.");
    }
  };
  const startDate = read("dtstart", () => event.startDate);
  if (!startDate) refuse(component, "dtstart", "a date or a time", "Give the event a start.");
  return { startDate, endDate: read(component.hasProperty("dtend") ? "dtend" : "duration", () => event.endDate) };
}

function occurrence(component: ICAL.Component, given: Times, zone: string, repeats: boolean): Occurrence {
  const text = (name: string) => {
    const value = component.getFirstPropertyValue(name.toLowerCase());
    return value === null || value === undefined ? undefined : String(value);
  };
  return {
    summary: text("summary") ?? "",
    description: text("description") ?? "",
    categories: categoriesOf(component),
    property: text,
    repeats,
    start: moment(given.startDate, component, "dtstart", zone),
    end: moment(given.endDate, component, component.hasProperty("dtend") ? "dtend" : "dtstart", zone),
  };
}

/**
 * Uses the zone's name if it is one of IANA's, even if the file defines it, else the file's own definition: Outlook
 * writes names of Windows, such as "GMT Standard Time".
 */
function moment(time: ICAL.Time, component: ICAL.Component, property: string, zone: string): Moment {
  const [date = "", clock = ""] = time.toString().replace(/Z$/, "").split("T");
  if (time.isDate) return { date, instant: Date.parse(`${date}T00:00:00Z`) };
  const tzid = component.getFirstProperty(property)?.getParameter("tzid");
  const named = time.zone === ICAL.Timezone.utcTimezone ? "UTC" : typeof tzid === "string" ? tzid : zone;
  const own = component.parent.getTimeZoneByID(named);
  const instant = isTimeZone(named)
    ? instantsOf(date, clock.slice(0, 5), named)[0]
    : own
      ? time.toUnixTime() * 1000
      : undefined;
  if (instant === undefined) {
    refuse(
      component,
      property,
      "a time that exists, in UTC, a zone of IANA or one that the file defines",
      `${named} is not known, or has no ${clock.slice(0, 5)} on that day.`,
    );
  }
  return { ...localOf(instant, zone), instant };
}

const isWithin = ({ start }: Occurrence, { from = "", to = "9999" }: Period): boolean =>
  start.date >= from && start.date <= to;

// cspell:ignore vtimezone dtstamp vevent transp tzoffsetfrom tzoffsetto calname prodid dtend dtstart tzid
import ICAL from "ical.js";
import { plainText } from "./html";
import type { Status, StatusEvent } from "./status";

/** An hour: how often a calendar should ask again (https://www.rfc-editor.org/rfc/rfc7986#section-5.7). */
const refresh = "PT1H";

/**
 * The planned work as a calendar to subscribe to (RFC 5545, RFC 7986). Outages and trouble are not in it: nobody plans
 * around what is over, and a calendar is read too seldom for what goes on.
 */
export function calendarFeed(status: Status, pageAddress: string): string {
  const calendar = new ICAL.Component("vcalendar");
  calendar.addPropertyWithValue("version", "2.0");
  calendar.addPropertyWithValue("prodid", "-//moodle-on-aws//outage pages//EN");
  calendar.addPropertyWithValue("method", "PUBLISH");
  const name = plainText(`${status.service}: planned work, ${status.organisation}`);
  // The second is what calendars read before there was a standard.
  calendar.addPropertyWithValue("name", name);
  calendar.addPropertyWithValue("x-wr-calname", name);
  calendar.addPropertyWithValue("refresh-interval", ICAL.Duration.fromString(refresh));
  calendar.addPropertyWithValue("x-published-ttl", refresh);
  const planned = status.events.filter(({ kind }) => kind === "planned");
  planned.forEach((event) => calendar.addSubcomponent(eventOf(event, status, pageAddress)));
  if (planned.length === 0) {
    // A calendar must have a component, and strict readers refuse one without any: section 3.6.
    calendar.addSubcomponent(utc());
  }
  return `${calendar.toString()}\r\n`;
}

function eventOf(event: StatusEvent, status: Status, pageAddress: string): ICAL.Component {
  const made = new ICAL.Component("vevent");
  const changed = event.updates[0]?.at ?? status.changed;
  // What was withdrawn keeps the times that calendars have of it.
  const end = event.withdrawn === undefined ? (event.end ?? event.expectedEnd) : event.expectedEnd;
  const { hostname } = new URL(status.address);
  made.addPropertyWithValue("uid", `${plainText(event.id)}@${hostname}`);
  made.addPropertyWithValue("dtstamp", instant(changed));
  made.addPropertyWithValue("last-modified", instant(changed));
  // It may only grow, also when a correction or a withdrawal leaves fewer updates: section 3.8.7.4.
  made.addPropertyWithValue("sequence", status.version);
  made.addPropertyWithValue("dtstart", instant(event.start));
  if (end !== undefined && Date.parse(end) > Date.parse(event.start)) {
    made.addPropertyWithValue("dtend", instant(end));
  }
  made.addPropertyWithValue("summary", plainText(`${status.service}: ${event.title}`));
  made.addPropertyWithValue("description", event.updates.map(({ text }) => plainText(text)).join("\n\n"));
  made.addPropertyWithValue("url", pageAddress);
  made.addPropertyWithValue("status", event.withdrawn === undefined ? "CONFIRMED" : "CANCELLED");
  // Nobody is busy because of it.
  made.addPropertyWithValue("transp", "TRANSPARENT");
  return made;
}

function instant(time: string): ICAL.Time {
  return ICAL.Time.fromJSDate(new Date(time), true);
}

function utc(): ICAL.Component {
  const zone = new ICAL.Component("vtimezone");
  zone.addPropertyWithValue("tzid", "Etc/UTC");
  const standard = new ICAL.Component("standard");
  standard.addPropertyWithValue(
    "dtstart",
    ICAL.Time.fromData({ year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0 }),
  );
  standard.addPropertyWithValue("tzoffsetfrom", ICAL.UtcOffset.fromString("+00:00"));
  standard.addPropertyWithValue("tzoffsetto", ICAL.UtcOffset.fromString("+00:00"));
  zone.addSubcomponent(standard);
  return zone;
}

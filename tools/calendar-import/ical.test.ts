import * as assert from "node:assert/strict";
import { CORE_SCHEMA, load } from "js-yaml";
import { exampleSettings } from "../../testing/examples/calendar";
import { asYaml, importCalendar } from "./ical";
import { yearPage } from "../calendar/picture";
import { parseCalendar, readCalendar } from "../../stacks/calendar/read";
import { averageTasks, plannedDays, yearText } from "../calendar/year";

const event = (...lines: readonly string[]) => ["BEGIN:VEVENT", "UID:1", ...lines, "END:VEVENT"].join("\r\n");
const file = (...entries: readonly string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...entries, "END:VCALENDAR", ""].join("\r\n");

const good = file(
  event("CATEGORIES:TERM", "SUMMARY:Autumn", "DTSTART;VALUE=DATE:20261012", "DTEND;VALUE=DATE:20261031"),
  event("CATEGORIES:CLOSED", "SUMMARY:Reading Week", "DTSTART;VALUE=DATE:20261102", "DTEND;VALUE=DATE:20261109"),
  event("CATEGORIES:HOLIDAY", "SUMMARY:Founder's Day", "DTSTART;VALUE=DATE:20261014"),
  event(
    "CATEGORIES:School,EXAM",
    "SUMMARY:Law\\, part 1",
    "DTSTART:20261020T083000Z",
    "DURATION:PT2H30M",
    "X-EXPECTED-STUDENTS:400",
  ),
  event(
    "CATEGORIES:EXAM\r\nSUMMARY:Hist\r\n ory",
    'DTSTART;TZID="Europe/Paris":20261028T103000',
    "DTEND;TZID=Europe/Paris:20261028T120000",
    "DESCRIPTION:Hall 3. Expected students: 90",
    "BEGIN:VALARM\r\nDURATION:PT15M\r\nEND:VALARM",
  ),
  event("SUMMARY:Staff lunch", "DTSTART:20261020T120000Z"),
);

describe("an iCalendar import", () => {
  it("reads periods, days and exams, in the zone of the calendar", () => {
    const { imported, ignored, problems } = importCalendar(good, "Europe/London");
    assert.deepEqual(problems, []);
    assert.equal(ignored, 1);
    assert.deepEqual(imported, {
      terms: [{ name: "autumn", from: "2026-10-12", to: "2026-10-30" }],
      enrolment: [],
      assessment: [],
      closedWeeks: [{ name: "reading-week", from: "2026-11-02", to: "2026-11-08" }],
      holidays: [{ name: "founder-s-day", date: "2026-10-14" }],
      exams: [
        { name: "law-part-1", start: "2026-10-20T09:30", durationMinutes: 150, expectedStudents: 400 },
        { name: "history", start: "2026-10-28T09:30", durationMinutes: 90, expectedStudents: 90 },
      ],
    });
  });

  it("prints what the calendar file takes as it is", () => {
    const { imported } = importCalendar(good, "Europe/London");
    const head =
      'timeZone: Europe/London\nyear: { from: "2026-10-01", to: "2026-11-30" }\ndailyRamp: { weekdays: [mon], from: "07:30", to: "22:30" }\n';
    const { calendar, problems } = parseCalendar(head + asYaml(imported), exampleSettings());
    assert.deepEqual(problems, []);
    assert.equal(calendar?.exams.length, 2);
    assert.deepEqual(load(asYaml(imported), { schema: CORE_SCHEMA }), {
      terms: imported.terms,
      closedWeeks: imported.closedWeeks,
      holidays: imported.holidays,
      exams: imported.exams,
    });
  });

  it("names everything that it cannot take", () => {
    const bad = file(
      event("CATEGORIES:EXAM", "SUMMARY:Weekly", "DTSTART:20261020T083000Z", "RRULE:FREQ=WEEKLY"),
      event("CATEGORIES:EXAM", "SUMMARY:Nobody", "DTSTART:20261020T083000Z", "DURATION:PT1H"),
      event("CATEGORIES:EXAM", "SUMMARY:Endless", "DTSTART:20261020T083000Z", "X-EXPECTED-STUDENTS:4"),
      event("CATEGORIES:TERM", "SUMMARY:Broken", "DTSTART:2026"),
      event("CATEGORIES:EXAM", "SUMMARY:Elsewhere", "DTSTART;TZID=Moon/Base:20261020T083000"),
    );
    const { problems } = importCalendar(bad, "Europe/London");
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["weekly.RRULE", "nobody.X-EXPECTED-STUDENTS", "endless.DTEND", "broken.DTSTART", "elsewhere.DTSTART"],
    );
  });
});

describe("the picture of a year", () => {
  const settings = exampleSettings("prod", { calendar: { name: "example" } });
  const calendar = readCalendar(settings)!;
  const now = Date.parse("2026-11-23T09:00:00Z");

  it("has every day and hour, and every exam, and needs nothing from elsewhere", () => {
    const days = plannedDays(calendar, settings);
    assert.equal(days.length, 365);
    assert.deepEqual(days.find(({ date }) => date === "2026-12-25")?.hours, new Array(24).fill(3));
    const exam = days.find(({ date }) => date === "2027-05-25")!.hours;
    assert.deepEqual([exam[8], exam[9], exam[11], exam[23]], [12, 24, 24, 3]);
    const { average, peak } = averageTasks(days);
    assert.ok(average > 3 && average < 6 && peak === 24);
    const page = yearPage("prod", calendar, settings, yearText(calendar, settings, now), now);
    calendar.exams.forEach(({ name }) => assert.ok(page.includes(name)));
    assert.doesNotMatch(page.replace("http://www.w3.org/2000/svg", ""), /https?:\/\/|<script/);
  });

  it("says what the clock cannot change", () => {
    const text = yearText(calendar, settings, now);
    assert.match(text, /all-first-years +2027-05-25 09:30 +3000 +09:10 +24/);
    assert.match(text, /resit-mathematics .* past/);
    assert.match(text, /its writer must have 5 or more vCPUs/);
  });
});

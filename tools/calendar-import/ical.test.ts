import * as assert from "node:assert/strict";
import { CORE_SCHEMA, load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
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
      ["Weekly.RRULE", "Broken.DTSTART", "Elsewhere.DTSTART", "nobody.X-EXPECTED-STUDENTS", "endless.DTEND"],
    );
  });
});

describe("an iCalendar import of a file as it is exported", () => {
  const year = { from: "2026-08-01", to: "2027-07-31" };
  const exported = (name: string) => readFileSync(join(__dirname, "fixtures", `${name}.ics`), "utf8");
  const entries = (text: string, period = year) => {
    const { imported, ignored, problems } = importCalendar(text, "Europe/London", period);
    assert.deepEqual(problems, []);
    return { ...imported, ignored };
  };
  const exams = (text: string, period = year) => entries(text, period).exams.map((one) => Object.values(one).join(" "));

  it("by Google: a rule over a change of the clock, a date left out, one moved, and a holiday of every year", () => {
    assert.deepEqual(exams(exported("google")), [
      "weekly-test-2026-10-13 2026-10-13T09:00 60 250",
      "weekly-test-2026-10-27 2026-10-27T09:00 60 250",
      "weekly-test-2026-11-04 2026-11-04T14:00 90 260",
      "weekly-test-2026-11-10 2026-11-10T09:00 60 250",
    ]);
    const { holidays, ignored } = entries(exported("google"));
    assert.deepEqual(holidays, [{ name: "christmas-day-2026-12-25", date: "2026-12-25" }]);
    assert.equal(ignored, 1);
    const { problems } = importCalendar(exported("google"), "Europe/London");
    assert.deepEqual(
      problems.map(({ path, given, fix }) => [path, given, fix]),
      [["Christmas Day.RRULE", "RRULE:FREQ=YEARLY", "Add TO=2027-07-31, for example."]],
    );
  });

  it("by Outlook: names of zones that Windows has, all-day events by the clock, and what was cancelled", () => {
    assert.deepEqual(exams(exported("outlook")), [
      "anatomy-practical-written-par-2026-10-23 2026-10-23T09:30 120 1200",
      "anatomy-practical-written-par-2026-11-06 2026-11-06T09:30 120 1200",
      "anatomy-practical-written-par-2026-11-13 2026-11-13T09:30 120 1200",
    ]);
    assert.deepEqual(entries(exported("outlook")).closedWeeks, [
      { name: "reading-week", from: "2026-11-02", to: "2026-11-08" },
    ]);
  });

  it("by a timetabling system: one name at several times, times of UTC, further dates", () => {
    const found = [
      "law1001-ex-01 2026-10-21T09:30 120 410",
      "law1001-ex-01-2026-10-28 2026-10-28T09:30 120 410",
      "law1001-ex-02-with-a-descript-2026-10-28 2026-10-28T13:30 90 90",
      "law1001-ex-02-with-a-descript-2026-11-11 2026-11-11T13:30 90 90",
    ];
    assert.deepEqual(exams(exported("timetable")), found);
    assert.deepEqual(exams(exported("timetable"), { from: "2026-10-22", to: "2026-10-31" }), [
      "law1001-ex-01 2026-10-28T09:30 120 410",
      found[2],
    ]);
    const windows = `\uFEFF${exported("timetable").replaceAll("\n", "\r\n")}`;
    assert.deepEqual(exams(windows), found);
  });

  it("in the zone of a calendar elsewhere", () => {
    const { imported } = importCalendar(exported("outlook"), "Asia/Kolkata", year);
    assert.deepEqual((imported.exams[0] as { start: string }).start, "2026-10-23T14:00");
  });

  it("stops at a rule that never does", () => {
    const often = file(
      event("CATEGORIES:HOLIDAY", "SUMMARY:Often", "DTSTART:20260901T000000Z", "RRULE:FREQ=SECONDLY;COUNT=100000"),
    );
    assert.deepEqual(
      importCalendar(often, "UTC", year).problems.map(({ path }) => path),
      ["Often.RRULE"],
    );
    assert.throws(() => importCalendar("<html>", "UTC"), /not iCalendar: invalid line/);
  });
});

describe("the picture of a year", () => {
  const settings = exampleSettings("prod", { calendar: { name: "example" } });
  const calendar = readCalendar(settings)!;
  const now = Date.parse("2026-11-23T09:00:00Z");

  it("has every day and hour, and every exam, and needs nothing from elsewhere", async () => {
    const days = plannedDays(calendar, settings);
    assert.equal(days.length, 365);
    assert.deepEqual(days.find(({ date }) => date === "2026-12-25")?.hours, new Array(24).fill(3));
    const exam = days.find(({ date }) => date === "2027-05-25")!.hours;
    assert.deepEqual([exam[8], exam[9], exam[11], exam[23]], [12, 24, 24, 3]);
    const { average, peak } = averageTasks(days);
    assert.ok(average > 3 && average < 6 && peak === 24);
    const page = await yearPage("prod", calendar, settings, yearText(calendar, settings, now), now);
    calendar.exams.forEach(({ name }) => assert.ok(page.includes(name)));
    assert.doesNotMatch(page.replaceAll(/xmlns(:xlink)?="[^"]*"/g, ""), /https?:\/\/|<script/);
  });

  it("says what the clock cannot change", () => {
    const text = yearText(calendar, settings, now);
    assert.match(text, /all-first-years +2027-05-25 09:30 +3000 +09:10 +24/);
    assert.match(text, /resit-mathematics .* past/);
    assert.match(text, /its writer must have 5 or more vCPUs/);
  });
});

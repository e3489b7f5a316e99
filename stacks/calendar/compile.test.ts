import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ScheduledAction } from "../../components/schedule/action";
import { compile, planned } from "./compile";
import { exampleCalendar, exampleSettings } from "../../testing/examples/calendar";
import type { Calendar } from "./schema";
import { instantOf, localOf, weekdayOf } from "./zone";

const prod = exampleSettings();
const exam = { name: "law", start: "2026-10-20T09:30", durationMinutes: 120, expectedStudents: 2400 };

/** One line for each action, as short as a preview's. */
function lines(actions: readonly ScheduledAction[], target = "web"): string[] {
  return actions
    .filter((action) => action.target === target)
    .map(({ name, when, min, max }) => {
      const moment = when.kind === "once" ? when.at : `${when.weekdays.join(",")} ${when.time}`;
      const bounds = when.kind === "once" ? "" : ` from ${when.from ?? "now"} until ${when.until}`;
      return `${name}: ${min}${max === undefined ? "" : `..${max}`} at ${moment}${bounds}`;
    });
}

/** The level that the actions leave behind at each moment, in the way AWS carries them out. */
function carriedOut(actions: readonly ScheduledAction[], base: number, zone: string, at: number): number {
  let [latest, level] = [Number.NEGATIVE_INFINITY, base];
  for (const { when, min } of actions) {
    if (when.kind === "once") {
      const moment = Date.parse(when.at);
      if (moment <= at && moment > latest) {
        [latest, level] = [moment, min];
      }
      continue;
    }
    for (let back = 0; back < 8; back += 1) {
      // From its last firing backwards, which may be long ago.
      const { date } = localOf(Math.min(at, Date.parse(when.until)) - back * 24 * 3600_000, zone);
      const moment = instantOf(date, when.time, zone);
      const fires = moment >= Date.parse(when.from ?? "2000-01-01") && moment <= Date.parse(when.until);
      if (moment <= at && moment > latest && fires && when.weekdays.includes(weekdayOf(date).toUpperCase())) {
        [latest, level] = [moment, min];
      }
    }
  }
  return level;
}

describe("a calendar compiled into scheduled actions", () => {
  it("makes two recurring actions of a term, ready before the day, in local time through the end of summer time", () => {
    assert.deepEqual(lines(compile(exampleCalendar(), prod, 0)), [
      "autumn-up: 6 at MON,TUE,WED,THU,FRI 07:10 from 2026-10-12T06:10:00Z until 2026-10-30T07:11:00Z",
      "autumn-down: 3 at MON,TUE,WED,THU,FRI 22:30 from 2026-10-12T21:30:00Z until 2026-10-30T22:31:00Z",
    ]);
  });

  it("makes an exam ready before its start, instances before tasks, and lets go after it", () => {
    const actions = compile(exampleCalendar({ exams: [exam] }), prod, 0);
    assert.deepEqual(lines(actions).slice(2), [
      "law-start: 20 at 2026-10-20T08:10:00Z",
      "law-end: 6 at 2026-10-20T10:45:00Z",
    ]);
    assert.deepEqual(lines(actions, "instances").slice(2), [
      "law-start: 28 at 2026-10-20T08:05:00Z",
      "law-end: 10 at 2026-10-20T10:45:00Z",
    ]);
  });

  it("holds an exam through the end of a day's ramp", () => {
    const late = { ...exam, start: "2026-10-20T21:30" };
    assert.deepEqual(lines(compile(exampleCalendar({ exams: [late] }), prod, 0)).slice(2), [
      "law-start: 20 at 2026-10-20T20:10:00Z",
      "law-goes-on: 20 at 2026-10-20T21:31:00Z",
      "law-end: 3 at 2026-10-20T22:45:00Z",
    ]);
  });

  it("adds up exams that overlap, and changes nothing twice", () => {
    const other = { name: "history", start: "2026-10-20T10:30", durationMinutes: 60, expectedStudents: 300 };
    assert.deepEqual(lines(compile(exampleCalendar({ exams: [exam, other] }), prod, 0)).slice(2), [
      "law-start: 22 at 2026-10-20T08:10:00Z",
      "law-end: 6 at 2026-10-20T10:45:00Z",
    ]);
  });

  it("takes holidays back a minute after the ramp, and cuts a term at a closed week", () => {
    const holidays = [{ name: "founders-day", date: "2026-10-14" }];
    const closedWeeks = [{ name: "reading-week", from: "2026-10-19", to: "2026-10-25" }];
    assert.deepEqual(lines(compile(exampleCalendar({ holidays, closedWeeks }), prod, 0)), [
      "autumn-up: 6 at MON,TUE,WED,THU,FRI 07:10 from 2026-10-12T06:10:00Z until 2026-10-16T06:11:00Z",
      "autumn-down: 3 at MON,TUE,WED,THU,FRI 22:30 from 2026-10-12T21:30:00Z until 2026-10-16T21:31:00Z",
      "autumn-2-up: 6 at MON,TUE,WED,THU,FRI 07:10 from 2026-10-26T07:10:00Z until 2026-10-30T07:11:00Z",
      "autumn-2-down: 3 at MON,TUE,WED,THU,FRI 22:30 from 2026-10-26T22:30:00Z until 2026-10-30T22:31:00Z",
      "founders-day-off: 3 at 2026-10-14T06:11:00Z",
    ]);
  });

  it("leaves out what is past, keeps the end of an exam that is on, and gives no start in the past", () => {
    const during = Date.parse("2026-10-20T09:00:00Z");
    assert.deepEqual(lines(compile(exampleCalendar({ exams: [exam] }), prod, during)), [
      "autumn-up: 6 at MON,TUE,WED,THU,FRI 07:10 from now until 2026-10-30T07:11:00Z",
      "autumn-down: 3 at MON,TUE,WED,THU,FRI 22:30 from now until 2026-10-30T22:31:00Z",
      "law-end: 6 at 2026-10-20T10:45:00Z",
    ]);
    assert.deepEqual(compile(exampleCalendar({ exams: [exam] }), prod, Date.parse("2026-12-01T00:00:00Z")), []);
  });

  it("says the same at any moment between two events", () => {
    const at = (text: string) => compile(exampleCalendar({ exams: [exam] }), prod, Date.parse(text));
    assert.deepEqual(at("2026-10-21T03:00:00Z"), at("2026-10-29T23:00:00Z"));
  });

  it("turns staging off outside its hours: services to nothing, instances when they are empty", () => {
    const calendar = exampleCalendar({ outside: "stop" });
    const actions = compile(calendar, exampleSettings("staging"), 0);
    assert.deepEqual(
      actions.map(({ target, name, min, max }) => [target, name, min, max]),
      [
        ["web", "autumn-up", 2, 4],
        ["web", "autumn-down", 0, 0],
        ["adhoc", "autumn-up", 1, 2],
        ["adhoc", "autumn-down", 0, 0],
        ["cron", "autumn-up", 1, 1],
        ["cron", "autumn-down", 0, 0],
        ["instances", "autumn-up", 2, undefined],
        ["instances", "autumn-down", 0, undefined],
      ],
    );
  });

  it("raises the range of a serverless database before an exam, and only then", () => {
    const settings = exampleSettings("prod", { database: { capacity: { kind: "serverless", minAcu: 4, maxAcu: 64 } } });
    assert.deepEqual(lines(compile(exampleCalendar({ exams: [exam] }), settings, 0), "database"), [
      "law-start: 15.5..64 at 2026-10-20T08:00:00Z",
      "law-end: 4..64 at 2026-10-20T10:45:00Z",
    ]);
  });

  it("makes a small difference of a small change", () => {
    const before = lines(compile(exampleCalendar({ exams: [exam] }), prod, 0));
    const after = lines(compile(exampleCalendar({ exams: [{ ...exam, start: "2026-10-21T14:00" }] }), prod, 0));
    assert.equal(before.filter((line) => !after.includes(line)).length, 2);
    assert.deepEqual(
      before.map((line) => line.split(":")[0]),
      after.map((line) => line.split(":")[0]),
      "the names stay",
    );
  });

  it("leaves behind what is planned, at any moment of any calendar", () => {
    const day = fc.integer({ min: 0, max: 40 });
    const random = fc.record({
      exams: fc.uniqueArray(
        fc.record({
          day,
          hour: fc.integer({ min: 6, max: 23 }),
          durationMinutes: fc.integer({ min: 30, max: 400 }),
          expectedStudents: fc.integer({ min: 10, max: 900 }),
        }),
        { maxLength: 5, selector: (one) => `${one.day}-${one.hour}` },
      ),
      holidays: fc.uniqueArray(day, { maxLength: 3 }),
      busy: fc.tuple(day, day),
      samples: fc.array(fc.integer({ min: 0, max: 55 * 24 * 60 }), { minLength: 5, maxLength: 5 }),
    });
    const date = (n: number) => new Date(Date.UTC(2026, 9, 5 + n)).toISOString().slice(0, 10);
    fc.assert(
      fc.property(random, ({ exams, holidays, busy, samples }) => {
        const calendar: Calendar = exampleCalendar({
          exams: exams.map(({ day: n, hour, ...rest }, i) => ({
            ...rest,
            name: `exam-${i}`,
            start: `${date(n)}T${String(hour).padStart(2, "0")}:00`,
          })),
          holidays: holidays.map((n) => ({ name: `holiday-${n}`, date: date(n) })),
          assessment: [{ name: "busy", from: date(Math.min(...busy)), to: date(Math.max(...busy)), load: 1.5 }],
        });
        const { base, wants } = planned(calendar, prod, "web")!;
        const actions = compile(calendar, prod, 0).filter(({ target }) => target === "web");
        for (const sample of samples) {
          // Two minutes past a full five: corrections come a minute after what they correct.
          const at = Date.UTC(2026, 9, 4) + Math.floor(sample / 5) * 300_000 + 120_000;
          const wanted = wants.filter(({ from, to }) => from <= at && at < to).map(({ level }) => level);
          assert.equal(
            carriedOut(actions, base, calendar.timeZone, at),
            Math.max(base, ...wanted),
            `${new Date(at).toISOString()} ${lines(actions).join("\n")}`,
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});

// cspell:ignore Londonn
import * as assert from "node:assert/strict";
import { dump, load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionQuota } from "./check";
import { now } from "./clock";
import { compile } from "./compile";
import { exampleCalendar, exampleSettings } from "../../testing/examples/calendar";
import { freezeRefusal } from "./freeze";
import { calendarNames, parseCalendar, readCalendar } from "./read";

const prod = exampleSettings();
const good = exampleCalendar({
  exams: [{ name: "law", start: "2026-10-20T09:30", durationMinutes: 120, expectedStudents: 2400 }],
});

/** Problems that the example has with one change. */
function said(change: Readonly<Record<string, unknown>>, settings = prod): readonly string[] {
  const text = dump({ ...(load(dump(good)) as object), ...change });
  return parseCalendar(text, settings).problems.map(({ path, allowed, fix }) => `${path}: ${allowed}. ${fix}`);
}

const exam = (changes: object) => ({ exams: [{ ...good.exams[0]!, ...changes }] });

const refusals: readonly (readonly [what: string, change: Readonly<Record<string, unknown>>, says: RegExp])[] = [
  ["a zone that is none", { timeZone: "Europe/Londonn" }, /^timeZone: a name of the IANA time zones/],
  ["a day that does not exist", exam({ start: "2026-02-30T09:00" }), /^exams\[0\].start: a local day and time/],
  ["a misspelt key", exam({ expectedStudent: 3 }), /^exams\[0\].expectedStudent: .*Did you mean .*expectedStudents\?/],
  ["no students", exam({ expectedStudents: 0 }), /^exams\[0\].expectedStudents: .*from 1 to 500000/],
  ["a date outside the year", exam({ start: "2027-01-20T09:30" }), /^exams\[0\].start: a day of year/],
  ["the hour that is twice", exam({ start: "2026-10-25T01:30" }), /there twice when clocks change/],
  ["a ramp at night", { dailyRamp: { ...good.dailyRamp, from: "03:00" } }, /^dailyRamp.from: .*"04:00" to "23:59"/],
  ["a ramp backwards", { dailyRamp: { ...good.dailyRamp, to: "07:00" } }, /^dailyRamp.to: a time after/],
  ["a term backwards", { terms: [{ name: "t", from: "2026-10-12", to: "2026-10-11" }] }, /^terms\[0\].to: a day not/],
  [
    "terms that overlap",
    { terms: [good.terms[0], { name: "late", from: "2026-10-30", to: "2026-11-20" }] },
    /^terms\[1\]: days outside autumn/,
  ],
  [
    "a name twice",
    { holidays: [{ name: "law", date: "2026-10-14" }] },
    /^exams\[0\].name: .*holidays\[0\].name has it/,
  ],
  ["an exam on a holiday", { holidays: [{ name: "off", date: "2026-10-20" }] }, /^exams\[0\].start: .*holiday off/],
  [
    "an exam in a closed week",
    { closedWeeks: [{ name: "reading", from: "2026-10-19", to: "2026-10-25" }] },
    /^exams\[0\].start: .*closed week reading/,
  ],
  ["an exam that is too large", exam({ expectedStudents: 5000 }), /maxTasks 32 can let in .*this needs 38/],
  [
    "a load that is too high",
    { assessment: [{ name: "busy", from: "2026-10-19", to: "2026-10-23", load: 6 }] },
    /^assessment\[0\].load: at most 5.3: .*36 tasks/,
  ],
  ["stopping prod", { outside: "stop" }, /^outside: floor with profile prod/],
];

describe("a calendar file", () => {
  for (const [what, change, says] of refusals) {
    it(`is refused for ${what}, in one line`, () => {
      const lines = said(change);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0]!, says);
    });
  }

  it("is refused for all mistakes at once", () => {
    assert.equal(
      said({ ...exam({ start: "2027-01-20T09:30" }), holidays: [{ name: "x", date: "2020-01-01" }] }).length,
      2,
    );
  });

  it("is refused for the hour that spring leaves out, and for two exams that are too large together", () => {
    const spring = {
      year: { from: "2027-03-01", to: "2027-03-31" },
      terms: [{ name: "t", from: "2027-03-01", to: "2027-03-31" }],
    };
    assert.match(said({ ...spring, ...exam({ start: "2027-03-28T01:30" }) })[0]!, /left out when clocks change/);
    const two = [good.exams[0], { ...good.exams[0], name: "history", start: "2026-10-20T10:00" }];
    assert.match(said({ exams: two })[0]!, /^exams\[1\].*together with law/);
  });

  it("is refused where it stops a stack whose alarms send messages", () => {
    const paging = (value: boolean) => exampleSettings("dev", { observability: { paging: value } });
    const stop = { outside: "stop", exams: [] };
    assert.deepEqual(said(stop, paging(false)), []);
    assert.deepEqual(said({ ...stop, outside: "floor" }, paging(true)), []);
    const [one, ...more] = said(stop, paging(true));
    assert.match(
      one ?? "",
      /^outside: floor where moodle:observability\.paging is on: .*every night.*moodle:calendar\.name/,
    );
    assert.deepEqual(more, []);
  });

  it("is refused for more capacity than a serverless database may have", () => {
    const settings = exampleSettings("prod", {
      database: { capacity: { kind: "serverless", minAcu: 4, maxAcu: 8 } },
      web: { phpMaxChildren: 10 },
    });
    assert.match(said({}, settings)[0] ?? "", /maxAcu 8 can serve; this needs 15.5 ACU/);
  });

  it("is refused for more actions than AWS takes", () => {
    const days = Array.from({ length: 20 }, (_, i) => String(i + 1).padStart(2, "0"));
    const exams = days.flatMap((day) =>
      [9, 12, 15, 18].map((hour) => ({
        name: `e-${day}-${hour}`,
        start: `2026-11-${day}T${String(hour).padStart(2, "0")}:00`,
        durationMinutes: 60,
        expectedStudents: 2000,
      })),
    );
    assert.match(said({ exams })[0]!, /125 scheduled actions for instances/);
  });

  it("is good for every stack of the repository, within AWS's limits", () => {
    assert.deepEqual([...calendarNames()].sort(), ["dev", "example", "prod", "staging"]);
    for (const name of calendarNames()) {
      const settings = exampleSettings(name === "example" ? "prod" : name, { calendar: { name } });
      const actions = compile(readCalendar(settings)!, settings, 0);
      for (const [target, quota] of Object.entries(actionQuota)) {
        assert.ok(actions.filter((action) => action.target === target).length <= quota / 2, `${name} ${target}`);
      }
    }
  });

  for (const profile of ["prod", "staging", "dev"]) {
    it(`plans no exam and no season for a new site of profile ${profile}: its owner has written none`, () => {
      const settings = exampleSettings(profile);
      const calendar = readCalendar(settings)!;
      assert.deepEqual([calendar.exams, calendar.enrolment, calendar.assessment, calendar.holidays], [[], [], [], []]);
      const largest = Math.max(
        ...compile(calendar, settings, 0).map(({ target, min }) => (target === "web" ? min : 0)),
      );
      assert.ok(largest <= settings.web.minTasks, `${largest} web tasks are planned for some day`);
      const hour = 3_600_000;
      for (let at = Date.parse(calendar.year.from); at <= Date.parse(calendar.year.to); at += hour) {
        assert.equal(freezeRefusal(calendar, at, {}), undefined);
      }
    });
  }

  it("is not read when the stack says none, and a name without a file is refused", () => {
    assert.equal(readCalendar(exampleSettings("prod", { calendar: { name: "none" } })), undefined);
    assert.throws(
      () => readCalendar(exampleSettings("prod", { calendar: { name: "nowhere" } })),
      /dev, example, prod, staging/,
    );
    assert.match(readFileSync(join(__dirname, "prod.yaml"), "utf8"), /timeZone/);
  });
});

describe("the clock", () => {
  it("can be told another time, and nothing else", () => {
    assert.equal(now({ MOODLE_NOW: "2026-11-23T09:00:00Z" }), Date.UTC(2026, 10, 23, 9));
    const [before, given, after] = [Date.now(), now({}), Date.now()];
    assert.ok(before <= given && given <= after);
    assert.throws(() => now({ MOODLE_NOW: "tomorrow" }), /MOODLE_NOW: got "tomorrow"/);
  });
});

// cspell:ignore Londonn
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { addDays, datesOf, earlier, instantOf, instantsOf, isDate, isTimeZone, localOf, weekdayOf } from "./zone";

const utc = (instant: number | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString());

describe("local times", () => {
  it("know the two nights on which clocks change", () => {
    // Spring 2027: 01:00 becomes 02:00. Autumn 2026: 02:00 becomes 01:00.
    assert.deepEqual(instantsOf("2027-03-28", "01:30", "Europe/London"), []);
    assert.deepEqual(instantsOf("2026-10-25", "01:30", "Europe/London").map(utc), [
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T01:30:00.000Z",
    ]);
    assert.equal(utc(instantOf("2027-03-27", "09:30", "Europe/London")), "2027-03-27T09:30:00.000Z");
    assert.equal(utc(instantOf("2027-03-28", "09:30", "Europe/London")), "2027-03-28T08:30:00.000Z");
    assert.equal(utc(instantOf("2026-10-24", "09:30", "Europe/London")), "2026-10-24T08:30:00.000Z");
    assert.equal(utc(instantOf("2026-10-25", "09:30", "Europe/London")), "2026-10-25T09:30:00.000Z");
    assert.equal(utc(instantOf("2027-03-28", "01:30", "Europe/London")), "2027-03-28T01:30:00.000Z");
  });

  it("hold in zones of other shapes", () => {
    assert.equal(utc(instantOf("2026-11-23", "09:00", "Asia/Kathmandu")), "2026-11-23T03:15:00.000Z");
    assert.equal(utc(instantOf("2027-01-01", "00:00", "Pacific/Auckland")), "2026-12-31T11:00:00.000Z");
    assert.equal(instantsOf("2026-11-01", "01:30", "America/New_York").length, 2);
    // Half an hour of daylight saving.
    assert.equal(instantsOf("2026-10-04", "02:15", "Australia/Lord_Howe").length, 0);
  });

  it("come back as they were, for any instant", () => {
    const zone = fc.constantFrom("Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC");
    const instant = fc.integer({ min: 0, max: 2_000_000 }).map((n) => Date.UTC(2026, 0, 1) + n * 60_000);
    fc.assert(
      fc.property(zone, instant, (name, at) => {
        const { date, time } = localOf(at, name);
        return instantsOf(date, time, name).includes(at);
      }),
      { numRuns: 200 },
    );
  });

  it("tell dates, weekdays and zones", () => {
    assert.deepEqual([isDate("2028-02-29"), isDate("2027-02-29"), isDate("2027-13-01")], [true, false, false]);
    assert.deepEqual(datesOf("2027-02-27", "2027-03-01"), ["2027-02-27", "2027-02-28", "2027-03-01"]);
    assert.equal(addDays("2026-12-31", 1), "2027-01-01");
    assert.equal(weekdayOf("2026-11-23"), "mon");
    for (const name of Intl.supportedValuesOf("timeZone")) assert.ok(isTimeZone(name), name);
    // Old names go on; AWS takes neither another spelling nor an offset.
    for (const name of ["Asia/Calcutta", "Europe/Kyiv", "Etc/GMT+5", "UTC"]) assert.ok(isTimeZone(name), name);
    for (const name of ["Europe/Londonn", "europe/london", "+01:00", "", "2026-01-01T00:00Z[Europe/London]"]) {
      assert.ok(!isTimeZone(name), name);
    }
    assert.deepEqual(instantsOf("2027-02-30", "09:30", "UTC"), []);
    assert.equal(earlier("07:10", 25), "06:45");
  });
});

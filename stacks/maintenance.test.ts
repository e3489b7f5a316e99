import * as assert from "node:assert/strict";
import { ec2Defaults } from "../components/cluster/capacity";
import { defaultWindows, weekdayStart, windowProblems } from "../components/lib/windows";
import { maintenanceTimes } from "./maintenance";
import { regionTimeZones } from "./regionTimeZones";
import { exampleConfig } from "../testing/examples/settings";
import { checkSettings, loadSettings } from "./settings/load";
import { regions } from "./settings/site";

const times = (changes: Readonly<Record<string, unknown>> = {}) =>
  maintenanceTimes(loadSettings(exampleConfig(changes), "prod"));
const problems = (maintenance: object) =>
  checkSettings(exampleConfig({ maintenance }), "prod").problems.map(({ path, allowed }) => `${path}: ${allowed}`);

describe("maintenance", () => {
  it("is in London what it was before it could be set", () => {
    assert.deepEqual(times(), { windows: defaultWindows, replacement: ec2Defaults.replacement });
  });

  it("is at night where the region is, the day before by UTC in the east", () => {
    assert.deepEqual(times({ region: "ap-southeast-2" }), {
      windows: { backup: "16:00-17:00", maintenance: "sat:17:30-sat:18:30" },
      replacement: { schedule: "cron(0 17 ? * SAT *)" },
    });
    assert.deepEqual(times({ region: "ap-south-1" }), {
      windows: { backup: "20:30-21:30", maintenance: "sat:22:00-sat:23:00" },
      replacement: { schedule: "cron(30 21 ? * SAT *)" },
    });
    assert.deepEqual(times({ region: "us-west-2" }), {
      windows: { backup: "10:00-11:00", maintenance: "sun:11:30-sun:12:30" },
      replacement: { schedule: "cron(0 11 ? * SUN *)" },
    });
  });

  it("follows the stack file: zone, day and times, over midnight and the week's end", () => {
    const maintenance = {
      timeZone: "Pacific/Auckland",
      day: "sun",
      backupWindow: "01:00-02:30",
      window: "23:30-00:30",
      instanceRefreshAt: "04:15",
    };
    assert.deepEqual(times({ maintenance }), {
      windows: { backup: "13:00-14:30", maintenance: "sun:11:30-sun:12:30" },
      replacement: { schedule: "cron(15 16 ? * SAT *)" },
    });
    const late = { timeZone: "America/New_York", window: "21:00-22:30" };
    assert.equal(times({ maintenance: late }).windows.maintenance, "mon:02:00-mon:03:30");
  });

  it("is the same in winter and in summer, and takes both halves of the globe by their standard time", () => {
    const inZone = (timeZone: string) => times({ maintenance: { timeZone } }).windows.backup;
    assert.deepEqual(["Europe/Berlin", "America/Santiago", "Australia/Adelaide", "UTC"].map(inZone), [
      "01:00-02:00",
      "06:00-07:00",
      "16:30-17:30",
      "02:00-03:00",
    ]);
  });

  it("knows the place of each region, and no window of any is refused", () => {
    assert.deepEqual(Object.keys(regionTimeZones).sort(), [...regions].sort());
    for (const region of regions) {
      const { windows } = maintenanceTimes({ region, maintenance: loadSettings(exampleConfig(), "prod").maintenance });
      assert.deepEqual(windowProblems(region, windows, 60), []);
    }
  });

  it("begins for FSx at the day's number, Monday first", () => {
    assert.equal(weekdayStart("sun:03:30-sun:04:30"), "7:03:30");
    assert.equal(weekdayStart("mon:23:00-tue:00:00"), "1:23:00");
  });

  const refused: readonly [string, object, RegExp][] = [
    ["an overlap", { window: "02:30-03:30" }, /^moodle:maintenance.window: .*does not overlap the daily backup, 02:00/],
    ["a short window", { window: "03:30-04:00" }, /window: a window of at least 60 minutes/],
    ["a short backup", { backupWindow: "02:00-02:30" }, /backupWindow: a window of at least 60 minutes/],
    ["another notation", { window: "sun:03:30-sun:04:30" }, /hh:mm-hh:mm in the maintenance time zone/],
    ["hour 24", { instanceRefreshAt: "24:00" }, /instanceRefreshAt: hh:mm/],
    ["an unknown day", { day: "Sunday" }, /day: mon, tue/],
    ["a zone that is none", { timeZone: "Europe/Narnia" }, /timeZone: a name of the IANA/],
  ];
  for (const [what, maintenance, expected] of refused) {
    it(`refuses ${what}`, () => {
      const found = problems(maintenance);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", expected);
    });
  }
});

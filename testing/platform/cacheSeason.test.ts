import * as assert from "node:assert/strict";
import { preview, type RunResult, stopStandIns } from "../../offline/engine";
import { readCalendar } from "../../stacks/calendar/read";
import { buildPlatform } from "../../stacks/platform";
import { makeProviders } from "../../stacks/providers";
import { readSettings } from "../../stacks/settings/read";
import { goldenList, identitiesOf } from "./identities";

/** The program of `index.ts` with the example year, and with a larger application cache for the exams of the summer. */
function program(): void {
  const settings = readSettings();
  const calendar = readCalendar({ ...settings, calendar: { name: "example" } })!;
  const assessment = calendar.assessment.map((period) =>
    period.name === "summer-exams" ? { ...period, cacheNodeType: "cache.r7g.xlarge" } : period,
  );
  buildPlatform(settings, makeProviders(settings), { ...calendar, assessment });
}

describe("Prod with a season of its application cache, on the real engine", function () {
  this.timeout(900_000);
  after(stopStandIns);
  let result: RunResult;

  before(async () => {
    result = await preview("prod", { run: "cache-season", quiet: true, program });
  });

  it("previews without a violation", () => {
    assert.ok(result.ok, result.printed);
    assert.deepEqual(
      result.violations.filter(({ policy }) => policy !== "undecided"),
      [],
    );
  });

  it("has two changes and their role, which it otherwise does not have", () => {
    const ofCache = (identities: readonly string[]) => identities.filter((one) => one.includes("-schedule-cache-"));
    assert.deepEqual(ofCache(goldenList("prod")), []);
    assert.deepEqual(ofCache(identitiesOf(result)), [
      "aws:iam/role:Role::prod-schedule-cache-role",
      "aws:iam/rolePolicy:RolePolicy::prod-schedule-cache-policy",
      "aws:scheduler/schedule:Schedule::prod-schedule-cache-summer-exams-down",
      "aws:scheduler/schedule:Schedule::prod-schedule-cache-summer-exams-up",
    ]);
  });

  it("has a mail for calls that AWS does not take, which a calendar without calls does not have", () => {
    const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm::prod-alarms-schedule-dropped";
    assert.ok(!goldenList("prod").includes(alarm));
    assert.ok(identitiesOf(result).includes(alarm));
    assert.ok(identitiesOf(result).includes("aws:scheduler/scheduleGroup:ScheduleGroup::prod-schedule-calls"));
  });

  it("is made with the standing node type, and its alarm watches what the larger one has", () => {
    const inputs = (name: string) => result.resources.find((one) => one.name === name)!.inputs;
    assert.equal(inputs("prod-cache-group")["nodeType"], "cache.r7g.large");
    assert.match(JSON.stringify(inputs("prod-alarms-cache-load")), /EngineCPUUtilization/);
    assert.match(JSON.stringify(inputs("prod-alarms-sessions-load")), /"CPUUtilization/);
  });
});

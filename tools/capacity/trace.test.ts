import assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "../../stacks/settings/load";
import { budgetOf, exceptions, judge } from "./budgets";
import budgets from "./budgets.json";
import { values } from "./measured";
import { pageClasses } from "./pageClasses";
import { plannedActions, refusals, shareOn } from "./schedule";
import { stackSettings } from "../lib/stackFile";
import { bundledTraces, loadTrace, parseTrace, ratesBySecond } from "./trace";
import { daysOf, seasons } from "../cost/year";

const settings = loadSettings(exampleConfig(), "prod");
const width = pageClasses.length;
const sum = (array: Float64Array) => array.reduce((total, value) => total + value, 0);

describe("the bundled traces", () => {
  it("are those that the issue asks for, each with sources and a budget", () => {
    const names = ["exam-gate", "night", "spike", "start-of-year", "teaching-day", "zone-loss", "zone-loss-writer"];
    assert.deepEqual(bundledTraces(), names);
    assert.deepEqual(Object.keys(budgets.traces).sort(), names);
    assert.ok(names.every((name) => loadTrace(name).sources.length >= 2));
  });

  it("start 4,000 attempts within the minute, and give each student moodiycloud's 56 requests", () => {
    const trace = loadTrace("exam-gate");
    const start = ratesBySecond({ ...trace, streams: trace.streams.filter(({ mix }) => mix === "examStart") });
    assert.ok(Math.abs(sum(start) - 12_000) < 400, "three requests for each start");
    const exam = ratesBySecond({ ...trace, streams: trace.streams.filter(({ mix }) => mix.startsWith("exam")) });
    assert.ok(Math.abs(sum(exam) / 4000 - values.requestsPerExam) < 6, String(sum(exam) / 4000));
  });

  it("rise eight times in five minutes", () => {
    const rates = ratesBySecond(loadTrace("spike"));
    const at = (second: number) => sum(rates.slice(second * width, (second + 1) * width));
    assert.ok(at(72300) / at(71990) > 7.5);
  });

  it("make a year of 365 days", () => {
    const days = seasons.flatMap((season) => Object.values(daysOf(season))).reduce((total, count) => total + count, 0);
    assert.equal(days, 365);
  });

  it("interpolate between points and keep the last", () => {
    const rates = ratesBySecond({
      ...loadTrace("night"),
      seconds: 60,
      streams: [
        {
          mix: "login",
          points: [
            [0, 0],
            [10, 10],
          ],
        },
      ],
    });
    assert.equal(sum(rates.slice(5 * width, 6 * width)), 5.5);
    assert.equal(sum(rates.slice(59 * width)), 10);
  });

  it("are refused when they are not traces", () => {
    assert.throws(() => loadTrace("no-such"), /TRACE: .*exam-gate/s);
    assert.throws(() => parseTrace("{", "x.json"), /x\.json is not JSON/);
    assert.throws(() => parseTrace('{"name": "x", "second": 60}', "x.json"), /x\.json is not a trace/);
  });
});

describe("the calendar's part", () => {
  it("has instances ready before tasks, and both before the exam", () => {
    const exam = loadTrace("exam-gate").events[0]!;
    const actions = plannedActions(loadTrace("exam-gate"), settings);
    const before = actions.filter((action) => action.at > 30_000 && action.at < exam.at);
    assert.deepEqual(before.map(({ at, target }) => [exam.at - at, target]).sort(), [
      [1200, "web"],
      [1500, "instances"],
    ]);
    assert.ok(actions.every(({ min }) => (min ?? 0) >= settings.safety.webTasks));
  });
});

describe("what the calendar schedules", () => {
  it("leaves days without teaching at the floor, and ramps the others in the site's own hours", () => {
    const web = (name: string, changes: object = {}) =>
      plannedActions({ ...loadTrace(name), ...changes }, settings)
        .filter(({ target, at }) => target === "web" && at > -86400)
        .map(({ at, min }) => [at / 3600, min]);
    assert.deepEqual(web("night"), []);
    const [up, down] = [7 + 10 / 60, 22.5];
    assert.deepEqual(web("teaching-day"), [
      [up - 24, 6],
      [down - 24, 3],
      [up, 6],
      [down, 3],
    ]);
    assert.deepEqual(
      web("teaching-day", { startHour: 10 }).filter(([at]) => at! > 0),
      [
        [12.5, 3],
        [up + 14, 6],
      ],
    );
  });

  it("counts the hours of a stack that stops outside of them, and all hours of one that does not", () => {
    assert.equal(shareOn(settings), 1);
    // 12 hours 55 minutes, 250 working days or so of 365.
    const staging = shareOn(stackSettings("staging"));
    assert.ok(
      staging > (0.95 * 12.9 * 250) / (24 * 365) && staging < (1.05 * 12.9 * 250) / (24 * 365),
      String(staging),
    );
  });

  it("says when the stack is too small for the calendar to take the exam", () => {
    const small = { ...settings, web: { ...settings.web, maxTasks: 30 } };
    assert.match(refusals(loadTrace("exam-gate"), small).join(), /expectedStudents: got 4000.*maxTasks/s);
    assert.deepEqual(refusals(loadTrace("exam-gate"), settings), []);
    assert.deepEqual(refusals(loadTrace("teaching-day"), settings), []);
  });
});

describe("budgets", () => {
  it("let no trace miss a minute, but for exceptions that say why", () => {
    for (const name of bundledTraces()) {
      const exception = exceptions[name];
      assert.equal(budgetOf(name).violatingMinutes, exception?.violatingMinutes ?? 0);
      assert.equal(budgetOf(name).startSeconds, 240);
    }
    assert.deepEqual(Object.keys(exceptions), ["zone-loss-writer"]);
    assert.match(exceptions["zone-loss-writer"]!.source, /https:\/\/docs\.aws\.amazon\.com/);
  });

  it("tell what is over", () => {
    const result = { violatingMinutes: 1, failed: 5, arrived: 100, secondsShort: 0, slowestStartSeconds: 10 };
    const verdicts = judge(result as any, budgetOf("night"));
    assert.deepEqual(
      verdicts.map(({ ok }) => ok),
      [false, false, true, true],
    );
    assert.equal(budgetOf("imported").secondsShort, 60);
  });
});

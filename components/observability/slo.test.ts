import assert from "node:assert/strict";
import * as fc from "fast-check";
import { pathClasses } from "../lib/pathClasses";
import { parseExpression } from "../../tools/replay/math";
import { build } from "../../testing/build";
import type { ObjectiveClass, SloDefinition } from "./definition";
import { RequestMetrics } from "./requestMetrics";
import { burnWindows, classGroups, objectiveBounds, requestMetricFilters, sloAlarms } from "./slo";

const slo = (pathClass: ObjectiveClass, changes: Partial<SloDefinition> = {}): SloDefinition => ({
  pathClass,
  availabilityPercent: 99.9,
  latencyPercent: 95,
  latencySeconds: 2.5,
  windowDays: 28,
  ...changes,
});
const classes = Object.values(classGroups).flat();
const slos = classes.map((pathClass) => slo(pathClass));

describe("Service level objectives", () => {
  it("are for every path class of the access log but the rest", () => {
    assert.deepEqual([...classes, "other"].sort(), [...pathClasses].sort());
  });

  it("burn as in the table of the SRE workbook: 2 % of the month in an hour, 5 % in six, 10 % in three days", () => {
    const shares = burnWindows.map(({ burnRate, longSeconds }) => (burnRate * longSeconds) / (30 * 86_400));
    assert.deepEqual(
      shares.map((share) => Number(share.toFixed(3))),
      [0.02, 0.05, 0.1],
    );
    assert.ok(burnWindows.every(({ longSeconds, shortSeconds }) => longSeconds === 12 * shortSeconds));
  });

  it("can be burnt as fast as the fast alarm asks, whatever is set", () => {
    const percent = ({ min, max }: { min: number; max: number }) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(percent(objectiveBounds.availability), percent(objectiveBounds.latency), (availability, latency) => {
        const all = [slo("login", { availabilityPercent: availability, latencyPercent: latency })];
        for (const alarm of sloAlarms("prod", all).filter(({ metrics }) => "n1" in metrics)) {
          const value = parseExpression(alarm.expression!, 60);
          assert.ok(value(() => 1000)! >= alarm.threshold, `${alarm.id}: all requests are bad, and it stays quiet`);
          assert.equal(
            value((id) => (id.startsWith("b") ? 0 : 1000)),
            0,
          );
        }
      }),
    );
  });

  it("make twelve alarms, each with its own short window, and as many metrics as CloudWatch takes", () => {
    const alarms = sloAlarms("prod", slos);
    assert.equal(alarms.length, 12);
    for (const alarm of alarms) {
      assert.equal(alarm.confirmedBy?.periodSeconds, alarm.periodSeconds / 12);
      assert.equal(alarm.severity, alarm.id.endsWith("-days") ? "ticket" : "page");
      assert.equal(Object.keys(alarm.metrics).length, 6);
    }
  });

  it("fire at 1.44 % of failures for a promise of 99.9 %, and not below or at night for a few", () => {
    const [alarm] = sloAlarms("prod", slos);
    const value = (bad: number, of: number) =>
      parseExpression(alarm!.expression!, 60)((id) => (id === "b1" ? bad : id === "n1" ? of : 0))!;
    assert.ok(value(1440, 100_000) >= 14.4 - 1e-9);
    assert.ok(value(1430, 100_000) < 14.4);
    assert.equal(value(19, 19), 0);
  });
});

describe("RequestMetrics", () => {
  it("counts requests, failures and slow answers of each class", () => {
    assert.deepEqual(requestMetricFilters("prod", [slo("quiz")]), [
      {
        name: "quiz-seconds",
        pattern: '{ $.log = "access" && $.class = "quiz" && $.php_seconds >= 0 }',
        namespace: "Moodle/Requests/prod",
        metricName: "quiz.seconds",
        value: "$.php_seconds",
      },
      {
        name: "quiz-failed",
        pattern:
          '{ ($.log = "access" && $.class = "quiz" && $.status >= 500) || ' +
          '($.log = "error" && $.level = "error" && $.status < 500 && $.class = "quiz") }',
        namespace: "Moodle/Requests/prod",
        metricName: "quiz.failed",
        value: "1",
        defaultValue: "0",
      },
      {
        name: "quiz-slow",
        pattern: '{ $.log = "access" && $.class = "quiz" && $.php_seconds > 2.5 }',
        namespace: "Moodle/Requests/prod",
        metricName: "quiz.slow",
        value: "1",
        defaultValue: "0",
      },
      {
        name: "untold-errors",
        pattern: '{ $.log = "error" && $.level = "error" && $.status < 500 }',
        namespace: "Moodle/Requests/prod",
        metricName: "untold-errors",
        value: "1",
        defaultValue: "0",
      },
    ]);
  });

  it("counts each failure once, whatever the status that Moodle gives it, and no address that does not exist", () => {
    const counted = (...lines: Readonly<Record<string, unknown>>[]) =>
      lines.flatMap((line) =>
        requestMetricFilters("prod", [slo("course")])
          .filter(({ name, pattern }) => name.endsWith("-failed") && fits(pattern, { class: "course", ...line }))
          .map(({ name }) => name),
      );
    const told = (status: number, level = "error") => ({ log: "error", level, status });
    const answered = (status: number) => ({ log: "access", status, php_seconds: 0.1 });
    assert.deepEqual(counted(answered(404), told(404)), ["course-failed"], "an exception");
    assert.deepEqual(counted(answered(200), told(200)), ["course-failed"], "after the page's header, or in AJAX");
    assert.deepEqual(counted(answered(500), told(500)), ["course-failed"], "the database is away");
    assert.deepEqual(counted(answered(504)), ["course-failed"], "no PHP was left to tell it");
    assert.deepEqual(counted(answered(404), told(404, "notice")), [], "no such course");
    assert.deepEqual(counted(answered(404)), [], "no such address");
    assert.deepEqual(counted({ ...told(404), class: "cli", status: null }), [], "the command line");
  });

  it("counts what the site took, not what the client did", () => {
    const counted = (line: Readonly<Record<string, unknown>>) =>
      requestMetricFilters("prod", [slo("service")])
        .filter(({ pattern }) => fits(pattern, { log: "access", class: "service", status: 200, ...line }))
        .map(({ name }) => name);
    assert.deepEqual(counted({ seconds: 0.2, php_seconds: 0.2 }), ["service-seconds"]);
    assert.deepEqual(counted({ seconds: 300, php_seconds: 0.2 }), ["service-seconds"], "a slow upload");
    assert.deepEqual(counted({ seconds: 9, php_seconds: 9 }), ["service-seconds", "service-slow"]);
    assert.deepEqual(counted({ seconds: 9, php_seconds: null, status: 404 }), [], "no PHP was asked");
    assert.deepEqual(counted({ seconds: 5, php_seconds: null, status: 502 }), ["service-failed"], "PHP was not there");
  });

  it("makes a filter on the log for each", async () => {
    const built = await build(
      (opts) => new RequestMetrics("prod-requests", { environment: "prod", logGroupName: "web", slos }, opts),
    );
    const filters = built.ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter");
    assert.equal(filters.length, 19);
    assert.ok(filters.every(({ inputs }) => inputs.logGroupName === "web"));
  });
});

/**
 * Whether a line fits a pattern of comparisons joined by "and", several of them in brackets joined by "or"; a field that is null
 * fits no number: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
function fits(pattern: string, line: Readonly<Record<string, unknown>>): boolean {
  return pattern
    .replace(/^\{ | \}$/g, "")
    .split(" || ")
    .some((all) =>
      all
        .replace(/^\(|\)$/g, "")
        .split(" && ")
        .every((term) => holds(term, line)),
    );
}

function holds(term: string, line: Readonly<Record<string, unknown>>): boolean {
  const [, field, sign, wanted] = /^\$\.(\w+) (=|>=|>|<) (.+)$/.exec(term) ?? assert.fail(term);
  const value = line[field!];
  const limit: unknown = JSON.parse(wanted!);
  if (sign === "=") {
    return value === limit;
  }
  if (typeof value !== "number" || typeof limit !== "number") {
    return false;
  }
  return sign === "<" ? value < limit : sign === ">" ? value > limit : value >= limit;
}

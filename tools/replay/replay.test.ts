import assert from "node:assert/strict";
import type { AlarmDefinition } from "../../components/observability/definition";
import { currentText } from "../generate/document";
import { stackSettings } from "../lib/stackFile";
import { incidents } from "./incidents";
import { pages, replay, type Transition } from "./replay";
import { incidentsDocument, quietWeekCount, report, verdict } from "./report";
import { quietWeeks, replayAll, type Result } from "./results";
import { exampleAlarms } from "./scenario";
import { Series } from "./series";
import { minuteOf } from "./week";

const settings = stackSettings("prod");

describe("Past incidents through the alarms of prod", () => {
  let results: readonly Result[];
  let quiet: readonly Transition[];
  before(() => {
    results = replayAll(settings);
    quiet = quietWeeks(settings);
  });

  for (const { id, title, budget } of incidents) {
    it(`are told within ${budget} minutes, and page at most once: ${title}`, () => {
      const result = results.find(({ incident }) => incident.id === id)!;
      assert.equal(verdict(result), "ok", `paged at ${result.pages.join(", ")}; first: ${result.first.join(", ")}`);
    });
  }

  it("and four quiet weeks page nobody, and send no mail", () => {
    // A release is on in one of the weeks; what it silences sends nothing by itself.
    const { regional } = exampleAlarms(settings);
    const silenced = regional.flatMap(({ id, unless }) =>
      unless === undefined ? [] : [id, ...unless.map((one) => one.id)],
    );
    assert.ok(
      quiet.some(({ id }) => id === "cron-age"),
      "no release stopped cron",
    );
    const told = quiet.filter(({ id }) => !id.endsWith("-now") && !silenced.includes(id));
    assert.deepEqual(told, []);
  });

  it("are in the documents as they are", () => {
    const text = report(results, quiet, quietWeekCount);
    assert.equal(currentText(incidentsDocument), text, "Stale. Run: make generate ONLY=docs/incidents.md");
  });
});

describe("The verdict of a replay", () => {
  const [incident] = incidents;
  const of = (...paged: number[]) => verdict({ incident: { ...incident!, budget: 10 }, pages: paged, mails: [] });
  const mailed = (expect: "ticket" | "nothing", pages: readonly number[], ...mails: readonly number[]) =>
    verdict({ incident: { ...incident!, budget: 10, expect }, pages, mails });

  it("tells late, missed, too often and too early apart", () => {
    assert.equal(of(10), "ok");
    assert.equal(of(11), "late");
    assert.equal(of(), "missed");
    assert.equal(of(4, 9), "paged again");
    assert.equal(of(-3, 4), "paged before");
    assert.equal(mailed("ticket", [], 8), "ok");
    assert.equal(mailed("ticket", [], 11), "late");
    assert.equal(mailed("ticket", []), "missed");
    assert.equal(mailed("ticket", [5], 4), "paged for nothing");
    assert.equal(mailed("nothing", []), "ok");
    assert.equal(mailed("nothing", [5]), "paged for nothing");
  });
});

describe("The replay of alarms", () => {
  const alarm = (changes: Partial<AlarmDefinition> = {}): AlarmDefinition => ({
    id: "load",
    component: "test",
    incident: "capacity",
    severity: "page",
    summary: "Load.",
    reason: "Test.",
    metrics: { m: { namespace: "Test", name: "Load", dimensions: {}, statistic: "Average" } },
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 90,
    periodSeconds: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    treatMissingData: "missing",
    runbook: "docs/runbooks/page.md",
    ...changes,
  });
  const run = (definitions: readonly AlarmDefinition[], ...values: readonly (readonly number[])[]) => {
    const series = values.map((one) => Series.of(one));
    const of = ({ name }: { readonly name: string }) => series[name === "Load" ? 0 : 1]!;
    return pages(replay("test", definitions, of, { from: 5, to: values[0]!.length }));
  };
  const flat = (length: number, value: number) => Array.from({ length }, () => value);

  it("fires when M of N are over, a minute after the last of them", () => {
    // Over in minutes 10, 11 and 12; that of minute 12 is there in minute 13.
    assert.deepEqual(run([alarm()], [...flat(10, 10), ...flat(10, 95)]), [13]);
    assert.deepEqual(run([alarm({ datapointsToAlarm: 2 })], [...flat(10, 10), ...flat(10, 95)]), [12]);
  });

  it("pages once for two alarms of one time, and again for what comes after", () => {
    const other = { namespace: "Test", name: "Other", dimensions: {}, statistic: "Average" } as const;
    const both = [alarm(), alarm({ id: "other", incident: "database", metrics: { m: other } })];
    const load = [...flat(10, 10), ...flat(20, 95), ...flat(30, 10)];
    assert.deepEqual(run(both, load, [...flat(20, 10), ...flat(20, 95), ...flat(20, 10)]), [13]);
    assert.deepEqual(run(both, load, [...flat(40, 10), ...flat(10, 95), ...flat(10, 10)]), [13, 43]);
  });

  it("pages only while the confirming alarm is on too", () => {
    const now = { namespace: "Test", name: "Now", dimensions: {}, statistic: "Average" } as const;
    const { confirmedBy: _, ...short } = alarm({
      id: "now",
      metrics: { m: now },
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
    });
    const long = { ...alarm(), confirmedBy: short };
    const load = [...flat(10, 10), ...flat(20, 95)];
    assert.deepEqual(run([long], load, flat(30, 95)), [13]);
    assert.deepEqual(run([long], load, [...flat(20, 10), ...flat(10, 95)]), [21]);
    assert.deepEqual(run([long], load, flat(30, 10)), []);
  });

  it("counts a window of several minutes over all its samples", () => {
    const series = Series.of([1, undefined, 5], [1, 0, 4]);
    const of = (statistic: "Sum" | "SampleCount" | "Average") => series.point(statistic, 2, 3);
    assert.deepEqual([of("Sum"), of("SampleCount"), of("Average")], [6, 5, 1.2]);
    assert.equal(series.point("Sum", 1, 1), undefined);
    assert.throws(() => series.point("p95", 2, 3), /needs the samples/);
  });

  it("knows the times of a week", () => {
    assert.equal(minuteOf("Mon 00:10"), 10);
    assert.equal(minuteOf("Tue 10:30", 1), 7 * 1440 + 1440 + 630);
    assert.throws(() => minuteOf("Tuesday"), /write it like/);
  });
});

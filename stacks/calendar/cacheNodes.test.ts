import * as assert from "node:assert/strict";
import { cacheChanges, largestNodeType, nodeTypeShares } from "./cacheNodes";
import { exampleCalendar, exampleSettings } from "../../testing/examples/calendar";
import { parseCalendar } from "./read";
import { yearPage } from "../../tools/calendar/picture";
import { yearText } from "../../tools/calendar/year";

const prod = exampleSettings();
const season = { name: "exams", from: "2026-10-19", to: "2026-10-30", load: 1, cacheNodeType: "cache.r7g.xlarge" };
const withSeason = (changes: object = {}) => exampleCalendar({ assessment: [{ ...season, ...changes }] });
const law = { name: "law", start: "2026-10-19T09:30", durationMinutes: 120, expectedStudents: 2400 };

/** What is said about a calendar with these seasons and exams. */
function said(change: object, settings = prod): readonly string[] {
  return parseCalendar(JSON.stringify({ ...exampleCalendar(), ...change }), settings).problems.map(
    ({ path, given, allowed }) => `${path}: ${JSON.stringify(given)}; ${allowed}`,
  );
}

describe("the application cache in a calendar", () => {
  it("is larger from the morning of a season's first day to that of the day after its last", () => {
    assert.deepEqual(cacheChanges(withSeason(), prod, 0), [
      { name: "exams-up", at: "2026-10-19T04:30:00Z", nodeType: "cache.r7g.xlarge" },
      { name: "exams-down", at: "2026-10-31T05:30:00Z", nodeType: "cache.r7g.large" },
    ]);
  });

  it("has the larger of two seasons that overlap, and no change between two with the same", () => {
    const enrolment = [{ name: "welcome", from: "2026-10-12", to: "2026-10-25", cacheNodeType: "cache.r7g.2xlarge" }];
    const names = (of: object) =>
      cacheChanges(exampleCalendar({ enrolment, ...of }), prod, 0).map(({ name, nodeType }) => `${name} ${nodeType}`);
    assert.deepEqual(names({ assessment: [season] }), [
      "welcome-up cache.r7g.2xlarge",
      "welcome-down cache.r7g.xlarge",
      "exams-down cache.r7g.large",
    ]);
    const after = { ...season, from: "2026-10-26", cacheNodeType: "cache.r7g.2xlarge" };
    assert.deepEqual(names({ assessment: [after] }), ["welcome-up cache.r7g.2xlarge", "exams-down cache.r7g.large"]);
  });

  it("keeps its node type without a season", () => {
    assert.deepEqual(cacheChanges(exampleCalendar(), prod, 0), []);
    assert.equal(largestNodeType(exampleCalendar(), prod), undefined);
    assert.equal(largestNodeType(withSeason(), prod), "cache.r7g.xlarge");
  });

  it("leaves out what is past, and goes back after a season that is on", () => {
    const left = cacheChanges(withSeason(), prod, Date.parse("2026-10-20T00:00:00Z"));
    assert.deepEqual(
      left.map(({ name }) => name),
      ["exams-down"],
    );
  });

  it("has each node type for a part of the year", () => {
    const shares = nodeTypeShares(withSeason(), prod);
    assert.equal(Math.round(shares.get("cache.r7g.xlarge")! * 61), 12);
    assert.equal(Math.round(shares.get("cache.r7g.large")! * 61), 49);
  });

  it("is in the printed year and in the picture, and in neither without a season", () => {
    const text = yearText(withSeason(), prod, 0);
    assert.match(text, /exams-up +2026-10-19 05:30 +cache\.r7g\.xlarge/);
    assert.match(text, /exams-down +2026-10-31 05:30 +cache\.r7g\.large/);
    assert.match(text, /cache +2 +2 +-/);
    assert.match(yearPage("prod", withSeason(), prod, text, 0), /2026-10-30: application cache on cache\.r7g\.xlarge/);
    const without = yearText(exampleCalendar(), prod, 0);
    assert.doesNotMatch(without, /Application cache/);
    assert.doesNotMatch(yearPage("prod", exampleCalendar(), prod, without, 0), /larger cache/);
  });

  const refusals: readonly (readonly [what: string, change: object, says: RegExp])[] = [
    [
      "no node type",
      { assessment: [{ ...season, cacheNodeType: "r7g.xlarge" }] },
      /^assessment\[0\].cacheNodeType: "r7g/,
    ],
    ["an unknown one", { assessment: [{ ...season, cacheNodeType: "cache.r9z.xlarge" }] }, /a size from large to 16xl/],
    [
      "another family",
      { assessment: [{ ...season, cacheNodeType: "cache.m7g.xlarge" }] },
      /a larger size of the family/,
    ],
    ["its own", { assessment: [{ ...season, cacheNodeType: "cache.r7g.large" }] }, /cache\.r7g\.large: cache\.r7g\.xl/],
    ["an end before its start", { assessment: [{ ...season, to: "2026-10-18" }] }, /^assessment\[0\].to: .*not before/],
    [
      "an end with the year's",
      { assessment: [{ ...season, to: "2026-11-30" }] },
      /^assessment\[0\].to: .*before year.to/,
    ],
    ["a key of terms", { terms: [{ ...season, load: undefined }] }, /^terms\[0\].cacheNodeType/],
    [
      "a change up in an exam's freeze",
      { enrolment: [season], exams: [{ ...law, start: "2026-10-19T07:45" }] },
      /^enrolment\[0\].from: "2026-10-19"; .*2026-10-19 05:30 .*exam law/,
    ],
    [
      "a change back while an exam of a day is on",
      { assessment: [season], exams: [{ ...law, start: "2026-10-30T09:00", durationMinutes: 1440 }] },
      /^assessment\[0\].to: "2026-10-30"; .*2026-10-31 05:30 .*exam law/,
    ],
  ];
  for (const [what, change, says] of refusals) {
    it(`is refused for ${what}, in one line`, () => {
      const lines = said(change);
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0]!, says);
    });
  }

  it("is refused for a smaller node type, and for a node that nothing stands in for", () => {
    const large = exampleSettings("prod", { cache: { application: { nodeType: "cache.r7g.16xlarge" } } });
    assert.match(said({ assessment: [season] }, large)[0]!, /cache\.r7g\.16xlarge: it is the largest/);
    const alone = said({ assessment: [{ ...season, cacheNodeType: "cache.t4g.small" }] }, exampleSettings("dev"));
    assert.match(alone.join("\n"), /none with moodle:cache\.application\.replicas 0/);
  });

  it("changes beside an exam of the first morning", () => {
    assert.deepEqual(said({ assessment: [season], exams: [law] }), []);
  });
});

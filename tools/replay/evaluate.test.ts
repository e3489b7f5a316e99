import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { MissingData } from "../../components/observability/definition";
import { alarmState, breaching, parseRule, type AlarmState } from "./evaluate";

const treatments: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** "0 - X" as AWS writes it: 0 good, X breaching, - missing. */
function points(text: string): (boolean | undefined)[] {
  return text.split(" ").map((point) => (point === "-" ? undefined : point === "X"));
}

const kept = "kept";
type Row = readonly [points: string, ...states: (AlarmState | typeof kept)[]];

/**
 * AWS's two tables, states in the order of {@link treatments}:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, and as they stood in
 * https://github.com/awsdocs/amazon-cloudwatch-user-guide/blob/05fd32f/doc_source/AlarmThatSendsEmail.md
 */
const threeOfThree: readonly Row[] = [
  ["0 - X - X", "OK", "OK", "OK", "OK"],
  ["0 - - - -", "OK", "OK", "OK", "OK"],
  ["- - - - -", "INSUFFICIENT_DATA", kept, "ALARM", "OK"],
  ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["- - - - X", "INSUFFICIENT_DATA", kept, "ALARM", "OK"],
  ["X - - - -", "ALARM", kept, "ALARM", "OK"],
  ["- - X - -", "ALARM", kept, "ALARM", "OK"],
];
const twoOfThree: readonly Row[] = [
  ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
  ["0 - X - -", "OK", "OK", "ALARM", "OK"],
  ["- - - - 0", "OK", "OK", "ALARM", "OK"],
  ["- - - - X", "INSUFFICIENT_DATA", kept, "ALARM", "OK"],
];

describe("The state of a metric alarm", () => {
  for (const [datapointsToAlarm, rows] of [
    [3, threeOfThree],
    [2, twoOfThree],
  ] as const) {
    for (const [text, ...expected] of rows) {
      it(`is as AWS says for ${text}, ${datapointsToAlarm} of 3`, () => {
        for (const before of ["OK", "ALARM"] as const) {
          const states = treatments.map((treatMissingData) =>
            alarmState(points(text), { evaluationPeriods: 3, datapointsToAlarm, treatMissingData }, before),
          );
          assert.deepEqual(
            states,
            expected.map((state) => (state === kept ? before : state)),
          );
        }
      });
    }
  }

  it("looks only at the newest N when none is missing", () => {
    const alarm = { evaluationPeriods: 3, datapointsToAlarm: 2, treatMissingData: "missing" } as const;
    assert.equal(alarmState(points("X X 0 0 X"), alarm, "OK"), "OK");
    assert.equal(alarmState(points("0 0 X 0 X"), alarm, "OK"), "ALARM");
  });

  it("is never worse with missing data as good than as bad, and does not ask how it is treated when nothing misses", () => {
    const point = fc.constantFrom(true, false, undefined);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.nat(5),
        fc.array(point, { minLength: 8, maxLength: 8 }),
        (n, k, all) => {
          const range = all.slice(-(n + 2));
          const alarm = { evaluationPeriods: n, datapointsToAlarm: 1 + (k % n) };
          const [missing, ignore, bad, good] = treatments.map((treatMissingData) =>
            alarmState(range, { ...alarm, treatMissingData }, "OK"),
          );
          assert.ok(!(good === "ALARM" && bad !== "ALARM"));
          if (range.filter((one) => one !== undefined).length >= n) {
            assert.ok([missing, ignore, bad].every((state) => state === good));
          }
        },
      ),
    );
  });

  it("compares as CloudWatch's operators do", () => {
    assert.equal(breaching(80, "GreaterThanThreshold", 80), false);
    assert.equal(breaching(80, "GreaterThanOrEqualToThreshold", 80), true);
    assert.equal(breaching(80, "LessThanThreshold", 80), false);
    assert.equal(breaching(80, "LessThanOrEqualToThreshold", 80), true);
    assert.equal(breaching(undefined, "LessThanThreshold", 80), undefined);
  });
});

describe("The rule of a composite alarm", () => {
  const holds = (rule: string, ...on: string[]) => parseRule(rule)((name) => on.includes(name));

  it("binds AND closer than OR, and brackets closest", () => {
    assert.equal(holds('ALARM("a") OR ALARM("b") AND ALARM("c")', "a"), true);
    assert.equal(holds('(ALARM("a") OR ALARM("b")) AND ALARM("c")', "a"), false);
    assert.equal(holds('(ALARM("a") OR ALARM("b")) AND ALARM("c")', "b", "c"), true);
  });

  it("takes what is not on", () => {
    assert.equal(holds('(ALARM("a") AND NOT ALARM("b"))', "a"), true);
    assert.equal(holds('(ALARM("a") AND NOT ALARM("b"))', "a", "b"), false);
    assert.equal(holds('NOT (ALARM("a") OR ALARM("b"))', "b"), false);
  });

  it("is refused when it has what the replay does not know", () => {
    for (const rule of ["NOT", 'OK("a")', 'ALARM("a") OR', '(ALARM("a")', ""]) {
      assert.throws(() => parseRule(rule), /does not know/, rule);
    }
  });
});

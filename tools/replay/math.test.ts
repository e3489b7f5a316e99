import assert from "node:assert/strict";
import { parseExpression, type Point } from "./math";

function value(text: string, metrics: Readonly<Record<string, Point>>): Point {
  return parseExpression(text, 300)((id) => metrics[id]);
}

describe("Metric math", () => {
  it("has the usual order of operations", () => {
    assert.equal(value("a + b * 2 - 4 / 2", { a: 1, b: 3 }), 5);
    assert.equal(value("(a + b) * 2", { a: 1, b: 3 }), 8);
    assert.equal(value("a - b - 1", { a: 5, b: 3 }), 1);
    assert.equal(value("m / PERIOD(m) / p * 100", { m: 600, p: 4 }), 50);
  });

  it("takes a missing value for 0 beside one that is there, and has no data point where all miss", () => {
    assert.equal(value("a + b", { a: 7 }), 7);
    assert.equal(value("a + b", {}), undefined);
    assert.equal(value("a * 2", {}), undefined);
  });

  it("drops a data point that is divided by zero", () => {
    assert.equal(value("a / b", { a: 1, b: 0 }), undefined);
    assert.equal(value("a / b", { a: 1 }), undefined);
  });

  it("compares as AWS's own example does", () => {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    const series = [{ m1: 30, m2: 20 }, { m1: 20 }, { m1: 0, m2: 20 }, { m1: 0 }];
    const all = (text: string) => series.map((metrics) => value(text, metrics));
    assert.deepEqual(all("m1 < m2"), [0, 0, 1, 0]);
    assert.deepEqual(all("m1 >= 30"), [1, 0, 0, 0]);
    assert.deepEqual(all("m1 > 15 AND m2 > 15"), [1, 0, 0, 0]);
  });

  it("chooses by IF, and takes the MAX of what is there", () => {
    const rate = "MAX([IF(b1 >= 20, b1 / n1 * 1000, 0), IF(b2 >= 20, b2 / n2 * 20, 0)])";
    assert.equal(value(rate, { b1: 30, n1: 3000, b2: 100, n2: 200 }), 10);
    assert.equal(value(rate, { b1: 19, n1: 19, b2: 1, n2: 1 }), 0);
    assert.equal(value(rate, { b2: 100, n2: 200 }), 10);
    assert.equal(value(rate, {}), undefined);
  });

  it("stops at what it does not know", () => {
    for (const text of ["FILL(m, 0)", "-m", "m1 +", "SUM([m])", "m m", "IF(m, 1)", "MAX(m)", ""]) {
      assert.throws(() => parseExpression(text, 60), /does not know/, text);
    }
  });
});

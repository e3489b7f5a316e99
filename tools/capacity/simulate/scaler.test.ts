import assert from "node:assert/strict";
import { delayValues } from "../delays";
import { type Datapoints, percentChange, type Policy, proportional, Scaler } from "./scaler";

const requests: Policy = {
  kind: "target",
  metric: "requests",
  target: 600,
  scaleOutCooldown: 60,
  scaleInCooldown: 900,
};
const cpu: Policy = { kind: "target", metric: "cpu", target: 50, scaleOutCooldown: 60, scaleInCooldown: 900 };
const points = (
  requestsPerTarget: readonly number[],
  utilisation: readonly number[] = requestsPerTarget.map(() => 10),
): Datapoints => ({
  requests: requestsPerTarget,
  cpu: utilisation,
});
const flat = (value: number, count = 15) => new Array<number>(count).fill(value);

describe("step arithmetic", () => {
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html: capacity 10, 60 adds 10 %, 70 adds 30 %.
  it("follows AWS's example: 10, 11, 14, 13", () => {
    assert.equal(10 + percentChange(10, 10), 11);
    assert.equal(11 + percentChange(11, 30), 14, "30 % of 11 is 3.3, rounded down to 3");
    assert.equal(14 + percentChange(14, -10), 13, "10 % of 14 is 1.4, rounded down to 1");
  });

  it("follows AWS's example of a minimum: 25 % of 4 with 2 at least adds 2", () => {
    assert.equal(percentChange(4, 25, 2), 2);
    assert.equal(percentChange(4, 25), 1);
    assert.equal(percentChange(2, 10), 1, "less than one is one");
  });
});

describe("target tracking", () => {
  it("grows in proportion, rounded up", () => {
    assert.equal(proportional(6, 1300, 600), 13);
    assert.equal(proportional(6, 600, 600), 6);
  });

  it("waits for three datapoints", () => {
    const scaler = new Scaler([requests], 6, 24, delayValues);
    scaler.evaluate(120, points([500, 1300, 1300]), true);
    assert.equal(scaler.desired, 6);
    scaler.evaluate(180, points([500, 1300, 1300, 1300]), true);
    assert.equal(scaler.desired, 13);
  });

  it("counts what is on its way: in the cooldown only a larger need adds more", () => {
    const scaler = new Scaler([requests], 6, 40, delayValues);
    scaler.evaluate(180, points(flat(1300)), true);
    scaler.evaluate(240, points(flat(1300)), false);
    assert.equal(scaler.desired, 13, "the same need again");
    scaler.evaluate(300, points(flat(1500)), false);
    assert.equal(scaler.desired, 15, "6 x 1500 / 600: only 2 more");
  });

  it("takes the larger of two policies out, and goes in only when both agree", () => {
    const scaler = new Scaler([requests, cpu], 6, 40, delayValues);
    scaler.evaluate(180, points(flat(700), flat(80)), true);
    assert.equal(scaler.desired, 10, "6 x 80 / 50 beats 6 x 700 / 600");
    scaler.evaluate(3000, points(flat(100), flat(49)), true);
    assert.equal(scaler.desired, 10, "CPU is not 10 % below its target");
    scaler.evaluate(4000, points(flat(100), flat(20)), true);
    assert.equal(scaler.desired, 6);
  });

  it("shrinks after fifteen quiet minutes, once in its cooldown, and never on missing data", () => {
    const scaler = new Scaler([requests], 2, 40, delayValues);
    scaler.bounds(20, undefined);
    scaler.bounds(2, undefined);
    scaler.evaluate(60, { requests: [...flat(100, 14), undefined], cpu: [] }, true);
    assert.equal(scaler.desired, 20);
    scaler.evaluate(1000, points([...flat(100, 14), 590]), true);
    assert.equal(scaler.desired, 20);
    scaler.evaluate(1060, points(flat(300)), true);
    assert.equal(scaler.desired, 10);
    scaler.evaluate(1120, points(flat(100)), true);
    assert.equal(scaler.desired, 10, "in the cooldown");
    scaler.evaluate(2000, points(flat(100)), true);
    assert.equal(scaler.desired, 2);
  });

  it("keeps to its bounds, which a scheduled action moves at once", () => {
    const scaler = new Scaler([requests], 6, 24, delayValues);
    scaler.evaluate(180, points(flat(9000)), true);
    assert.equal(scaler.desired, 24);
    scaler.bounds(30, undefined);
    assert.deepEqual([scaler.desired, scaler.max], [30, 30]);
  });
});

describe("step policies", () => {
  const up: Policy = {
    kind: "step",
    metric: "cpu",
    when: "above",
    threshold: 75,
    datapoints: 3,
    periodMinutes: 1,
    change: 2,
    cooldown: 300,
  };
  const down: Policy = { ...up, when: "below", threshold: 25, change: -2 };

  it("add a step when all datapoints are above, and wait for their cooldown", () => {
    const scaler = new Scaler([up, down], 6, 24, delayValues);
    scaler.evaluate(180, points(flat(0), [80, 80, 70]), true);
    assert.equal(scaler.desired, 6);
    scaler.evaluate(240, points(flat(0), [80, 80, 80]), true);
    assert.equal(scaler.desired, 8);
    scaler.evaluate(300, points(flat(0), [90, 90, 90]), true);
    assert.equal(scaler.desired, 8);
    scaler.evaluate(540, points(flat(0), [90, 90, 90]), true);
    assert.equal(scaler.desired, 10);
    scaler.evaluate(1200, points(flat(0), [10, 10, 10]), true);
    assert.equal(scaler.desired, 8);
  });

  it("can be means of longer periods", () => {
    const scaler = new Scaler(
      [{ ...up, threshold: 25, datapoints: 1, periodMinutes: 5, change: 4 }],
      6,
      24,
      delayValues,
    );
    scaler.evaluate(300, points(flat(0), [100, 10, 10, 10, 10]), true);
    assert.equal(scaler.desired, 10, "28 on average");
  });
});

import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { capacityProblems, instanceClasses, isBurstable, maxConnections } from "./connections";

const serverless = (maxAcu: number, minAcu = 0.5) => ({ kind: "serverless", minAcu, maxAcu }) as const;

describe("maxConnections", () => {
  it("is AWS's table for provisioned classes", () => {
    const table = { "db.t4g.medium": 90, "db.t4g.large": 135, "db.r6g.large": 1000, "db.r6g.16xlarge": 6000 };
    const newer = { "db.r7g.2xlarge": 3000, "db.r8g.large": 1000, "db.r8g.24xlarge": 7000, "db.r8g.48xlarge": 8000 };
    for (const [instanceClass, connections] of Object.entries({ ...table, ...newer })) {
      assert.equal(maxConnections({ kind: "provisioned", instanceClass }), connections, instanceClass);
    }
    assert.equal(instanceClasses.length, 25);
  });

  it("is never above the formula that AWS gives as its default", () => {
    const memoryGib = { large: 16, xlarge: 32 };
    for (const [size, gib] of Object.entries(memoryGib)) {
      const formula = Math.floor(Math.log2((gib * 2 ** 30) / 8187281408) * 1000);
      assert.ok(maxConnections({ kind: "provisioned", instanceClass: `db.r7g.${size}` }) <= formula);
    }
  });

  it("is the step at or below the maximum capacity for Serverless v2", () => {
    assert.deepEqual(
      [1, 2, 4, 7.5, 8, 16, 31.5, 32, 64, 128, 256].map((acu) => maxConnections(serverless(acu))),
      [90, 90, 135, 135, 1000, 2000, 2000, 3000, 4000, 5000, 5000],
    );
  });

  it("grows with capacity and is known for every capacity that is allowed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 511 }), (halfAcu) => {
        const [smaller, larger] = [serverless(halfAcu / 2), serverless((halfAcu + 1) / 2)];
        assert.deepEqual(capacityProblems("capacity", smaller), []);
        assert.ok(maxConnections(smaller) <= maxConnections(larger));
      }),
    );
  });

  it("throws for what is not allowed", () => {
    assert.throws(() => maxConnections({ kind: "provisioned", instanceClass: "db.m5.large" }), RangeError);
    assert.throws(() => maxConnections({ kind: "provisioned", instanceClass: "large" }), RangeError);
    assert.throws(() => maxConnections(serverless(0.5)), RangeError);
  });
});

describe("capacityProblems", () => {
  it("accepts every listed class, and a minimum of 0, which pauses", () => {
    for (const instanceClass of instanceClasses) {
      assert.deepEqual(capacityProblems("capacity", { kind: "provisioned", instanceClass }), []);
    }
    assert.deepEqual(capacityProblems("capacity", serverless(1, 0)), []);
  });

  it("names the bound that is wrong", () => {
    const paths = (minAcu: number, maxAcu: number) =>
      capacityProblems("c", serverless(maxAcu, minAcu)).map(({ path }) => path);
    assert.deepEqual(paths(-1, 4), ["c.minAcu"]);
    assert.deepEqual(paths(0.5, 0.5), ["c.maxAcu"]);
    assert.deepEqual(paths(0.3, 257), ["c.minAcu", "c.maxAcu"]);
  });

  it("tells burstable classes apart", () => {
    assert.deepEqual(instanceClasses.filter(isBurstable), ["db.t4g.medium", "db.t4g.large"]);
  });
});

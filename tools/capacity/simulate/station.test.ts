import assert from "node:assert/strict";
import { erlangC, meanWaitMG1, meanWaitMGc, meanWaitMMc } from "./closedForm";
import { logNormalTable, Random } from "../../lib/random";
import { Station } from "./station";

/** Mean wait for a child, over many Poisson arrivals, after a tenth to warm up. */
function meanWait(children: number, rate: number, service: (random: Random) => number, arrivals = 400_000): number {
  const random = new Random(7);
  const station = new Station({ children, vcpus: 1, backlog: Infinity });
  let now = 0;
  let sum = 0;
  for (let index = 0; index < arrivals; index += 1) {
    now += random.exponential(1 / rate);
    const time = service(random);
    const end = station.offer(now, 0, time);
    sum += index >= arrivals / 10 ? end - now - time : 0;
  }
  return sum / (arrivals * 0.9);
}

/** The same for the processors, with children for everybody. */
function meanCpuWait(vcpus: number, rate: number, service: (random: Random) => number, arrivals = 400_000): number {
  const random = new Random(11);
  const station = new Station({ children: 5000, vcpus, backlog: Infinity });
  let now = 0;
  let sum = 0;
  for (let index = 0; index < arrivals; index += 1) {
    now += random.exponential(1 / rate);
    const time = service(random);
    const end = station.offer(now, time, 0);
    sum += index >= arrivals / 10 ? end - now - time : 0;
  }
  return sum / (arrivals * 0.9);
}

function near(actual: number, expected: number, share: number): void {
  assert.ok(Math.abs(actual - expected) <= share * expected, `${actual} is not within ${share * 100} % of ${expected}`);
}

describe("closed forms", () => {
  it("give Erlang's published values", () => {
    // https://en.wikipedia.org/wiki/M/M/c_queue: for one server the probability of waiting is the load.
    assert.equal(erlangC(1, 0.7).toFixed(6), "0.700000");
    // Two servers at load a: a^2 / (2 + a) by hand. a = 1: 1/3.
    assert.equal(erlangC(2, 1).toFixed(6), "0.333333");
    assert.equal(erlangC(3, 5), 1);
    assert.equal(meanWaitMMc(1, 0.5, 1), 1);
    // Deterministic service waits half as long as exponential.
    assert.equal(meanWaitMG1(0.5, 1, 0), 0.5);
    assert.equal(meanWaitMG1(0.5, 1, 1), meanWaitMMc(1, 0.5, 1));
  });
});

describe("a station", () => {
  for (const [servers, load] of [
    [1, 0.5],
    [1, 0.8],
    [2, 0.7],
    [20, 0.9],
  ] as const) {
    it(`waits as M/M/${servers} at ${load * 100} % load, on its children`, () => {
      near(
        meanWait(servers, servers * load, (random) => random.exponential(1)),
        meanWaitMMc(servers, servers * load, 1),
        0.05,
      );
    });
    it(`and on ${servers} processors`, () => {
      near(
        meanCpuWait(servers, servers * load, (random) => random.exponential(1)),
        meanWaitMMc(servers, servers * load, 1),
        0.05,
      );
    });
  }

  it("waits as M/G/1 with log-normal times, which Pollaczek and Khinchine give exactly", () => {
    const table = logNormalTable(0.8);
    near(
      meanWait(1, 0.7, (random) => table[random.uint32() >>> 20]!),
      meanWaitMG1(0.7, 1, 0.8),
      0.05,
    );
  });

  it("waits as M/D/1 with equal times", () => {
    near(
      meanWait(1, 0.8, () => 1),
      meanWaitMG1(0.8, 1, 0),
      0.05,
    );
  });

  it("is within a tenth of the M/G/c approximation, which itself is not exact", () => {
    const table = logNormalTable(0.8);
    near(
      meanWait(4, 3.2, (random) => table[random.uint32() >>> 20]!),
      meanWaitMGc(4, 3.2, 1, 0.8),
      0.1,
    );
  });

  it("takes half a processor as one that is half as fast", () => {
    const station = new Station({ children: 10, vcpus: 0.5, backlog: 10 });
    assert.equal(station.offer(0, 1, 0), 2);
  });

  it("keeps the child while it waits for the database, and refuses what the backlog cannot hold", () => {
    const station = new Station({ children: 1, vcpus: 2, backlog: 1 });
    assert.equal(station.offer(0, 1, 3), 4);
    assert.equal(station.offer(0, 1, 3), 8);
    assert.equal(station.offer(0, 1, 3), -1);
    assert.equal(station.outstanding(0), 2);
    assert.equal(station.outstanding(4), 1);
    assert.equal(station.completed, 1);
  });
});

describe("the random numbers", () => {
  it("are the reference's from state 1, 2, 3, 4", () => {
    // Blackman and Vigna's C code, as published in the tests of rand_xoshiro 0.7.0.
    const random = new Random([1, 2, 3, 4]);
    assert.deepEqual(
      Array.from({ length: 10 }, () => random.uint32()),
      [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
    );
  });

  it("have a log-normal table of mean 1 and the variation asked for", () => {
    const table = logNormalTable(0.8);
    const mean = table.reduce((sum, value) => sum + value, 0) / table.length;
    const variance = table.reduce((sum, value) => sum + (value - mean) ** 2, 0) / table.length;
    assert.ok(Math.abs(mean - 1) < 1e-9);
    assert.ok(Math.abs(Math.sqrt(variance) - 0.8) < 0.02);
  });
});

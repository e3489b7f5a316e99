import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defaults, judge, lastGood, runNoise, studentsT } from "../gate/gate";
import { everyBlockOnce, sample } from "../gate/measures";
import { flagged } from "../gate/rates";
import { readReports, type Result } from "../gate/result";
import { madeUp, sameAsBefore } from "../gate/synthetic";
import { beside, releaseOf, type Side } from "../run/beside";
import { problems } from "../run/request";
import { binOf, counterOf, parseCounter, timeOf } from "../scenario/counters";

const run = (seed: number, change = {}) => madeUp(seed, { ...sameAsBefore, ...change });

describe("The gate", () => {
  it("raises few false alarms and misses few regressions of 15 %", () => {
    const pairs = 40;
    // Over 200 pairs 0.5 % false alarms and 94.5 % found: docs/loadtests.md. The bounds leave room for forty pairs and no more.
    const alarms = flagged(pairs, {});
    const found = flagged(pairs, { slower: 1.15 });
    assert.ok(alarms <= 0.1 * pairs, `${alarms} false alarms in ${pairs}`);
    assert.ok(found >= 0.85 * pairs, `only ${found} of ${pairs} found`);
    assert.equal(flagged(10, { slower: 1 / 1.15 }), 0, "what is faster is no regression");
    assert.equal(flagged(10, { failuresPerThousand: 20 }), 10, "one in fifty fails");
  });

  it("says the same of the same two runs, and compares only the same shape", () => {
    const [before, now] = [run(1), run(2, { slower: 1.15 })];
    assert.deepEqual(judge(now, before), judge(now, before));
    const other: Result = { ...before, shape: { ...before.shape, users: 5 } };
    assert.equal(lastGood(now, [other]), undefined);
    assert.equal(lastGood(now, [before, other])?.id, before.id);
    assert.equal(lastGood(now, [{ ...before, good: false }]), undefined);
    assert.equal(lastGood(before, [now]), undefined, "a later run");
  });

  it("fails on the objectives alone when there is nothing to compare with", () => {
    assert.equal(judge(run(1), undefined).good, true);
    const slow = judge(run(1, { slower: 20 }), undefined);
    assert.equal(slow.good, false);
    assert.ok(slow.missed.some(({ measure }) => measure === "p95 quiz"));
    assert.equal(judge(run(1, { failuresPerThousand: 30 }), undefined).missed[0]?.measure, "error share");
  });

  it("does not let fast errors pass for fast answers", () => {
    const before = run(1);
    const failing: Result = {
      ...run(2),
      blocks: run(2).blocks.map((block) => ({
        ...block,
        requests: { ...block.requests, login: { bins: block.requests.login!.bins, failed: 40 } },
      })),
    };
    const verdict = judge(failing, before);
    assert.equal(verdict.good, false);
    const rate = verdict.comparisons.find(({ measure }) => measure === "requests per vCPU second")!;
    // 40 wrong answers more in each block are no more throughput.
    assert.ok(Math.abs(rate.worse - 1) < 0.1, `${rate.worse}`);
  });

  it("says what it could not judge", () => {
    const quiet = judge(
      {
        ...run(1),
        blocks: run(1)
          .blocks.slice(0, 2)
          .map((block) => ({ ...block, webCpuSeconds: undefined })),
      },
      undefined,
    );
    assert.ok(quiet.notes.some((note) => note.startsWith("login: too few")));
    assert.ok(quiet.notes.some((note) => note.includes("processor time was not measured")));
  });

  it("measures the noise between runs from five good ones, and never allows for less than is assumed", () => {
    const runs = Array.from({ length: 6 }, (_, seed) => run(seed, { betweenRuns: 0.1 }));
    assert.equal(runNoise(runs[0]!, runs.slice(0, 4)), undefined);
    const noise = runNoise(runs[0]!, runs)!;
    assert.ok(noise > 0.04 && noise < 0.25, `${noise}`);
    const same = Array.from({ length: 5 }, () => run(1));
    assert.equal(runNoise(same[0]!, same), defaults.runNoise);
  });

  it("has Student's quantiles right", () => {
    // Tables: t(0.975; 8) = 2.306, t(0.99; 18) = 2.552, t(0.995; 10) = 3.169.
    for (const [share, degrees, expected] of [
      [0.975, 8, 2.306],
      [0.99, 18, 2.552],
      [0.995, 10, 3.169],
    ] as const) {
      assert.ok(Math.abs(studentsT(share, degrees) / expected - 1) < 0.01, `${share} ${degrees}`);
    }
  });
});

describe("From Artillery's report to blocks", () => {
  it("adds up the generators of one run by period, and keeps a percentile within 1 %", () => {
    const times = Array.from({ length: 2000 }, (_, i) => 50 + i);
    const counters: Record<string, number> = {};
    for (const time of times) {
      const name = counterOf("course", binOf(time));
      counters[name] = (counters[name] ?? 0) + 1;
    }
    const report = {
      intermediate: [
        {
          period: "1760000000000",
          counters: {
            ...counters,
            "wrong.course: status 500": 2,
            [counterOf("course", "failed")]: 2,
            "http.requests": 9,
          },
        },
      ],
    };
    const { blocks, wrong } = readReports([report, report]);
    assert.equal(blocks.length, 1);
    assert.deepEqual(wrong, { "course: status 500": 4 });
    const taken = sample({ blocks });
    const measured = taken.measure(everyBlockOnce(taken));
    assert.ok(Math.abs(measured.get("p95 course")! / 1949 - 1) < 0.01, `${measured.get("p95 course")}`);
    assert.ok(Math.abs(measured.get("error share")! - 4 / 4004) < 1e-9);
  });

  it("reads its own counters and no others", () => {
    for (const bin of [0, 17, 580]) {
      assert.deepEqual(parseCounter(counterOf("quiz-view", bin)), { name: "quiz-view", bin });
      assert.equal(binOf(timeOf(bin)), bin);
    }
    for (const other of ["http.requests", "moodle.nothing.3", "moodle.course.x", "wrong.course: 3"]) {
      assert.equal(parseCounter(other), undefined);
    }
  });
});

describe("The next release beside the present one", () => {
  const pass = (slower: number) => {
    let seed = 10;
    return (side: Side) => {
      order.push(side);
      const { blocks } = run(seed++, { minutes: 10, slower: side === "next" ? slower : 1 });
      return Promise.resolve({ blocks, wrong: { [`${side} was wrong`]: 1 } });
    };
  };
  const order: Side[] = [];
  const judged = async (slower: number) => {
    order.length = 0;
    const { present, next } = await beside(pass(slower));
    assert.deepEqual(order, ["present", "next", "next", "present"]);
    assert.deepEqual([present.wrong, next.wrong], [{ "present was wrong": 2 }, { "next was wrong": 2 }]);
    return judge({ ...run(1), ...next }, { ...run(1), ...present });
  };

  it("is judged by class of page, each side first as often as second", async () => {
    const regressed = (await judged(1.25)).comparisons.filter((one) => one.regressed).map(({ measure }) => measure);
    assert.ok(regressed.includes("p95 course") && regressed.includes("p95 quiz"), regressed.join());
    assert.deepEqual(
      (await judged(1)).comparisons.filter((one) => one.regressed),
      [],
    );
  });

  it("is read from its own source, and is for this machine alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "moodle-next-"));
    try {
      assert.throws(() => releaseOf(folder), /got no version\.php with a release/);
      mkdirSync(join(folder, "public"));
      writeFileSync(join(folder, "public/version.php"), "<?php\n$release  = '5.2.1 (Build: 20260608)';\n");
      assert.equal(releaseOf(folder), "5.2.1 (Build: 20260608)");
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(problems({ TARGET: "local", NEXT_SRC: "/source" }), []);
    assert.deepEqual(
      problems({ TARGET: "staging", NEXT_SRC: "/source" }).map(({ path }) => path),
      ["NEXT_SRC"],
    );
  });
});

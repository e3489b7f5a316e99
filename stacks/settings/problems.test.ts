// cspell:ignore databse clutser
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { instanceLimits } from "../../components/cluster/instanceTypes";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings } from "./load";
import { editDistance, nearest } from "./nearest";
import { instancesNeeded } from "./packing";
import { groups } from "./settings";

const keys = Object.keys(groups);

describe("problems", () => {
  it("say path, allowed and fix of any nonsense, and nothing ever throws", () => {
    const junk = fc.dictionary(fc.constantFrom(...keys, "x"), fc.jsonValue());
    fc.assert(
      fc.property(junk, (changes) => {
        for (const { path, allowed, fix } of checkSettings(exampleConfig(changes), "test").problems) {
          assert.match(path, /^moodle:/);
          assert.ok(allowed.length > 0 && fix.length > 0);
          assert.doesNotMatch(`${allowed} ${fix}`, /undefined|\[object/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("hide one another in no case: two groups' mistakes are the sum of each", () => {
    const mistakes = fc.constantFrom<Record<string, unknown>>(
      { web: { cpu: 1 } },
      { network: { cidr: "x" } },
      { cache: { sessions: { replicas: 0 } } },
      { database: { readers: 0 } },
      { logs: { retentionDays: 1 } },
      { image: { kind: "x" } },
      { unknown: 1 },
      { cluster: { minInstances: 2 } },
      { domain: "" },
    );
    const paths = (changes: Record<string, unknown>): string[] =>
      checkSettings(exampleConfig(changes), "test").problems.map(({ path }) => path);
    fc.assert(
      fc.property(mistakes, mistakes, (a, b) => {
        fc.pre(Object.keys(a)[0] !== Object.keys(b)[0]);
        assert.deepEqual(paths({ ...a, ...b }).sort(), [...paths(a), ...paths(b)].sort());
      }),
    );
  });
});

describe("nearest", () => {
  it("counts insertions, deletions, replacements and swaps", () => {
    assert.equal(editDistance("databse", "database"), 1);
    assert.equal(editDistance("clutser", "cluster"), 1);
    assert.equal(editDistance("", "abc"), 3);
    assert.equal(editDistance("kitten", "sitting"), 3);
  });

  it("finds every key with one letter lost, and nothing for a word that is like none", () => {
    for (const key of keys.filter((word) => word.length > 4)) {
      for (let i = 0; i < key.length; i++) {
        assert.equal(nearest(key.slice(0, i) + key.slice(i + 1), keys), key);
      }
    }
    assert.equal(nearest("quota", keys), undefined);
  });

  it("is a distance: none to itself, the same both ways, never more than the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        assert.equal(editDistance(a, a), 0);
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.ok(editDistance(a, b) <= Math.max(a.length, b.length));
      }),
    );
  });
});

describe("instancesNeeded", () => {
  it("counts CPU, memory and network interfaces", () => {
    const task = (cpu: number, memoryMib: number, count: number) =>
      Array.from({ length: count }, () => ({ cpu, memoryMib }));
    assert.equal(instancesNeeded("m7g.xlarge", task(2048, 4096, 4)), 2);
    assert.equal(instancesNeeded("m7g.xlarge", task(256, 15000, 3)), 3);
    assert.equal(instancesNeeded("m7g.xlarge", task(256, 512, 4)), 2);
    assert.equal(instancesNeeded("m7g.xlarge", task(8192, 512, 1)), undefined);
    assert.equal(instancesNeeded("m5.xlarge", task(256, 512, 1)), undefined);
    assert.equal(instancesNeeded("m7g.xlarge", []), 0);
  });

  it("never needs fewer instances than CPU or interfaces alone would, nor more than one each", () => {
    const size = fc.record({
      cpu: fc.integer({ min: 256, max: 4096 }),
      memoryMib: fc.integer({ min: 512, max: 8000 }),
    });
    fc.assert(
      fc.property(fc.array(size, { maxLength: 30 }), (tasks) => {
        const needed = instancesNeeded("m7g.xlarge", tasks);
        const slots = instanceLimits("m7g.xlarge")?.tasks ?? 0;
        const cpu = tasks.reduce((sum, task) => sum + task.cpu, 0);
        assert.ok(needed !== undefined && needed <= tasks.length);
        assert.ok(needed >= Math.max(Math.ceil(tasks.length / slots), Math.ceil(cpu / 4096)));
      }),
    );
  });
});

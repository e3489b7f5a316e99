import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { busy, examAcu, examTasks, gate, startsPerSecond } from "./demand";
import { exampleSettings } from "../../testing/examples/calendar";
import { instancesFor } from "./levels";

const demand = { taskCpu: 2048, zones: 3, ordinaryTasks: 6 };

describe("what an exam needs", () => {
  it("is as the documentation says", () => {
    // 4,000 / 60 x 1.6 x 0.31 = 33.1 vCPUs; 33.1 / 1.8 x 1.5 = 27.6 tasks, and 3 for everybody else.
    assert.equal(examTasks({ ...demand, students: 4000 }), 31);
    assert.equal(examTasks({ ...demand, students: 3000 }), 24);
    assert.equal(examTasks({ ...demand, students: 1, ordinaryTasks: 1 }), 2);
    assert.equal(examAcu(2400), 15.5);
  });

  it("grows with the students, and holds the starts with a zone lost", () => {
    const students = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(students, fc.integer({ min: 2, max: 4 }), fc.constantFrom(512, 1024, 2048, 4096), (n, zones, cpu) => {
        const tasks = (count: number) => examTasks({ students: count, taskCpu: cpu, zones, ordinaryTasks: 0 });
        const left = Math.floor((tasks(n) * (zones - 1)) / zones);
        const needed = startsPerSecond(n) * gate.webCpuSeconds;
        assert.ok(tasks(n + 1) >= tasks(n));
        // One task less when the lost zone had one more than the others.
        assert.ok((left + 1) * (cpu / 1024) * busy.afterZoneLoss >= needed);
      }),
    );
  });

  it("finds instances for its tasks, up to the stack's most", () => {
    const prod = exampleSettings();
    assert.deepEqual(
      [3, 6, 24].map((tasks) => instancesFor(tasks, prod)),
      [3, 10, 33],
    );
    assert.equal(instancesFor(6, exampleSettings("dev")), undefined);
  });
});

import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  instanceTypeProblems,
  instanceTypes,
  taskFitProblems,
  taskMemoryMib,
  tasksPerInstance,
  type InstanceLimits,
} from "./instanceTypes";

const limits = (type: string): InstanceLimits => instanceTypes[type]!;

describe("instanceTypes", () => {
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/eni-trunking-supported-instance-types.html
  for (const [type, architecture, vcpus, memoryMib, tasks, tasksWithTrunking] of [
    ["t4g.medium", "arm64", 2, 4096, 2, undefined],
    ["t3.large", "x86_64", 2, 8192, 2, undefined],
    ["c7g.large", "arm64", 2, 4096, 2, 10],
    ["m7g.xlarge", "arm64", 4, 16384, 3, 20],
    ["r7g.2xlarge", "arm64", 8, 65536, 3, 40],
    ["m6i.4xlarge", "x86_64", 16, 65536, 7, 60],
  ] as const) {
    it(`knows ${type}`, () => {
      assert.deepEqual(limits(type), { architecture, vcpus, memoryMib, tasks, tasksWithTrunking });
    });
  }

  it("knows 28 types", () => assert.equal(Object.keys(instanceTypes).length, 28));
});

describe("tasksPerInstance", () => {
  it("is bound by network interfaces first", () => {
    const small = { cpu: 256, memoryMib: 512 };
    assert.equal(tasksPerInstance(limits("m7g.large"), small), 2);
    assert.equal(tasksPerInstance(limits("m7g.2xlarge"), small), 3);
    assert.equal(tasksPerInstance(limits("m7g.large"), small, true), 8);
  });
  it("is bound by CPU and by memory as well", () => {
    assert.equal(tasksPerInstance(limits("m7g.xlarge"), { cpu: 2048, memoryMib: 1024 }), 2);
    assert.equal(tasksPerInstance(limits("m7g.xlarge"), { cpu: 256, memoryMib: 8192 }), 1);
  });
  it("never takes more than there is", () => {
    const task = fc.record({
      cpu: fc.integer({ min: 128, max: 4096 }),
      memoryMib: fc.integer({ min: 128, max: 8192 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(instanceTypes)), task, fc.boolean(), (instance, size, trunking) => {
        const tasks = tasksPerInstance(instance, size, trunking);
        assert.ok(tasks * size.cpu <= instance.vcpus * 1024);
        assert.ok(tasks * size.memoryMib <= taskMemoryMib(instance));
      }),
    );
  });
});

describe("instanceTypeProblems", () => {
  it("accepts a type of the cluster's architecture", () => {
    assert.deepEqual(instanceTypeProblems("x", "m7g.large", "arm64"), []);
  });
  it("tells a wrong architecture from an unknown type", () => {
    assert.match(instanceTypeProblems("x", "m6i.large", "arm64")[0]!.fix, /It is x86_64 and the cluster is arm64/);
    assert.match(instanceTypeProblems("x", "m7g.metal", "arm64")[0]!.fix, /instanceTypes\.ts/);
  });
});

describe("taskFitProblems", () => {
  it("refuses a task that no instance can hold", () => {
    assert.deepEqual(taskFitProblems("web", { cpu: 1024, memoryMib: 3072 }, "m7g.large"), []);
    assert.equal(taskFitProblems("web", { cpu: 2048, memoryMib: 8192 }, "m7g.large").length, 1);
  });
});

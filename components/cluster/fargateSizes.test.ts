import * as assert from "node:assert/strict";
import { fargateMemory, fargateSizeProblems } from "./fargateSizes";

describe("fargateMemory", () => {
  for (const [cpu, first, last, count] of [
    [256, 512, 2048, 3],
    [512, 1024, 4096, 4],
    [1024, 2048, 8192, 7],
    [2048, 4096, 16384, 13],
    [4096, 8192, 30720, 23],
    [8192, 16384, 61440, 12],
    [16384, 32768, 122880, 12],
  ] as const) {
    it(`is ${first} to ${last} for ${cpu}`, () => {
      const memory = fargateMemory(cpu);
      assert.deepEqual([memory[0], memory.at(-1), memory.length], [first, last, count]);
    });
  }
});

describe("fargateSizeProblems", () => {
  it("accepts a pair that Fargate has", () => {
    assert.deepEqual(fargateSizeProblems("web", { cpu: 1024, memoryMib: 3072 }), []);
  });
  it("names the part that is wrong", () => {
    assert.equal(fargateSizeProblems("web", { cpu: 1000, memoryMib: 3072 })[0]!.path, "web.cpu");
    assert.equal(fargateSizeProblems("web", { cpu: 256, memoryMib: 1536 })[0]!.path, "web.memoryMib");
    assert.equal(fargateSizeProblems("web", { cpu: 4096, memoryMib: 31744 })[0]!.path, "web.memoryMib");
  });
});

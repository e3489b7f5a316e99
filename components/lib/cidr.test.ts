import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { aligned, Block, cidrsOverlap, contains, formatCidr, overlaps, parseCidr } from "./cidr";

const block: fc.Arbitrary<Block> = fc
  .record({ base: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 0, max: 32 }) })
  .map(aligned);

describe("cidr", () => {
  it("reads and writes the same text", () => {
    fc.assert(fc.property(block, (b) => assert.deepEqual(parseCidr(formatCidr(b)), b)));
  });

  it("reads the edges of the address space", () => {
    assert.deepEqual(parseCidr("0.0.0.0/0"), { base: 0, prefix: 0 });
    assert.deepEqual(parseCidr("255.255.255.255/32"), { base: 2 ** 32 - 1, prefix: 32 });
  });

  for (const text of [
    "",
    "10.0.0.0",
    "10.0.0/8",
    "10.0.0.256/8",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    " 10.0.0.0/8",
    "a.b.c.d/8",
  ]) {
    it(`cannot read "${text}"`, () => assert.equal(parseCidr(text), undefined));
  }

  it("knows that blocks overlap exactly when one contains the other", () => {
    fc.assert(fc.property(block, block, (a, b) => assert.equal(overlaps(a, b), contains(a, b) || contains(b, a))));
  });

  it("compares blocks as text", () => {
    assert.equal(cidrsOverlap("10.0.0.0/16", "10.0.255.0/24"), true);
    assert.equal(cidrsOverlap("10.0.0.0/16", "10.1.0.0/16"), false);
    assert.equal(cidrsOverlap("10.0.3.7/16", "10.0.0.0/24"), true);
    assert.equal(cidrsOverlap("10.0.0.0/16", "nonsense"), false);
  });
});

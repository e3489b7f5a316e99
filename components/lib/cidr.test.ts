import * as assert from "node:assert/strict";
import { BlockList } from "node:net";
import * as fc from "fast-check";
import { aligned, Block, cidrsOverlap, contains, formatCidr, overlaps, parseCidr, usualNetwork } from "./cidr";

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

  for (const text of ["010.0.0.0/8", "10.00.0.0/8", "10.0.0.0/08"]) {
    it(`refuses the leading zero of "${text}"`, () => {
      assert.equal(parseCidr(text), undefined);
      assert.equal(usualNetwork(text), undefined);
    });
  }

  const networks: readonly (readonly [given: string, usual: string | undefined])[] = [
    ["192.0.2.7/24", "192.0.2.0/24"],
    ["2001:DB8:0:0::/32", "2001:db8::/32"],
    ["2001:db8::1/64", "2001:db8::/64"],
    ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
    ["::ffff:192.0.2.1/128", "::ffff:c000:201/128"],
    ["::1/0", "::/0"],
    ["2001:db8::/129", undefined],
    ["2001:db8::/032", undefined],
    ["2001:db8::", undefined],
    ["fe80::1%eth0/64", undefined],
  ];
  for (const [given, usual] of networks) {
    it(`reads ${given} as ${usual ?? "no network"}`, () => assert.equal(usualNetwork(given)?.text, usual));
  }

  it("keeps of an IPv6 network what an independent reader of blocks says is in it", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 1, max: 128 }),
        (address, prefix) => {
          const usual = usualNetwork(`${address.join(":")}/${prefix}`);
          assert.ok(usual);
          const list = new BlockList();
          list.addSubnet(usual.text.slice(0, usual.text.indexOf("/")), prefix, "ipv6");
          assert.ok(list.check(address.join(":"), "ipv6"));
          assert.deepEqual(usualNetwork(usual.text), usual);
        },
      ),
    );
  });

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

import * as assert from "node:assert/strict";
import { z } from "zod";
import { usually } from "./fields";
import { layUnder } from "./layUnder";

const size = z.strictObject({ days: z.int().default(0), nodes: z.int() });
const disk = usually(
  "small",
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("small"), gib: z.int().default(1) }),
    z.strictObject({ kind: z.literal("large"), gib: z.int(), fast: z.boolean() }),
  ]),
);
const group = z.strictObject({
  size,
  disk,
  extra: z.strictObject({ on: z.boolean() }).optional(),
  names: z.array(z.string()).default([]),
});

const load = (defaults: unknown, given: unknown) => group.safeParse(layUnder(group, defaults, given));

describe("layUnder", () => {
  it("lets a profile's value count over the schema's default, and the stack file's over both", () => {
    const profile = { size: { days: 7, nodes: 2 }, disk: {} };
    assert.deepEqual(load(profile, {}).data?.size, { days: 7, nodes: 2 });
    assert.deepEqual(load(profile, { size: { days: 0 } }).data?.size, { days: 0, nodes: 2 });
    assert.deepEqual(load({ ...profile, size: { nodes: 2 } }, {}).data?.size, { days: 0, nodes: 2 });
  });

  it("gives a group its kind, and the parts of that kind alone", () => {
    const large = { gib: 100, fast: true };
    const profile = { size: { nodes: 1 }, disk: { kind: "large", small: { gib: 2 }, large } };
    assert.deepEqual(load(profile, {}).data?.disk, { kind: "large", ...large });
    assert.deepEqual(load(profile, { disk: { gib: 5 } }).data?.disk, { kind: "large", gib: 5, fast: true });
    assert.deepEqual(load(profile, { disk: { kind: "small" } }).data?.disk, { kind: "small", gib: 2 });
    assert.deepEqual(load({ size: { nodes: 1 }, disk: { small: { gib: 3 } } }, {}).data?.disk, {
      kind: "small",
      gib: 3,
    });
  });

  it("replaces a list as a whole, and makes no group that nobody gives", () => {
    const profile = { size: { nodes: 1 }, disk: {}, names: ["a", "b"] };
    assert.deepEqual(load(profile, { names: ["c"] }).data?.names, ["c"]);
    assert.equal(load(profile, {}).data?.extra, undefined);
  });

  it("leaves mistakes to the schema, wherever they come from", () => {
    const profile = { size: { nodes: 1 }, disk: {} };
    for (const given of ["x", null, { size: 1 }, { disk: { kind: "huge" } }, { disk: [] }, { colour: "red" }]) {
      assert.equal(load(profile, given).success, false, JSON.stringify(given));
    }
    assert.equal(load({ ...profile, colour: "red" }, {}).success, false);
    assert.equal(load({ ...profile, size: { nodes: 1, colour: "red" } }, {}).success, false);
  });
});

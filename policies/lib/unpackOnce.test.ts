import * as assert from "node:assert/strict";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { requestsFor } from "../bench/stack";
import { commonStack } from "../fixtures/commonStack";
import { rules } from "../rules";
import { allCases } from "../testing/allCases";
import { serve } from "../testing/server";
import { policiesOf } from "./pack";
import { unpackOnce } from "./unpackOnce";

const judged = new Set(rules.filter((rule) => rule.scope === "resource").flatMap((rule) => rule.types));

describe("unpacking once", () => {
  let undo: (() => void) | undefined;
  afterEach(() => undo?.());

  const verdicts = (requests: ReturnType<typeof requestsFor>) => serve(policiesOf(rules, []), requests.read());

  it("changes no verdict, on somebody else's stack and on one of each rule that fails and one that is undecided", async () => {
    const stacks = [
      commonStack.slice(1),
      ...allCases.flatMap(({ fail, unknown }) =>
        [fail, typeof unknown === "string" ? {} : unknown].flatMap((cases) => Object.values(cases).slice(0, 1)),
      ),
    ].map((things) => requestsFor(things));
    const before = [];
    for (const stack of stacks) {
      before.push(await verdicts(stack));
    }
    undo = unpackOnce(judged);
    for (const [i, stack] of stacks.entries()) {
      assert.deepEqual(await verdicts(stack), before[i]);
    }
    assert.ok(before[0]!.length > 30, "this stack violates too little to prove anything");
  });

  it("unpacks each message once: the resource for the first policy that judges its type, the stack for the first", async () => {
    const stack = requestsFor(commonStack.slice(1), 2);
    const single = stack.read().resources.filter((one) => judged.has(one["getType"]!() as string)).length;
    const unpacked = async (): Promise<number> => {
      const messages = stack.read();
      const { prototype } = Struct;
      const unpack = prototype.toJavaScript;
      let count = 0;
      prototype.toJavaScript = function (this: Struct) {
        count += 1;
        return unpack.call(this);
      };
      try {
        await serve(policiesOf(rules, []), messages);
      } finally {
        prototype.toJavaScript = unpack;
      }
      return count;
    };
    const before = await unpacked();
    undo = unpackOnce(judged);
    // Twice each: the properties of the resource and those of its provider. A nested object is one more, and there are few.
    const once = 2 * (single + stack.count);
    const after = await unpacked();
    assert.ok(after >= once && after < once * 2, `${after} for ${once}`);
    assert.ok(before > 10 * after, `${before} without, ${after} with`);
  });

  it("keeps nothing from one analysis to the next", async () => {
    const [bad, empty] = [requestsFor(commonStack.slice(1)), requestsFor([])];
    undo = unpackOnce(judged);
    const first = await verdicts(bad);
    assert.deepEqual(await verdicts(empty), []);
    assert.deepEqual(await verdicts(bad), first);
  });
});

import * as assert from "node:assert/strict";
import { maxFunctionBytes } from "../../components/outage/pages/functionCode";
import { unsupported } from "../cloudfront-functions/runtime";
import { type Site, switchCases } from "../outage/switchCases";
import { recordedSet } from "../values/recordedSets";
import { stacks } from "./stacks";

/** CloudFront Functions as they are planned, by stack and name: the bytes that AWS would get. */
const functions: Record<string, Record<string, string>> = {};

describe("the CloudFront Functions of the stacks", () => {
  before(async () => {
    for (const stack of stacks) {
      functions[stack] = Object.fromEntries(
        (await recordedSet(stack))
          .filter(({ type }) => type === "aws:cloudfront/function:Function")
          .map(({ name, inputs }) => {
            assert.equal(inputs["runtime"], "cloudfront-js-2.0");
            return [name, String(inputs["code"])];
          }),
      );
    }
  });

  for (const stack of stacks) {
    describe(`of ${stack}`, () => {
      it("use only what the runtime has, and are small enough", () => {
        assert.deepEqual(Object.keys(functions[stack] ?? {}), [`${stack}-outage-function`]);
        for (const [name, code] of Object.entries(functions[stack] ?? {})) {
          assert.deepEqual(unsupported(code), [], name);
          assert.ok(Buffer.byteLength(code) <= maxFunctionBytes, name);
        }
      });
      switchCases("the switch as planned", () => siteOf(functions[stack]![`${stack}-outage-function`]!));
    });
  }
});

/** Facts about a site that the cases need, from its own code. */
function siteOf(code: string): Site {
  const settings = JSON.parse(/^const settings = (\{.*\});$/m.exec(code)?.[1] ?? "") as {
    readonly plannedTitle: string;
    readonly testers: readonly (readonly [bits: number, words: readonly number[]])[];
  };
  const inside = settings.testers.map(([, words]): readonly [string, boolean] => [
    words.length === 4 ? words.join(".") : words.map((word) => word.toString(16)).join(":"),
    true,
  ]);
  return {
    code,
    service: /^(.*) is closed for maintenance$/.exec(settings.plannedTitle)?.[1] ?? "",
    // Addresses for documentation that no university has.
    addresses: [...inside, ["203.0.113.250", false], ["2001:db8:ffff::1", false]],
  };
}

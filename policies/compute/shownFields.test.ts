import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { resourceOf } from "../lib/resource";
import { isUnknown } from "../lib/view";
import { stackOf, thing } from "../testing/harness";
import { shownFields, shownTypes } from "./shownFields";
import { markedBySdk } from "./taskWithoutPlainSecrets";

/** The properties that the SDK makes secret by itself, from its own code. */
function markedIn(type: string): readonly string[] {
  const path = require.resolve(`@pulumi/aws/${type.split(":")[1]!}.js`);
  const code = fs.readFileSync(path, "utf8");
  return [...code.matchAll(/resourceInputs\["(\w+)"\] = .*pulumi\.secret\(/g)].map(([, property]) => property!);
}

describe("What a Describe call shows", () => {
  it("is told from what the SDK marks as a secret whatever it is", () => {
    const found = shownTypes.filter(
      (type) =>
        type.startsWith("aws:") &&
        markedIn(type).some((property) =>
          ["text", { NAME: "text" }].some((value) => {
            const [one] = stackOf([thing(type, "one", { [property]: value })], false);
            return shownFields(resourceOf(one!)).some((shown) => !isUnknown(shown) && shown.path === property);
          }),
        ),
    );
    assert.deepEqual(found.toSorted(), markedBySdk.toSorted());
  });
});

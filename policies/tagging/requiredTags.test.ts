import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { requiredTags } from "./requiredTags";

describe("The types that must have tags", () => {
  it("take tags in the installed @pulumi/aws, apart from the names of older versions", () => {
    const old = /^aws:(elasticloadbalancingv2|applicationloadbalancing|elasticloadbalancing)\//;
    const without = requiredTags.types.filter((type) => {
      const place = type.split(":")[1]!.replace(/\/index$/, "/index_");
      const declared = fs.readFileSync(
        require.resolve(`@pulumi/aws/${old.test(type) ? "ec2/vpc" : place}.d.ts`),
        "utf8",
      );
      return !/^\s+tags\?:/m.test(declared.slice(declared.lastIndexOf("Args {")));
    });
    assert.deepEqual(without, []);
  });
});

import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, settled } from "../../testing/build";
import { checkedOriginSecret } from "./originSecret";

class Holder extends pulumi.ComponentResource {
  readonly secret: pulumi.Output<string>;
  constructor(value: pulumi.Input<string>, opts: pulumi.ComponentResourceOptions) {
    super("test:index:Holder", "holder", {}, opts);
    this.secret = checkedOriginSecret(this, "originSecret", value);
  }
}

const make = async (value: string) => (await build((opts) => new Holder(value, opts))).component.secret;

describe("checkedOriginSecret", () => {
  it("gives the value back, as a secret", async () => {
    const secret = await make("a".repeat(32));
    assert.equal(await settled(secret), "a".repeat(32));
    assert.equal(await pulumi.isSecret(secret), true);
  });

  for (const bad of ["", "short", `${"a".repeat(40)}*`, "a".repeat(129), `${"a".repeat(40)} `]) {
    it(`refuses ${bad.length} characters such as "${bad.slice(-3)}", and does not show them`, async () => {
      const error: unknown = await settled(await make(bad)).catch((reason: unknown) => reason);
      assert.match(String(error), new RegExp(`originSecret: got "a secret of ${bad.length} characters"`));
      assert.ok(bad.length === 0 || !String(error).includes(bad));
    });
  }
});

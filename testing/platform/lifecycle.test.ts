import * as assert from "node:assert/strict";
import { destroy, preview, type RunResult, stopStandIns, up } from "../../offline/engine";
import { goldenList, identitiesOf } from "./identities";
import { stacks } from "./stacks";

function succeeds(result: RunResult): void {
  assert.deepEqual(
    result.violations.filter(({ policy }) => policy !== "undecided"),
    [],
  );
  assert.ok(result.ok, result.printed);
}

for (const stack of stacks) {
  describe(`The stack ${stack} on the real engine`, function () {
    this.timeout(180_000);
    const run = `lifecycle-${stack}`;
    after(stopStandIns);

    it("previews without a violation, as the golden list says", async () => {
      const result = await preview(stack, { run, quiet: true });
      succeeds(result);
      assert.deepEqual(identitiesOf(result), goldenList(stack), 'Names changed. If that is meant: "make identities".');
    });

    it("is deployed, with nothing undecided and no secret in its outputs", async () => {
      const result = await up(stack, { run, quiet: true });
      succeeds(result);
      assert.deepEqual(result.violations, []);
      assert.deepEqual(
        Object.entries(result.outputs).filter(([, value]) => value === "[secret]"),
        [],
      );
    });

    it("has nothing to change when it is deployed again", async () => {
      const result = await up(stack, { run, quiet: true });
      succeeds(result);
      assert.deepEqual(Object.keys(result.changes), ["same"]);
    });

    it("leaves nothing when it is destroyed", async () => {
      const result = await destroy(stack, { run, quiet: true });
      assert.ok(result.ok, result.printed);
    });
  });
}

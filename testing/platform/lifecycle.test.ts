import * as assert from "node:assert/strict";
import { analyze, destroy, type RunResult, stopStandIns, up } from "../../offline/engine";
import { goldenList, identitiesOf } from "./identities";
import { planned } from "./planned";
import { stacks } from "./stacks";

function succeeds(result: RunResult): void {
  assert.deepEqual(
    result.violations.filter(({ policy }) => policy !== "undecided"),
    [],
  );
  assert.ok(result.ok, result.printed);
}

for (const stack of stacks) {
  describe(`The stack ${stack} on the real engine`, () => {
    const run = `lifecycle-${stack}`;
    after(stopStandIns);

    it("previews without a violation, as the golden list says", async () => {
      const result = await planned(stack);
      succeeds(result);
      assert.deepEqual(
        identitiesOf(result),
        goldenList(stack),
        "Names changed. If that is meant: make generate ONLY=testing",
      );
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

    // The engine, not the stack, decides how one operation affects the next: one whole life is enough.
    if (stack !== "prod") {
      return;
    }

    it("is judged by its state alone, without the program", async () => {
      const result = await analyze(stack, { run, quiet: true });
      assert.deepEqual(result.violations, []);
      assert.ok(result.ok, result.printed);

      const opened = await analyze(stack, { run, quiet: true }, (resources) => {
        const cluster = resources.find(({ urn }) => urn.includes("$aws:rds/cluster:Cluster::"))!;
        cluster.inputs!["storageEncrypted"] = cluster.outputs!["storageEncrypted"] = false;
      });
      assert.equal(opened.ok, false);
      assert.deepEqual(
        opened.violations.map(({ policy, urn }) => [policy, urn?.split("::").pop()]),
        [["database-encrypted", `${stack}-database-cluster`]],
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

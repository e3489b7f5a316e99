import * as assert from "node:assert/strict";
import { InUse, useRules } from "../../offline/providers/inUse";
import { exampleConfig } from "../examples/settings";
import { type Recorded, recordStack } from "../values/recorded";
import { recordedSet } from "../values/recordedSets";

const firewall = exampleConfig({
  image: { kind: "digest", digest: `sha256:${"a".repeat(64)}` },
  edge: { firewall: { blockedCidrs: ["203.0.113.0/24"] } },
});
const plans: Readonly<Record<string, () => Promise<readonly Recorded[]>>> = {
  prod: () => recordedSet("prod"),
  "prod with addresses that are blocked": () => recordStack(firewall, "prod"),
};

describe("A destroy in the wrong order is refused by the stand-ins, as AWS refuses it", () => {
  const refused = new Set<string>();
  for (const [name, plan] of Object.entries(plans)) {
    it(`of ${name}: each that something uses, while all is there`, async () => {
      const resources = await plan();
      const known = new InUse();
      resources.forEach(({ type, id, inputs, arn }) => known.keep(type, id!, { ...inputs, arn }));
      const ruled = resources.filter(({ type }) => type in useRules);
      for (const { type, id, inputs, arn } of ruled) {
        try {
          known.check(type, id!, { ...inputs, arn });
        } catch {
          refused.add(type);
        }
      }
      const kinds = new Set(ruled.map(({ type }) => type));
      assert.deepEqual(
        [...kinds].filter((type) => !refused.has(type)),
        [],
      );
    });
  }

  it("tries every kind that the table has", () => {
    assert.deepEqual(
      Object.keys(useRules).filter((type) => !refused.has(type)),
      [],
    );
  });
});

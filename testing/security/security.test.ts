import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { needPython } from "../leftOut";
import type { Recorded } from "../values/recorded";
import { recordedSet } from "../values/recordedSets";
import { review } from "./checkov";
import { decisions, unmatched } from "./decisions";

describe("An independent rule set finds nothing that docs/security-decisions.md does not argue", () => {
  let prod: readonly Recorded[] = [];
  before(function () {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
    needPython(this, "security");
  });

  for (const profile of ["prod", "staging", "dev"]) {
    it(`in ${profile}, and each row there is needed`, async () => {
      const resources = await recordedSet(profile);
      prod = profile === "prod" ? resources : prod;
      const { passed, failures } = await review(resources);
      console.log(`      ${profile}: ${passed} checks pass, ${failures.length} fail and are argued`);
      assert.ok(passed > 300, `only ${passed} checks passed: the rule set does not see the stack`);
      assert.deepEqual(unmatched(profile, failures, decisions()), []);
    });
  }

  it("finds a planted mistake: a load balancer without protection, a database without encryption", async () => {
    const changed = prod
      .filter(({ name }) => ["prod-lb-alb", "prod-database-cluster"].includes(name))
      .map((resource) => ({
        ...resource,
        inputs: { ...resource.inputs, enableDeletionProtection: false, storageEncrypted: false },
      }));
    const { failures } = await review(changed);
    const found = unmatched("prod", failures, decisions()).filter((text) => text.includes(" fails on "));
    assert.match(found.join("\n"), /CKV_AWS_150 fails on aws_lb\.prod-lb-alb/);
    assert.match(found.join("\n"), /CKV_AWS_96 fails on aws_rds_cluster\.prod-database-cluster/);
  });

  it("a row whose check no longer fails is reported", () => {
    const row = decisions().find(({ profiles }) => profiles.includes("prod"));
    assert.match(unmatched("prod", [], [row!])[0]!, /does not fail. Fix: remove it/);
  });
});

import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { needPython } from "../leftOut";
import type { Recorded } from "../values/recorded";
import { recordedSet } from "../values/recordedSets";
import { review } from "./checkov";
import { decisions, type Failure, unmatched } from "./decisions";

describe("An independent rule set finds nothing that docs/security-decisions.md does not argue", () => {
  let prod: readonly Recorded[] = [];
  const failures: Record<string, readonly Failure[]> = {};
  before(function () {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
    needPython(this, "security");
  });

  // The share of failed checks that there was when this was written, rounded up: it may fall.
  for (const [profile, share] of [["prod", 0.11] as const, ["staging", 0.17] as const, ["dev", 0.17] as const]) {
    it(`in ${profile}, and at most ${100 * share} % of its checks fail`, async () => {
      const resources = await recordedSet(profile);
      prod = profile === "prod" ? resources : prod;
      const verdict = await review(resources);
      failures[profile] = verdict.failures;
      console.log(`      ${profile}: ${verdict.passed} checks pass, ${verdict.failures.length} fail and are argued`);
      assert.ok(verdict.passed > 300, `only ${verdict.passed} checks passed: the rule set does not see the stack`);
      assert.ok(verdict.failures.length <= share * (verdict.passed + verdict.failures.length));
    });
  }

  it("and each check and resource of each row is needed", () => {
    assert.deepEqual(unmatched(failures, decisions()), []);
  });

  it("finds a planted mistake: a load balancer without protection, a database without encryption", async () => {
    const changed = prod
      .filter(({ name }) => ["prod-lb-alb", "prod-database-cluster"].includes(name))
      .map((resource) => ({
        ...resource,
        inputs: { ...resource.inputs, enableDeletionProtection: false, storageEncrypted: false },
      }));
    const found = unmatched({ prod: (await review(changed)).failures }, decisions());
    assert.match(found.join("\n"), /prod: CKV_AWS_150 fails on aws_lb\.prod-lb-alb/);
    assert.match(found.join("\n"), /prod: CKV_AWS_96 fails on aws_rds_cluster\.prod-database-cluster/);
  });

  it("finds an argued check on a resource that its row does not name", () => {
    const failed = { check: "CKV_AWS_117", resource: "aws_lambda_function.prod-other-function" };
    assert.deepEqual(
      unmatched({ prod: [failed] }, decisions()).filter((text) => text.includes("other")),
      [
        "prod: CKV_AWS_117 fails on aws_lambda_function.prod-other-function. Fix it, or argue it in testing/security/decisions.yaml.",
      ],
    );
  });

  it("finds a row whose check or resource does not fail", () => {
    const [row] = decisions().filter(({ title }) => title === "Minor upgrades");
    const [check] = row!.checks;
    const only = { check: check!, resource: "aws_rds_cluster_instance.prod-database-instance-1" };
    const found = unmatched({ prod: [only], dev: [] }, [row!]);
    assert.deepEqual(found, [
      `dev: ${check} does not fail. Fix: remove it from the row "Minor upgrades".`,
      'No check fails on database-instance-2. Fix: remove it from the row "Minor upgrades".',
    ]);
  });
});

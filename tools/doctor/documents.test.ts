import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Plans, shippedPlans } from "../lib/shippedPlans";
import { doctorDocument, quotasDocument } from "./generate";
import { largestVcpus, ofType } from "./quotaNeeds";
import { quotas } from "./quotaTable";
import { exampleOutput } from "./test/example";
import { stackSettings } from "../lib/stackFile";

const root = resolve(__dirname, "..", "..");
const again = "Stale. Run: make generate ONLY=docs";

describe("make doctor, what it counts", () => {
  let plans: Plans;
  before(async () => {
    plans = await shippedPlans();
  });

  it("is the plan of the real engine, but for what awsx makes", () => {
    for (const [stack, plan] of Object.entries(plans)) {
      const listed = readFileSync(resolve(root, "testing", "platform", "identities", `${stack}.txt`), "utf8")
        .trim()
        .split("\n");
      const names = new Set(plan.map(({ type, name }) => `${type}::${name}`));
      const lacking = listed.filter((identity) => !identity.startsWith("pulumi:") && !names.has(identity));
      // Schedules and their names follow the day.
      assert.deepEqual(
        lacking.map((identity) => identity.split("::")[0]!).filter((type) => !/[sS]chedule/.test(type)),
        ["aws:ecr/lifecyclePolicy:LifecyclePolicy", "aws:ecr/repository:Repository"],
        stack,
      );
    }
  });

  it("is what the settings say at the largest", () => {
    const { cluster } = stackSettings("prod");
    assert.ok(cluster.kind === "ec2");
    const { maxInstances, warmPoolSize } = cluster;
    assert.equal(largestVcpus(plans.prod), (Math.ceil(maxInstances * 1.1) + warmPoolSize) * 2);
    const need = (title: string, stack: keyof Plans) =>
      quotas.find((quota) => quota.title === title)!.need(plans[stack]);
    const { web, adhoc, cron } = stackSettings("dev");
    // Web and ad-hoc tasks roll out old beside new; of cron there is one at any time.
    const fargate = (2 * (web.cpu * web.maxTasks + adhoc.cpu * adhoc.maxTasks) + cron.cpu) / 1024;
    assert.equal(need("vCPUs of Fargate On-Demand", "dev"), Math.ceil(fargate));
    assert.equal(need("vCPUs of Fargate On-Demand", "prod"), 0);
    assert.deepEqual([need("Elastic IP addresses", "prod"), need("NAT gateways in a zone", "prod")], [3, 1]);
    assert.equal(need("Cache nodes in a region", "prod"), 4);
    // 55 of CloudFront's prefix list.
    assert.equal(need("Rules of a security group, one direction", "prod"), 55);
  });

  it("counts every type of quota in one of the three", () => {
    const never = quotas
      .filter(({ need }) => Object.values(plans).every((plan) => need(plan) === 0))
      .map(({ title }) => title);
    assert.deepEqual(never, ["vCPUs of Fargate Spot", "FSx for OpenZFS file systems"]);
    assert.ok(ofType(plans.prod, "aws:ec2/vpc:Vpc").length === 1);
  });

  it("is in docs/quotas.md", async () => {
    assert.equal(readFileSync(resolve(root, "docs/quotas.md"), "utf8"), await quotasDocument(plans), again);
  });

  it("and an example and the policy are in docs/doctor.md", async () => {
    const document = readFileSync(resolve(root, "docs/doctor.md"), "utf8");
    assert.equal(document, await doctorDocument(document, await exampleOutput(plans.prod)), again);
  });
});

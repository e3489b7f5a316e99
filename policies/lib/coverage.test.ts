import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { rules } from "../rules";
import { run, thing } from "../testing/harness";
import { judged, unjudged } from "./coverage";
import { undecidedReport } from "./reports";

const reportOf = async (type: string): Promise<string> =>
  (await run(rules, [thing(type, "one", {})])).find(({ policy }) => policy === undecidedReport)?.message ?? "";

describe("What no rule looks at", () => {
  it("is reported, when it is sensitive", async () => {
    for (const type of unjudged(rules)) {
      assert.match(await reportOf(type), /no rule looks at:\n {2}\S+ "one"/, type);
    }
    assert.match(await reportOf("aws-native:rds:DbInstance"), /no rule looks at:\n.*"one" \(of another provider/);
  });

  it("is not reported, when a rule does, or when it is harmless", async () => {
    for (const type of [
      "aws:rds/instance:Instance",
      "aws:ecs/cluster:Cluster",
      "aws:route53/record:Record",
      "aws-native:logs:LogGroup",
    ]) {
      assert.doesNotMatch(await reportOf(type), /no rule looks at/, type);
    }
  });

  it("is of types that @pulumi/aws has, like all that is judged", () => {
    const folder = path.dirname(require.resolve("@pulumi/aws/package.json"));
    const exists = (type: string): boolean => {
      const [, module = "", name = ""] = /^aws:([^:]+):(\w+)$/.exec(type) ?? [];
      return fs.existsSync(path.join(folder, `${module}.js`)) || name === "";
    };
    // Types of older versions, and other names of load balancers, which programs still use.
    const old =
      /^aws:(elasticloadbalancingv2|applicationloadbalancing|ec2\/launchConfiguration|qldb|timestreamwrite|alb|elb|lb)/;
    assert.deepEqual(
      [...unjudged(rules), ...judged(rules).keys()].filter((type) => !exists(type) && !old.test(type)),
      [],
    );
  });
});

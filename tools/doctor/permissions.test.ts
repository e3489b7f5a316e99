import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { iamAction } from "./actions";
import { actions, operations, sdkImports } from "./permissions";
import { needPython } from "../../testing/leftOut";

const root = resolve(__dirname, "..", "..");

describe("make doctor only reads", () => {
  it("by the names of all of the SDK's commands that it has", () => {
    const changing = operations().filter(({ operation }) => !/^(Get|List|Describe|BatchGet)[A-Z]/.test(operation));
    assert.deepEqual(changing, []);
    assert.ok(operations().length >= 30, String(operations().length));
  });

  it("and has no other way to the SDK", () => {
    for (const file of readdirSync(__dirname).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))) {
      const text = readFileSync(join(__dirname, file), "utf8");
      assert.doesNotMatch(text, /require\(|import\(|from "@smithy/, file);
    }
  });

  it("and would notice one that writes", () => {
    assert.ok(
      [...sdkImports().values()].every((names) =>
        [...names].every((name) => !/^(Put|Create|Delete|Update)/.test(name)),
      ),
    );
    assert.doesNotMatch("CreateBucket", /^(Get|List|Describe|BatchGet)[A-Z]/);
  });

  it("with IAM's actions of AWS's own models of the APIs", function () {
    execFileSync(join(root, "testing/release/setup"), { stdio: "inherit" });
    needPython(this, "moto");
    // botocore has the models under other names than IAM has the services.
    const services = { ses: "sesv2", servicequotas: "service-quotas" };
    const asked = actions().map((action) => action.split(":") as [string, string]);
    const program = `
import json, sys, botocore.session
session, wrong = botocore.session.get_session(), []
for prefix, name in json.load(sys.stdin):
    model = session.get_service_model(${JSON.stringify(services)}.get(prefix, prefix))
    if name not in model.operation_names or (model.signing_name != prefix): wrong.append([prefix, name, model.signing_name])
print(json.dumps(wrong))`;
    const python = join(root, ".offline", "moto", "bin", "python");
    const printed = execFileSync(python, ["-c", program], { input: JSON.stringify(asked) }).toString();
    assert.deepEqual(JSON.parse(printed), []);
  });

  it("and knows every client", () => {
    assert.equal(iamAction("EC2Client", "DescribeRegionsCommand"), "ec2:DescribeRegions");
    assert.throws(() => iamAction("LambdaClient", "InvokeCommand"), /no IAM prefix for LambdaClient/);
  });
});

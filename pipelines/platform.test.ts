import * as assert from "node:assert/strict";
import { preview, stopStandIns } from "../offline/engine";

describe("A stack with roles for a pipeline, on the real engine", () => {
  after(stopStandIns);

  it("previews without a violation", async () => {
    const pipeline = {
      kind: "github",
      repository: "example@12/moodle@34",
      stateBucket: "example-pulumi-state",
      stateKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/7b6f7f5d-7d2e-4f3e-9d51-0a3e5c1f2b11",
      deployPolicyArns: ["arn:aws:iam::123456789012:policy/moodle-deploy"],
    };
    const iam = { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/moodle-dev-boundary" };
    const config = { "moodle:pipeline": JSON.stringify(pipeline), "moodle:iam": JSON.stringify(iam) };
    const result = await preview("dev", { run: "pipeline-access", quiet: true, config });
    assert.ok(result.ok, result.printed);
    assert.deepEqual(
      result.violations.filter(({ policy }) => policy !== "undecided"),
      [],
    );
    assert.ok(result.resources.some(({ name }) => name === "dev-pipeline-deploy"));
  });
});

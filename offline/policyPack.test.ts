import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { commonStack } from "../policies/fixtures/commonStack";
import { commonVerdicts, verdicts } from "../policies/fixtures/commonVerdicts";
import { declare } from "../policies/fixtures/program";
import { preview } from "./engine";
import { root } from "./stackFiles";

describe("the policy pack", () => {
  // The SDK's own loader checks the types of all that the pack imports.

  it("also starts in the way of the official distribution, type check included", async function () {
    const pack = join(root, "policies");
    if (!existsSync(join(pack, "PulumiPolicy.yaml"))) {
      this.skip();
    }
    const loader = join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
    const child = spawn(process.execPath, [loader, "127.0.0.1:1", "."], { cwd: pack });
    let printed = "";
    const first = await new Promise<string>((resolve) => {
      child.stderr.on("data", (data: Buffer) => (printed += data.toString()));
      child.stdout.once("data", (data: Buffer) => resolve(data.toString()));
      child.once("exit", () => resolve(""));
    });
    child.kill();
    assert.match(first, /^\d+\n/, `It printed no port, but: ${printed}`);
  });

  it("judges somebody else's program on the engine as it judges the same resources by themselves", async () => {
    const { violations } = await preview("fixture", {
      run: "policy-fixture",
      quiet: true,
      config: { "aws:region": "us-east-1" },
      program: () => declare(commonStack),
      policyPacks: [{ path: join(root, "policies") }],
    });
    const found = violations.map(({ policy, urn }) => ({ policy, urn: urn ?? "" }));
    assert.deepEqual(verdicts(found), commonVerdicts);
  });
});

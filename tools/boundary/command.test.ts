import * as assert from "node:assert/strict";
import { ask } from "../../testing/tools/ask";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "../../stacks/settings/load";
import { boundary, command } from "./command";

describe("make boundary", () => {
  it("prints a policy of the account in the ARN, in its partition", async () => {
    const permissionsBoundaryArn = "arn:aws-cn:iam::210987654321:policy/zone/boundary";
    const settings = () => loadSettings(exampleConfig({ iam: { permissionsBoundaryArn } }), "prod");
    const { code, printed } = await ask(boundary(settings), { STACK: "prod" });
    const { Version, Statement } = JSON.parse(printed) as { Version: string; Statement: readonly { Sid: string }[] };
    assert.deepEqual([code, Version, Statement[0]!.Sid], [0, "2012-10-17", "UseServices"]);
    const accounts = new Set(printed.match(/arn:[^"]*?iam::\d{12}/g));
    assert.deepEqual([...accounts], ["arn:aws-cn:iam::210987654321"]);
  });

  it("says what to do for a stack that names none", async () => {
    const { code, printed, complained } = await ask(command, { STACK: "prod" });
    assert.deepEqual([code, printed], [2, ""]);
    assert.match(complained, /moodle:iam\.permissionsBoundaryArn: got nothing.*docs\/pipelines\.md#the-boundary/);
  });
});

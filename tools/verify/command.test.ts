// cspell:ignore cronrunning
import assert from "node:assert/strict";

import { OneOffTasks } from "../../testing/stand-ins/oneOffTasks";
import { ask } from "../../testing/tools/ask";
import { verify } from "./command";

const task = {
  region: "eu-west-2",
  clusterName: "prod-cluster",
  capacityProviderName: "instances",
  subnetIds: ["subnet-1"],
  securityGroupId: "sg-1",
  taskDefinitionArns: { install: "arn:install:3", upgrade: "arn:upgrade:3" },
  logGroupNames: { install: "/install", upgrade: "/upgrade" },
};
const pulumi = () => JSON.stringify({ oneOffTask: task });
const line = (fields: object) => JSON.stringify({ log: "verify", ...fields });
const damage = line({
  level: "error",
  damage: "file-missing",
  name: "ab/cd/abcd",
  part: "mod_forum/attachment",
  uses: 1,
  uploaded: "2026-11-30T09:55:00Z",
  message: "mdl_files names it, and it is not on the disk",
});

describe("make verify", () => {
  let aws: OneOffTasks;
  before(async () => {
    aws = await OneOffTasks.start();
  });
  after(() => aws.stop());

  const run = (given: object = {}) => ask(verify(pulumi), { STACK: "prod", ...given });

  it("runs the image's role with the number of files, and says that all is well", async () => {
    const result = line({ level: "info", result: "whole", damages: {}, files: 7, message: "they belong together" });
    aws.end({ printed: [result] });
    const { code, printed } = await run({ FILES: "all" });
    assert.equal(code, 0);
    assert.match(printed, /^whole: they belong together \{"damages":\{\},"files":7\}/);
    assert.deepEqual(aws.input("RunTask").overrides.containerOverrides, [
      { name: "upgrade", command: ["verify"], environment: [{ name: "MOODLE_VERIFY_FILES", value: "all" }] },
    ]);
  });

  it("shows each damage in words, and fails", async () => {
    const note = line({ level: "warning", note: "check", name: "tool_task_cronrunning", message: "Cron is off" });
    const result = line({ level: "error", result: "damaged", damages: { "file-missing": 1 }, message: "1 damage" });
    aws.end({ exitCode: 1, printed: ["a line of Moodle", damage, note, result] });
    const { code, printed } = await run();
    assert.equal(code, 1);
    assert.deepEqual(printed.trim().split("\n"), [
      "a line of Moodle",
      "error: file-missing ab/cd/abcd (mod_forum/attachment, uploaded 2026-11-30T09:55:00Z): mdl_files names it, and it is not on the disk",
      "warning: check tool_task_cronrunning: Cron is off",
      'damaged: 1 damage {"damages":{"file-missing":1}}',
    ]);
    assert.deepEqual(aws.input("RunTask").overrides.containerOverrides[0].environment[0].value, "10000");
  });

  it("says that nothing was judged, and why", async () => {
    aws.end({ exitCode: 69, printed: [line({ level: "fatal", unknown: "database", message: "away" })] });
    const { code, complained } = await run();
    assert.equal(code, 1);
    assert.match(complained, /could not be judged \(the task ended with 69\).*away/);
    aws.end({ reason: "CannotPullContainerError" });
    assert.match((await run()).complained, /did not start: CannotPullContainerError/);
  });

  it("refuses a number of files that is none", async () => {
    const { code, complained } = await run({ FILES: "some" });
    assert.equal(code, 2);
    assert.match(complained, /FILES: got "some", expected all, or a number of files from 1/);
  });
});

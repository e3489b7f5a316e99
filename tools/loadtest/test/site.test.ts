import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { leaveOut } from "../../../testing/leftOut";
import { definition, OneOffTasks } from "../../../testing/stand-ins/oneOffTasks";
import { ask } from "../../../testing/tools/ask";
import type { Given } from "../../lib/command";
import { entryPoint as entryPointOf } from "../../lib/scriptTask";
import { loadtestSite } from "../../loadtest-site/command";
import { siteScript } from "../run/site";
import { siteFolder } from "../run/target";

const outputs = {
  siteUrl: "https://moodle-staging.example.org",
  clusterName: "staging-cluster",
  oneOffTask: {
    region: "eu-west-2",
    clusterName: "staging-cluster",
    capacityProviderName: "instances",
    subnetIds: ["subnet-1"],
    securityGroupId: "sg-1",
    taskDefinitionArns: { install: "arn:install:3", upgrade: "arn:upgrade:3" },
    logGroupNames: { install: "/logs", upgrade: "/logs-upgrade" },
  },
};

describe("make loadtest-site", () => {
  const folder = siteFolder("staging");
  const kept = existsSync(folder);
  before(function () {
    // Somebody's own test site is not to be overwritten by a test.
    if (kept) leaveOut(this, `${folder} holds a test site of yours, which a test would overwrite`);
  });
  after(() => {
    if (!kept) rmSync(folder, { recursive: true, force: true });
  });

  let aws: OneOffTasks;
  before(async () => {
    aws = await OneOffTasks.start();
  });
  after(() => aws.stop());
  const make = (given: Given) =>
    ask(
      loadtestSite(() => JSON.stringify(outputs)),
      given,
    );

  it("runs the script in a task like the stack's install task, and keeps the site and its users", async () => {
    aws.end({ printed: ['{"log":"cli"}', '{"course":3,"quiz":129,"files":[]}'] });
    const { code, said } = await make({ TARGET: "staging", USERS: "50" });
    assert.equal(code, 0, said);
    const { overrides } = aws.input("RunTask");
    assert.equal(overrides.containerOverrides[0].name, "install");
    const command: string[] = overrides.containerOverrides[0].command;
    assert.deepEqual(command.slice(0, 2), ["cli", "../../../tmp/script.php"]);
    assert.ok(command.includes("--throw-away=https://moodle-staging.example.org") && command.includes("--users=50"));
    assert.equal(aws.input("GetLogEvents").logStreamName, "install/install/abc");
    assert.equal(JSON.parse(readFileSync(join(folder, "site.json"), "utf8")).quiz, 129);
    assert.equal(readFileSync(join(folder, "users.csv"), "utf8").trim().split("\n").length, 51);
    aws.end({ printed: ['{"removed":true}'] });
    await make({ TARGET: "staging", REMOVE: "1" });
    assert.ok(!existsSync(folder));
  });

  it("registers that task with the script before the image's entry point, and deregisters it, even when it failed", async () => {
    aws.end({ exitCode: 77, printed: ["no"] });
    await make({ TARGET: "staging", USERS: "50" });
    assert.equal(aws.input("DescribeTaskDefinition").taskDefinition, "arn:install:3");
    const { containerDefinitions, tags, ...registered } = aws.input("RegisterTaskDefinition");
    const { family, taskRoleArn, executionRoleArn, networkMode, cpu, memory, volumes, requiresCompatibilities } =
      definition;
    const same = { taskRoleArn, executionRoleArn, networkMode, cpu, memory, volumes, requiresCompatibilities };
    assert.deepEqual(registered, { ...same, family: `${family}-script` });
    assert.deepEqual(tags, [{ key: "Environment", value: "staging" }]);
    const [{ entryPoint, ...container }] = containerDefinitions;
    assert.deepEqual(container, definition.containerDefinitions[0]);
    assert.ok(JSON.stringify(containerDefinitions).length < 60_000, "a task definition holds 64 KiB");
    assert.equal(aws.input("RunTask").taskDefinition, "arn:made:1");
    assert.equal(aws.input("DeregisterTaskDefinition").taskDefinition, "arn:made:1");
    assert.equal(aws.asked.at(-1), "DeregisterTaskDefinition");
    assert.deepEqual(entryPoint, entryPointOf(readFileSync(siteScript)));
  });

  it("hands the script and the command to the image's entry point, by a real shell", () => {
    const home = mkdtempSync(join(tmpdir(), "script-"));
    try {
      writeFileSync(join(home, "moodle-entrypoint"), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
      const [shell, dash, line, ...given] = entryPointOf(readFileSync(siteScript));
      const here = line!.replace("/tmp/", `${home}/`);
      const words = ["cli", "../../../tmp/script.php", "--users=5", "--password=a b"];
      const env = { ...process.env, PATH: `${home}:${process.env["PATH"]}` };
      const { status, stdout } = spawnSync(shell!, [dash!, here, ...given, ...words], { env, encoding: "utf8" });
      assert.deepEqual([status, stdout.trim().split("\n")], [0, words]);
      assert.equal(readFileSync(join(home, "script.php"), "utf8"), readFileSync(siteScript, "utf8"));
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("is no part of the image: it makes users", () => {
    const image = resolve(__dirname, "../../../moodle-image/rootfs");
    const files = readdirSync(image, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".php"));
    assert.ok(files.length > 10);
    for (const file of files) {
      assert.doesNotMatch(readFileSync(join(image, file), "utf8"), /tool_generator|create_user/, file);
    }
  });

  it("says what the task said when it failed, and never goes near production", async () => {
    aws.end({ exitCode: 77, printed: ["12 people have signed in to this site: it is not one to throw away"] });
    assert.match((await make({ TARGET: "staging", USERS: "50" })).complained, /ended with 77: 12 people/);
    aws.end({});
    const { code, complained } = await make({ TARGET: "prod", USERS: "50" });
    assert.equal(code, 1);
    assert.match(complained, /production/);
    assert.deepEqual(aws.asked, []);
  });
});

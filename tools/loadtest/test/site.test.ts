import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { leaveOut } from "../../../testing/leftOut";
import { OneOffTasks } from "../../../testing/stand-ins/oneOffTasks";
import type { Given } from "../run/request";
import { makeSite } from "../run/siteCommand";
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
    makeSite(
      given,
      () => undefined,
      () => JSON.stringify(outputs),
    );

  it("runs the stack's install task with the script of the image, and keeps the site and its users", async () => {
    aws.end({ printed: ['{"log":"cli"}', '{"course":3,"quiz":129,"files":[]}'] });
    assert.equal(await make({ TARGET: "staging", USERS: "50" }), 0);
    const { overrides } = aws.input("RunTask");
    assert.equal(overrides.containerOverrides[0].name, "install");
    const command: string[] = overrides.containerOverrides[0].command;
    assert.deepEqual(command.slice(0, 2), ["cli", "../../../opt/moodle/lib/loadtest.php"]);
    assert.ok(command.includes("--throw-away=https://moodle-staging.example.org") && command.includes("--users=50"));
    assert.equal(aws.input("GetLogEvents").logStreamName, "install/install/abc");
    assert.equal(JSON.parse(readFileSync(join(folder, "site.json"), "utf8")).quiz, 129);
    assert.equal(readFileSync(join(folder, "users.csv"), "utf8").trim().split("\n").length, 51);
    aws.end({ printed: ['{"removed":true}'] });
    await make({ TARGET: "staging", REMOVE: "1" });
    assert.ok(!existsSync(folder));
  });

  it("says what the task said when it failed, and never goes near production", async () => {
    aws.end({ exitCode: 77, printed: ["12 people have signed in to this site: it is not one to throw away"] });
    await assert.rejects(make({ TARGET: "staging", USERS: "50" }), /ended with 77: 12 people/);
    aws.end({});
    await assert.rejects(make({ TARGET: "prod", USERS: "50" }), /production/);
    assert.deepEqual(aws.asked, []);
  });
});

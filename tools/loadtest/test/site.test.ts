import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { leaveOut } from "../../../testing/leftOut";
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

/** Answers as pulumi and the AWS CLI would; keeps what they were asked. */
function aws(exitCode: number, printed: string) {
  const asked: string[][] = [];
  const run = (program: string, args: readonly string[]): string => {
    asked.push([program, ...args]);
    const what = args.slice(0, 2).join(" ");
    const answers: Readonly<Record<string, string>> = {
      "stack output": JSON.stringify(outputs),
      "ecs run-task": JSON.stringify({ tasks: [{ taskArn: "arn:aws:ecs:eu-west-2:1:task/staging-cluster/abc" }] }),
      "ecs wait": "",
      "ecs describe-tasks": JSON.stringify({
        tasks: [{ lastStatus: "STOPPED", containers: [{ name: "install", exitCode }] }],
      }),
      "logs get-log-events": JSON.stringify(printed === "" ? [] : printed.split("\n")),
    };
    return answers[what] ?? assert.fail(what);
  };
  return { asked, run };
}

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

  it("runs the stack's install task with the script of the image, and keeps the site and its users", () => {
    const { asked, run } = aws(0, '{"log":"cli"}\n{"course":3,"quiz":129,"files":[]}');
    assert.equal(
      makeSite({ TARGET: "staging", USERS: "50" }, run, () => undefined),
      0,
    );
    const started = asked.find((args) => args[2] === "run-task")!;
    const overrides = JSON.parse(started[started.indexOf("--overrides") + 1]!);
    assert.equal(overrides.containerOverrides[0].name, "install");
    const command: string[] = overrides.containerOverrides[0].command;
    assert.deepEqual(command.slice(0, 2), ["cli", "../../../opt/moodle/lib/loadtest.php"]);
    assert.ok(command.includes("--throw-away=https://moodle-staging.example.org") && command.includes("--users=50"));
    assert.equal(asked.at(-1)!.includes("install/install/abc"), true, "the log stream of the task");
    assert.equal(JSON.parse(readFileSync(join(folder, "site.json"), "utf8")).quiz, 129);
    assert.equal(readFileSync(join(folder, "users.csv"), "utf8").trim().split("\n").length, 51);
    makeSite({ TARGET: "staging", REMOVE: "1" }, aws(0, '{"removed":true}').run, () => undefined);
    assert.ok(!existsSync(folder));
  });

  it("says what the task said when it failed, and never goes near production", () => {
    const failing = aws(77, "12 people have signed in to this site: it is not one to throw away");
    assert.throws(
      () => makeSite({ TARGET: "staging", USERS: "50" }, failing.run, () => undefined),
      /ended with 77: 12 people/,
    );
    const production = aws(0, "");
    assert.throws(() => makeSite({ TARGET: "prod", USERS: "50" }, production.run, () => undefined), /production/);
    assert.deepEqual(production.asked, []);
  });
});

import assert from "node:assert/strict";

import { type End, OneOffTasks } from "../../testing/stand-ins/oneOffTasks";
import { valuesOf } from "../lib/command";
import { runOnce } from "../lib/oneOffTask";
import { resetAdministrator } from "../reset-administrator/command";
import { ask } from "../../testing/tools/ask";
import { moodleShell } from "../moodle-shell/command";
import { moodleCli, words } from "./command";

const task = {
  region: "eu-west-2",
  clusterName: "prod-cluster",
  capacityProviderName: "instances",
  subnetIds: ["subnet-1", "subnet-2"],
  securityGroupId: "sg-1",
  taskDefinitionArns: { install: "arn:install:3", upgrade: "arn:upgrade:3" },
  logGroupNames: { install: "/install", upgrade: "/upgrade" },
};
const signIn = {
  address: "https://moodle.example.org/login/index.php?loginredirect=0",
  username: "admin",
  secretArn: "arn:secret",
  passwordCommand: "aws secretsmanager get-secret-value --secret-id arn:secret",
};

const pulumi = (outputs: unknown) => () => JSON.stringify(outputs);
const outputs = { oneOffTask: task, signIn };

describe("A task that runs once", () => {
  let aws: OneOffTasks;
  before(async () => {
    aws = await OneOffTasks.start();
  });
  after(() => aws.stop());

  describe("make moodle-shell", () => {
    const open = (found: object) => ask(moodleShell(pulumi(found)), { STACK: "prod", MINUTES: "30" });
    const allowed = { ...outputs, oneOffTask: { ...task, exec: true } };

    it("starts a task that waits, with the agent of a shell, and prints how to get in and how to end it", async () => {
      aws.end({ looks: 9, agent: ["RUNNING"] });
      const { code, printed } = await open(allowed);
      assert.equal(code, 0);
      const started = aws.input("RunTask");
      assert.equal(started.enableExecuteCommand, true);
      assert.equal(started.taskDefinition, "arn:made:1");
      assert.deepEqual(started.overrides.containerOverrides[0].command.slice(-1), ["30"]);
      // The definition is of no use to anybody once the task is there.
      assert.equal(aws.asked.at(-1), "DeregisterTaskDefinition");
      const arn = "arn:aws:ecs:eu-west-2:1:task/c/abc";
      const where = "--region eu-west-2 --cluster prod-cluster";
      assert.ok(
        printed.includes(
          `\naws ecs execute-command ${where} --task ${arn} --container upgrade --interactive --command /bin/sh\n`,
        ),
        printed,
      );
      assert.ok(printed.endsWith(`\naws ecs stop-task ${where} --task ${arn}`), printed);
    });

    it("says why there is no task", async () => {
      aws.end({ reason: "CannotPullContainerError" });
      assert.match((await open(allowed)).complained, /did not start: CannotPullContainerError/);
    });

    it("starts nothing where shells are not allowed, and says how to allow them", async () => {
      for (const found of [outputs, { ...outputs, oneOffTask: { ...task, exec: false } }]) {
        aws.end({});
        const { code, complained } = await open(found);
        assert.equal(code, 1);
        assert.match(complained, /moodle:moodle\.exec is false.*docs\/runbooks\/shell\.md/);
        assert.deepEqual(aws.asked, []);
      }
    });
  });

  describe("make moodle-cli", () => {
    const given = { STACK: "prod", SCRIPT: "admin/cli/cfg.php --name=fullname --set='Two words'" };

    it("runs the script as a task of the role upgrade, in the private subnets, and shows what it wrote", async () => {
      aws.end({});
      const { code, printed } = await ask(moodleCli(pulumi(outputs)), given);
      assert.deepEqual([code, printed], [0, "one\ntwo"]);
      const started = aws.input("RunTask");
      assert.equal(started.taskDefinition, "arn:upgrade:3");
      assert.deepEqual(started.capacityProviderStrategy, [{ capacityProvider: "instances" }]);
      assert.deepEqual(started.overrides.containerOverrides, [
        { name: "upgrade", command: ["cli", "admin/cli/cfg.php", "--name=fullname", "--set=Two words"] },
      ]);
      assert.deepEqual(started.networkConfiguration.awsvpcConfiguration, {
        subnets: ["subnet-1", "subnet-2"],
        securityGroups: ["sg-1"],
        assignPublicIp: "DISABLED",
      });
      const { logGroupName, logStreamName } = aws.input("GetLogEvents");
      assert.deepEqual([logGroupName, logStreamName], ["/upgrade", "upgrade/upgrade/abc"]);
    });

    it("looks until the task has stopped", async () => {
      aws.end({ looks: 3 });
      await runOnce(task, "upgrade", ["cli"], 0.01);
      assert.deepEqual(aws.asked, ["RunTask", ...Array<string>(5).fill("DescribeTasks"), "GetLogEvents"]);
    });

    it("says why nothing came of it", async () => {
      const fails = async (end: End, expected: RegExp, found: object = outputs) => {
        aws.end(end);
        const { code, complained } = await ask(moodleCli(pulumi(found)), given);
        assert.equal(code, 1);
        assert.match(complained, expected);
      };
      await fails({}, /Stack prod has no output "oneOffTask". Fix: pulumi up --stack prod/, {});
      await fails({ failures: [{ reason: "RESOURCE:MEMORY" }] }, /started no task: .*RESOURCE:MEMORY/);
      await fails({ reason: "CannotPullContainerError" }, /did not start: CannotPullContainerError/);
      await fails({ exitCode: 3 }, /ended with 3: one\ntwo/);
    });

    it("refuses what is no script, and words that must not be kept", async () => {
      const refused = (SCRIPT: string) => ask(moodleCli(), { STACK: "prod", SCRIPT });
      for (const wrong of ["", "/etc/passwd", "../config.php", "admin/cli/", "ls"]) {
        const { code, complained } = await refused(wrong);
        assert.equal(code, 2);
        assert.match(complained, /^error: SCRIPT: got [^\n]*$/);
      }
      for (const secret of ["--password=x", "-p=x", "--adminpass=x", "--token x"]) {
        for (const script of ["admin/cli/reset_password.php", "ls"]) {
          const { complained } = await refused(`${script} ${secret}`);
          assert.match(complained, /make reset-administrator/);
          assert.equal(/[= ]x/.test(complained), false, complained);
        }
      }
      const given = { STACK: "prod", SCRIPT: "public/admin/tool/task/cli/schedule_task.php --list" };
      assert.equal(valuesOf(moodleCli(), given).SCRIPT, given.SCRIPT);
      assert.deepEqual(words("a --b='c d'  'e f'"), ["a", "--b=c d", "e f"]);
      assert.match((await ask(moodleCli(), {})).complained, /^error: STACK: got nothing.*\nerror: SCRIPT: got nothing/);
    });
  });

  describe("make reset-administrator", () => {
    it("runs the image's own way back, with no password on any command line, and says how to sign in", async () => {
      aws.end({});
      const { code, printed } = await ask(resetAdministrator(pulumi(outputs)), { STACK: "prod" });
      assert.equal(code, 0);
      const started = aws.input("RunTask");
      assert.equal(started.taskDefinition, "arn:install:3");
      assert.deepEqual(started.overrides.containerOverrides, [
        { name: "install", command: ["install", "--reset-administrator"] },
      ]);
      assert.deepEqual([...new Set(aws.asked)], ["RunTask", "DescribeTasks", "GetLogEvents"]);
      for (const words of [signIn.address, "admin", signIn.passwordCommand]) {
        assert.ok(printed.includes(words));
      }
      assert.match((await ask(resetAdministrator(), {})).complained, /STACK: got nothing/);
    });
  });
});

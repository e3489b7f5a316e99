import assert from "node:assert/strict";

import { resetAdministrator } from "../reset-administrator/command";
import { moodleCli, problems, words } from "./command";

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

interface Answers {
  readonly outputs?: unknown;
  readonly started?: unknown;
  readonly container?: object;
  readonly waits?: number;
}

/** Answers as the Pulumi and AWS CLIs do; keeps what they were asked. */
function world({ outputs = { oneOffTask: task, signIn }, started, container = { exitCode: 0 }, waits = 1 }: Answers) {
  const asked: string[][] = [];
  let waited = 0;
  const run = (program: string, args: readonly string[]): string => {
    asked.push([program, ...args]);
    switch (args.slice(0, 2).join(" ")) {
      case "stack output":
        return JSON.stringify(outputs);
      case "ecs run-task":
        return JSON.stringify(started ?? { tasks: [{ taskArn: "arn:aws:ecs:eu-west-2:1:task/c/abc" }], failures: [] });
      case "ecs wait":
        if (++waited < waits) throw new Error("aws ecs wait failed: Waiter TasksStopped failed: Max attempts exceeded");
        return "";
      case "ecs describe-tasks": {
        const name = asked.some((one) => one.includes("arn:install:3")) ? "install" : "upgrade";
        return JSON.stringify({
          tasks: [{ lastStatus: "STOPPED", stoppedReason: "Stopped", containers: [{ name, ...container }] }],
        });
      }
      case "logs get-log-events":
        return '["one","two"]';
      default:
        return assert.fail(args.join(" "));
    }
  };
  const said: string[] = [];
  return {
    asked,
    run,
    said,
    say: (line: string) => said.push(line),
    of: (what: string) => asked.find((one) => one[2] === what)!,
  };
}
const after = (args: readonly string[], option: string) => args[args.indexOf(option) + 1]!;

describe("make moodle-cli", () => {
  const given = { STACK: "prod", SCRIPT: "admin/cli/cfg.php --name=fullname --set='Two words'" };

  it("runs the script as a task of the role upgrade, in the private subnets, and shows what it wrote", () => {
    // Longer than the AWS CLI waits.
    const { run, said, say, of } = world({ waits: 3 });
    assert.equal(moodleCli(given, run, say), 0);
    assert.deepEqual(said, ["one\ntwo"]);
    const started = of("run-task");
    assert.equal(after(started, "--task-definition"), "arn:upgrade:3");
    assert.deepEqual(JSON.parse(after(started, "--overrides")).containerOverrides, [
      { name: "upgrade", command: ["cli", "admin/cli/cfg.php", "--name=fullname", "--set=Two words"] },
    ]);
    assert.deepEqual(JSON.parse(after(started, "--network-configuration")).awsvpcConfiguration, {
      subnets: ["subnet-1", "subnet-2"],
      securityGroups: ["sg-1"],
      assignPublicIp: "DISABLED",
    });
    assert.equal(after(of("get-log-events"), "--log-stream-name"), "upgrade/upgrade/abc");
  });

  it("says why nothing came of it", () => {
    const fails = (answers: Answers, expected: RegExp) => {
      const { run, say } = world(answers);
      assert.throws(() => moodleCli(given, run, say), expected);
    };
    fails({ outputs: {} }, /Stack prod has no output "oneOffTask". Fix: pulumi up --stack prod/);
    fails({ started: { tasks: [], failures: [{ reason: "RESOURCE:MEMORY" }] } }, /started no task: .*RESOURCE:MEMORY/);
    fails({ container: { reason: "CannotPullContainerError" } }, /did not start: CannotPullContainerError/);
    fails({ container: { exitCode: 3 } }, /ended with 3: one\ntwo/);
  });

  it("refuses what is no script, and words that must not be kept", () => {
    const paths = (SCRIPT: string) => problems({ STACK: "prod", SCRIPT }).map(({ path }) => path);
    for (const wrong of ["", "/etc/passwd", "../config.php", "admin/cli/", "ls"]) {
      assert.deepEqual(paths(wrong), ["SCRIPT"], wrong);
    }
    for (const secret of ["--password=x", "-p=x", "--adminpass=x", "--token x"]) {
      const [problem] = problems({ STACK: "prod", SCRIPT: `admin/cli/reset_password.php ${secret}` });
      assert.match(problem!.mend, /make reset-administrator/);
      assert.equal(JSON.stringify(problem).includes("=x"), false);
    }
    assert.deepEqual(paths("public/admin/tool/task/cli/schedule_task.php --list"), []);
    assert.deepEqual(words("a --b='c d'  'e f'"), ["a", "--b=c d", "e f"]);
    assert.throws(() => moodleCli({}, world({}).run, () => undefined), /STACK: nothing[\s\S]*SCRIPT: nothing/);
  });
});

describe("make reset-administrator", () => {
  it("runs the image's own way back, with no password on any command line, and says how to sign in", () => {
    const { asked, run, said, say, of } = world({});
    assert.equal(resetAdministrator({ STACK: "prod" }, run, say), 0);
    const started = of("run-task");
    assert.equal(after(started, "--task-definition"), "arn:install:3");
    assert.deepEqual(JSON.parse(after(started, "--overrides")).containerOverrides, [
      { name: "install", command: ["install", "--reset-administrator"] },
    ]);
    assert.equal(
      asked.some((one) => one.includes("get-secret-value")),
      false,
    );
    for (const words of [signIn.address, "admin", signIn.passwordCommand]) {
      assert.ok(said.join("\n").includes(words));
    }
    assert.throws(() => resetAdministrator({}, run, say), /STACK: nothing was given/);
  });
});

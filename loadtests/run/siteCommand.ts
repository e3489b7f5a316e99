/** `make loadtest-site TARGET=<stack> USERS=... [REMOVE=1]`: the load tests' course and users in a stack to be thrown away. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run as main } from "../../scaling/report/text";
import { allowedTarget } from "./guard";
import { type Run, runProgram } from "./programs";
import type { Given } from "./request";
import { makePassword, parseSite, usersFile } from "./site";
import { readFacts, readOutputs } from "./stack";
import { siteFolder } from "./target";

interface Described {
  readonly tasks: readonly {
    readonly containers: readonly { readonly exitCode?: number; readonly name: string }[];
    readonly taskDefinitionArn: string;
  }[];
}
interface Definition {
  readonly taskDefinition: {
    readonly containerDefinitions: readonly {
      readonly name: string;
      readonly logConfiguration: { readonly options: Readonly<Record<string, string>> };
    }[];
  };
}

/**
 * The install task of the stack, as its output `installCommand` starts it, with another command: the script of the image
 * that makes the site. Its last line comes back by the task's log.
 */
export function makeSite(given: Given, run: Run, say: (line: string) => void): number {
  const stack = given.TARGET ?? "";
  const users = Number(given.USERS ?? 100);
  const remove = given.REMOVE === "1";
  allowedTarget(readFacts(stack, { siteUrl: "https://not-asked-yet.invalid" }));
  const outputs = readOutputs(stack, run);
  const facts = readFacts(stack, outputs);
  const site = allowedTarget(facts);
  const region = ["--region", facts.region];
  if (outputs.installCommand === undefined) {
    throw new Error(`TARGET=${stack}: the stack has no output installCommand; deploy it first.`);
  }
  const password = makePassword();
  const script = ["cli", "../../../opt/moodle/lib/loadtest.php", `--throw-away=${site}`];
  const command = remove ? [...script, "--remove"] : [...script, `--users=${users}`, `--password=${password}`];
  const install = words(outputs.installCommand);
  const definition = JSON.parse(
    run("aws", [
      "ecs",
      "describe-task-definition",
      ...region,
      "--task-definition",
      install[install.indexOf("--task-definition") + 1]!,
      "--output",
      "json",
    ]),
  ) as Definition;
  const container = definition.taskDefinition.containerDefinitions[0]!;
  const overrides = JSON.stringify({ containerOverrides: [{ name: container.name, command }] });
  say(`${remove ? "Removing" : "Making"} the test site of ${stack}. It takes some minutes.`);
  const task = run("aws", [
    ...install.slice(1),
    "--overrides",
    overrides,
    "--query",
    "tasks[0].taskArn",
    "--output",
    "text",
  ]).trim();
  const cluster = ["--cluster", outputs.clusterName ?? ""];
  run("aws", ["ecs", "wait", "tasks-stopped", ...region, ...cluster, "--tasks", task]);
  const described = JSON.parse(
    run("aws", ["ecs", "describe-tasks", ...region, ...cluster, "--tasks", task, "--output", "json"]),
  ) as Described;
  const options = container.logConfiguration.options;
  const stream = `${options["awslogs-stream-prefix"]}/${container.name}/${task.split("/").at(-1)}`;
  const log = run("aws", [
    "logs",
    "get-log-events",
    ...region,
    "--log-group-name",
    options["awslogs-group"]!,
    "--log-stream-name",
    stream,
    "--query",
    "events[].message",
    "--output",
    "text",
  ]);
  const exit = described.tasks[0]?.containers[0]?.exitCode;
  if (exit !== 0) {
    throw new Error(`the task ended with ${exit ?? "no status"}: ${log.trim().slice(-500)}`);
  }
  const folder = siteFolder(stack);
  rmSync(folder, { recursive: true, force: true });
  if (!remove) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "site.json"), `${JSON.stringify(parseSite(log))}\n`);
    writeFileSync(join(folder, "users.csv"), usersFile(users, password), { mode: 0o600 });
  }
  say(remove ? "Removed." : `Made: ${users} users, in ${folder}`);
  return 0;
}

/** A command line as its words; single quotes keep spaces, as in the stack's output. */
export function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

if (require.main === module) {
  main(() => makeSite(process.env, runProgram, (line) => console.log(line)));
}

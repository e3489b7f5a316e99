/** `make loadtest-site TARGET=<stack> USERS=... [REMOVE=1]`: the load tests' course and users in a stack to be thrown away. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run as main } from "../../lib/text";
import { allowedTarget } from "./guard";
import { oneOffTask, runOnce } from "../../lib/oneOffTask";
import { type Run, runProgram } from "../../lib/programs";
import { stackOutputs } from "../../lib/stackOutputs";
import type { Given } from "./request";
import { makePassword, parseSite, usersFile } from "./site";
import { readFacts, type StackOutputs } from "./stack";
import { siteFolder } from "./target";

/** Runs the script of the image that makes the site, as a task of its own. Its last line comes back by the task's log. */
export async function makeSite(given: Given, say: (line: string) => void, run: Run = runProgram): Promise<number> {
  const stack = given.TARGET ?? "";
  const users = Number(given.USERS ?? 100);
  const remove = given.REMOVE === "1";
  allowedTarget(readFacts(stack, { siteUrl: "https://not-asked-yet.invalid" }));
  const outputs = stackOutputs<StackOutputs>(stack, run);
  const facts = readFacts(stack, outputs);
  const site = allowedTarget(facts);
  const task = oneOffTask(stack, { ...outputs });
  const password = makePassword();
  const script = ["cli", "../../../opt/moodle/lib/loadtest.php", `--throw-away=${site}`];
  const command = remove ? [...script, "--remove"] : [...script, `--users=${users}`, `--password=${password}`];
  say(`${remove ? "Removing" : "Making"} the test site of ${stack}. It takes some minutes.`);
  const log = await runOnce(task, "install", command);
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

if (require.main === module) {
  main(() => makeSite(process.env, (line) => console.log(line)));
}

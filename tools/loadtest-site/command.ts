import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { declare, flag, needed, standard, start } from "../lib/command";
import { wholeNumber } from "../lib/kinds";
import { oneOffTask } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { runScript } from "../lib/scriptTask";
import { stackOutputs } from "../lib/stackOutputs";
import { allowedTarget } from "../loadtest/run/guard";
import { stackTarget } from "../loadtest/run/request";
import { makePassword, parseSite, siteScript, usersFile } from "../loadtest/run/site";
import { readFacts, type StackOutputs } from "../loadtest/run/stack";
import { siteFolder } from "../loadtest/run/target";

/** Runs site.php as a separate task. Its last line comes back in the task's log. */
export const loadtestSite = (run: Run = runProgram) =>
  declare({
    name: "loadtest-site",
    summary: "The load tests' course and users in a stack to be thrown away",
    options: {
      TARGET: needed(stackTarget, "The stack"),
      USERS: standard(wholeNumber(1, 10_000), "How many users it gets", "100"),
      REMOVE: flag("Take the course and the users away again"),
    },
    run: async ({ TARGET: stack, USERS: users, REMOVE: remove }, { print, at }) => {
      allowedTarget(readFacts(stack, { siteUrl: "https://not-asked-yet.invalid" }));
      const outputs = stackOutputs<StackOutputs>(stack, run);
      const site = allowedTarget(readFacts(stack, outputs));
      const task = oneOffTask(stack, { ...outputs });
      const password = makePassword();
      at(`${remove ? "removing" : "making"} the test site of ${stack}, which takes some minutes`);
      const log = await runScript(task, "install", siteScript, [
        `--throw-away=${site}`,
        ...(remove ? ["--remove"] : [`--users=${users}`, `--password=${password}`]),
      ]);
      const folder = siteFolder(stack);
      rmSync(folder, { recursive: true, force: true });
      if (!remove) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "site.json"), `${JSON.stringify(parseSite(log))}\n`);
        writeFileSync(join(folder, "users.csv"), usersFile(users, password), { mode: 0o600 });
      }
      print(remove ? "Removed." : `Made: ${users} users, in ${folder}`);
      return 0;
    },
  });

export const command = loadtestSite();

if (require.main === module) {
  start(command);
}

import { join } from "node:path";
import { type Command, declare, needed, standard, start, type Values } from "../lib/command";
import { stackName, wholeNumber } from "../lib/kinds";
import { oneOffTask, type OneOffTask, startShellTask } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { withScript } from "../lib/scriptTask";
import { stackOutputs } from "../lib/stackOutputs";

const options = {
  STACK: needed(stackName, "The stack"),
  MINUTES: standard(wholeNumber(5, 600), "Minutes after which the task ends by itself", "60"),
};

/** Moodle's own secrets and files, and no visitor's request: what somebody does here disturbs no task of the site. */
const role = "upgrade";

export const command = moodleShell();

export function moodleShell(run: Run = runProgram): Command<typeof options> {
  return declare({
    name: "moodle-shell",
    summary: "Start a task of its own in a stack, and print the command that opens a shell in it",
    failure: "no task was started",
    options,
    run: async ({ STACK, MINUTES }: Values<typeof options>, { print }) => {
      const task = oneOffTask(STACK, stackOutputs(STACK, run));
      if (task.exec !== true) {
        throw new Error(
          `STACK: got ${STACK}, where moodle:moodle.exec is false, expected a stack that allows shells. ` +
            "Fix: the first two commands of docs/runbooks/shell.md.",
        );
      }
      const file = join(__dirname, "wait.php");
      const arn = await withScript(task, role, file, (own: OneOffTask, words) =>
        startShellTask(own, role, [...words, String(MINUTES)]),
      );
      const where = `--region ${task.region} --cluster ${task.clusterName}`;
      print(`The task runs, and ends in ${MINUTES} minutes. A shell in it, which is logged:`);
      print(`aws ecs execute-command ${where} --task ${arn} --container ${role} --interactive --command /bin/sh`);
      print("When you are done:");
      print(`aws ecs stop-task ${where} --task ${arn}`);
      return 0;
    },
  });
}

if (require.main === module) {
  start(command);
}

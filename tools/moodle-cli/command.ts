import type { Problem } from "../../components/lib/invalid";
import { type Command, declare, needed, start, type Values } from "../lib/command";
import { anyText, stackName } from "../lib/kinds";
import { oneOffTask, runOnce } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { stackOutputs } from "../lib/stackOutputs";

/** A command line as its words; single quotes keep spaces together. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
}

const aScript = anyText(
  "a script of Moodle's code such as admin/cli/cfg.php, and its options",
  "Its folder is where Moodle's README is.",
  '"admin/cli/..."',
);

/**
 * Problems with a script: not a script, or with words that must not be kept. A problem never repeats an option, which
 * may hold a secret.
 */
function problems(script: string): readonly Problem[] {
  const [first = "", ...rest] = words(script);
  const found: Problem[] = [];
  if (!/^(public\/)?[a-z0-9_]+(\/[a-z0-9_]+)*\.php$/.test(first)) {
    found.push({ path: "SCRIPT", given: first, allowed: aScript.expected, fix: aScript.fix });
  }
  if (rest.some((word) => /^(--?p|--(admin)?pass(word)?|--secret|--token)(=|$)/.test(word))) {
    found.push({
      path: "SCRIPT",
      given: "a password",
      allowed: "no secret: ECS and CloudTrail keep the words of a command",
      fix: "For the administrator: make reset-administrator. For others: Moodle's page of the user.",
    });
  }
  return found;
}

const options = {
  STACK: needed(stackName, "The stack"),
  SCRIPT: needed(aScript, "The script; single quotes keep words of an option together"),
};

/** No shell and no open container is needed. */
export const command = moodleCli();

export function moodleCli(run: Run = runProgram): Command<typeof options> {
  return declare({
    name: "moodle-cli",
    summary: "Run one of Moodle's command line scripts in a stack, as a task of its own",
    failure: "the script failed or was not started",
    options,
    check: ({ SCRIPT }) => (SCRIPT === undefined ? [] : problems(SCRIPT)),
    run: async ({ STACK, SCRIPT }: Values<typeof options>, { print }) => {
      const task = oneOffTask(STACK, stackOutputs(STACK, run));
      print(await runOnce(task, "upgrade", ["cli", ...words(SCRIPT)]));
      return 0;
    },
  });
}

if (require.main === module) {
  start(command);
}

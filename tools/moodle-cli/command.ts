/**
 * `make moodle-cli STACK=... SCRIPT="admin/cli/... --option='two words'"`: one of Moodle's own command line scripts, as a task of its
 * own in the stack. No shell and no open container is needed. Exit code: 0 done, 1 failed or not started.
 */
import { describeProblem, type Problem } from "../../components/lib/invalid";
import { run as main } from "../lib/text";
import { oneOffTask, runOnce } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { stackOutputs } from "../lib/stackOutputs";

export type Given = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with what was asked. Pure. */
export function problems({ STACK: stack = "", SCRIPT: script = "" }: Given): Problem[] {
  const found: Problem[] = [];
  if (stack === "") {
    found.push({
      path: "STACK",
      given: undefined,
      allowed: "the name of a stack",
      fix: 'make moodle-cli STACK=prod SCRIPT="admin/cli/cfg.php --name=release"',
    });
  }
  const [first = "", ...rest] = words(script);
  if (!/^(public\/)?[a-z0-9_]+(\/[a-z0-9_]+)*\.php$/.test(first)) {
    found.push({
      path: "SCRIPT",
      given: first === "" ? undefined : first,
      allowed: "a script of Moodle's code such as admin/cli/cfg.php, and its options",
      fix: "Its folder is where Moodle's README is.",
    });
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

/** @returns the exit code. */
export async function moodleCli(given: Given, say: (line: string) => void, run: Run = runProgram): Promise<number> {
  const wrong = problems(given);
  if (wrong.length > 0) {
    throw new Error(wrong.map((problem) => `error: ${describeProblem(problem)}`).join("\n"));
  }
  const stack = given["STACK"] ?? "";
  const task = oneOffTask(stack, stackOutputs(stack, run));
  say(await runOnce(task, "upgrade", ["cli", ...words(given["SCRIPT"] ?? "")]));
  return 0;
}

/** A command line as its words; single quotes keep spaces together. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ""));
}

if (require.main === module) {
  main(() => moodleCli(process.env, (line) => console.log(line)));
}

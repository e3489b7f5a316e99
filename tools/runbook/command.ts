import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, declare, needed, start } from "../lib/command";
import { type Kind, stackName } from "../lib/kinds";
import { type Run, runProgram } from "../lib/programs";
import { stackOutputs } from "../lib/stackOutputs";
import { pulumiUp } from "../lib/pulumiUp";
import { fill, momentNames, type Names } from "./fill";

const folder = resolve(__dirname, "../../docs/runbooks");

/** The names of the pages: docs/runbooks/<name>.md. */
export const runbookNames = (): readonly string[] =>
  readdirSync(folder)
    .flatMap((file) => /^(.+)\.md$/.exec(file)?.[1] ?? [])
    .sort();

export const runbookText = (name: string): string => readFileSync(join(folder, `${name}.md`), "utf8");

const runbookName: Kind<string> = {
  shape: "...",
  get expected() {
    return runbookNames().join(", ");
  },
  described: "the name of a page of docs/runbooks, such as web-capacity",
  fix: "A message names its runbook: docs/runbooks/<name>.md.",
  // As a message has it, too.
  read: (text) => runbookNames().find((name) => [name, `docs/runbooks/${name}.md`].includes(text)),
};

const options = { NAME: needed(runbookName, "The runbook"), STACK: needed(stackName, "The stack") };

export const command = runbook();

/** @param now Milliseconds: the moment that times in commands are of. */
export function runbook(run: Run = runProgram, now: () => number = Date.now): Command<typeof options> {
  return declare({
    name: "runbook",
    summary: "A runbook with this stack's names in its commands, to be pasted",
    failure: "the stack has not the names that the page needs",
    options,
    run: ({ NAME, STACK }, { print }) => {
      const outputs = stackOutputs<{ readonly runbook?: Names }>(STACK, run);
      const fix = `Fix: deploy this program: ${pulumiUp(STACK)}`;
      if (outputs.runbook === undefined) {
        throw new Error(`Stack ${STACK} has no output "runbook". ${fix}`);
      }
      const names = { ...outputs.runbook, ...momentNames(STACK, now()) };
      print(`${beginning(STACK, names)}\n\n${filled(NAME, names, STACK, fix)}`);
      return 0;
    },
  });
}

/** Setup for every command of the page. */
const beginning = (stack: string, { region = "" }: Names): string =>
  `Stack ${stack}, in ${region}. First, in a shell that is signed in to its account:\n\n    export AWS_REGION=${region}`;

function filled(name: string, names: Names, stack: string, fix: string): string {
  try {
    return fill(runbookText(name), names);
  } catch (error) {
    throw new Error(`The output "runbook" of stack ${stack} lacks ${(error as Error).message}. ${fix}`);
  }
}

if (require.main === module) {
  start(command);
}

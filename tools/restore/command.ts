import { declare, needed, standard, start, type Values } from "../lib/command";
import { type Kind, oneOf, stackName } from "../lib/kinds";
import { type Run, runProgram } from "../lib/programs";
import { pulumiUp } from "../lib/pulumiUp";
import { stackOutputs } from "../lib/stackOutputs";
import { runbookText } from "../runbook/command";
import { fill, momentNames, type Names } from "../runbook/fill";
import { look, type Store } from "./look";
import { plan, type Plan } from "./plan";

const instant: Kind<number> = {
  shape: "...",
  expected: "an instant of UTC such as 2026-11-30T09:55:00Z",
  fix: "Take the last time at which it was right.",
  read: (text) => {
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : NaN;
    return Number.isNaN(at) ? undefined : at;
  },
};

const all = ["database", "files", "objects"] as const;

const options = {
  STACK: needed(stackName, "The stack"),
  TIME: needed(instant, "To when the data is to be taken back"),
  WHAT: standard(
    oneOf([...all, "all"] as const, "Files and objects only when they are damaged."),
    "What is damaged",
    "database",
  ),
};

export const command = restore();

/** @param now Milliseconds. */
export function restore(run: Run = runProgram, now: () => number = Date.now) {
  return declare({
    name: "restore",
    summary:
      "What a restore of a stack to a time needs and loses, and its steps with names and recovery points in them",
    failure: "nothing reaches back to that time, or the stack has not the names",
    options,
    run: async ({ STACK, TIME, WHAT }: Values<typeof options>, { print }) => {
      const names = stackOutputs<{ readonly runbook?: Names }>(STACK, run).runbook;
      if (names?.["databaseArn"] === undefined) {
        throw new Error(
          `Stack ${STACK} has not the names that a restore needs. Fix: deploy this program: ${pulumiUp(STACK)}`,
        );
      }
      if (TIME >= now()) {
        throw new Error(
          `TIME: got ${new Date(TIME).toISOString()}, expected a time in the past. Take a time before the damage.`,
        );
      }
      const stores: readonly Store[] = WHAT === "all" ? all : [WHAT];
      const found = await look(names);
      const planned = plan(found, stores, TIME, now());
      print(`Stack ${STACK}, in ${names["region"]}. Nothing was changed: the commands below are for you.\n`);
      planned.lines.forEach(print);
      print(`\nexport AWS_REGION=${names["region"]}\n`);
      print(steps(planned, { ...names, ...momentNames(STACK, now()) }));
      return 0;
    },
  });
}

/** The steps of the runbook, with the names and the values that are known. */
export function steps({ steps: wanted, values }: Plan, names: Names): string {
  const sections = runbookText("restore").split(/^(?=## )/m);
  return wanted
    .map((step) => {
      const section = sections.find((text) => text.startsWith(`## ${step}. `));
      if (section === undefined) {
        throw new Error(`docs/runbooks/restore.md has no step ${step}.`);
      }
      return given(fill(section, names), values[step] ?? {}).trim();
    })
    .join("\n\n");
}

/** `time=...   # such as` becomes the value. */
function given(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (filled, [name, value]) => filled.replace(new RegExp(`^${name}=\\.\\.\\..*$`, "gm"), `${name}=${value}`),
    text,
  );
}

if (require.main === module) {
  start(command);
}

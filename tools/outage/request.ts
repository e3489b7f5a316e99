import type { Problem } from "../../components/lib/invalid";
import { type Change, changeStates } from "../../components/outage/pages/change";
import { changeProblems } from "../../components/outage/pages/rules";
import { flag, needed, optional, type Values } from "../lib/command";
import { anyText, instantText, oneOf, stackName } from "../lib/kinds";

const state = oneOf(
  changeStates,
  "off opens the site, planned admits only testers, outage admits no user; trouble and announce only write on the status page; " +
    "correct and withdraw change what was published, undo takes back the last publish.",
);

const words = anyText("a text", "Leave it out for the standing words.");

export const options = {
  STACK: needed(stackName, "The stack"),
  STATE: needed({ ...state, read: (text: string) => state.read(text.toLowerCase()) }, "What to publish"),
  MESSAGE: optional(words, "What visitors read; \\n begins a new line"),
  TITLE: optional(words, "The title of the entry on the status page"),
  START: optional(instantText, "When announced work will begin"),
  UNTIL: optional(instantText, "When Moodle is expected back"),
  EVENT: optional(words, "The id of the entry to correct or withdraw, from status.json; the newest without it"),
  UPDATE: optional(words, "The time of the message to correct, as in status.json; the newest of its entry without it"),
  BY: optional(words, "Who publishes, for the history; the user of this computer without it"),
  DRY: flag("Only say what would be done"),
  PREVIEW: flag("Only put the page with these words at its preview address"),
  LOCAL: flag("Write to a folder of this machine instead of AWS"),
  LOCAL_FOLDER: optional(anyText("a path", "Leave it out for .offline/outage/<stack>."), "The folder of LOCAL=1"),
};
export type Request = Values<typeof options>;

/** Problems that need no look at what is published: the rules are components/outage/pages/rules.ts. */
export function problems(request: Partial<Request>, now: string): readonly Problem[] {
  return request.STATE === undefined
    ? []
    : inOptions(changeProblems(changeOf({ ...request, STATE: request.STATE }), now));
}

/** A change's fields as options. */
export const inOptions = (found: readonly Problem[]): readonly Problem[] =>
  found.map((problem) => ({ ...problem, path: problem.path.toUpperCase() }));

export const changeOf = ({
  STATE: state,
  TITLE: title,
  MESSAGE,
  START: start,
  UNTIL: until,
  EVENT: event,
  UPDATE: update,
}: Partial<Request> & Pick<Request, "STATE">): Change => ({
  state,
  title,
  message: MESSAGE?.replaceAll("\\n", "\n"),
  start,
  until,
  event,
  update,
});

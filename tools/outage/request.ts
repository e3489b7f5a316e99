import type { Problem } from "../../components/lib/invalid";
import type { Change } from "../../components/outage/pages/status";
import { switchStates } from "../../components/outage/pages/switchValue";
import { flag, needed, optional, type Values } from "../lib/command";
import { anyText, instantText, oneOf, stackName } from "../lib/kinds";

const state = oneOf(
  [...switchStates, "trouble", "announce"] as const,
  "off opens the site, planned admits only testers, outage admits no user; trouble and announce only write on the status page.",
);

const words = anyText("a text", "Leave it out for the standing words.");

export const options = {
  STACK: needed(stackName, "The stack"),
  STATE: needed({ ...state, read: (text: string) => state.read(text.toLowerCase()) }, "What the switch turns to"),
  MESSAGE: optional(words, "What visitors read; \\n begins a new line"),
  TITLE: optional(words, "The title of the entry on the status page"),
  START: optional(instantText, "When announced work will begin"),
  UNTIL: optional(instantText, "When Moodle is expected back"),
  DRY: flag("Only say what would be done"),
  PREVIEW: flag("Only put the page with these words at its preview address"),
  LOCAL: flag("Write to a folder of this machine instead of AWS"),
  LOCAL_FOLDER: optional(anyText("a path", "Leave it out for .offline/outage/<stack>."), "The folder of LOCAL=1"),
};
export type Request = Values<typeof options>;

/** Problems with options that do not fit together. */
export function problems({ STATE, START, UNTIL }: Partial<Request>, now: string): readonly Problem[] {
  const found: Problem[] = [];
  if (UNTIL !== undefined && Date.parse(UNTIL) <= Date.parse(START ?? now)) {
    found.push({ path: "UNTIL", given: UNTIL, allowed: "a time after the start", fix: "Is the day right?" });
  }
  if (STATE === "announce" && START === undefined) {
    found.push({ path: "START", given: undefined, allowed: "when the work will begin", fix: "Add START=..." });
  }
  if (STATE !== undefined && STATE !== "announce" && START !== undefined) {
    const fix = "The switch turns now. Use STATE=announce to say what will be.";
    found.push({ path: "START", given: START, allowed: "nothing, unless STATE=announce", fix });
  }
  return found;
}

export const changeOf = ({ STATE: state, TITLE: title, MESSAGE, START: start, UNTIL: until }: Request): Change => ({
  state,
  title,
  message: MESSAGE?.replaceAll("\\n", "\n"),
  start,
  until,
});

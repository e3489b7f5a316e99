import { type Problem } from "../../components/lib/invalid";
import type { Change } from "../../components/outage/pages/status";
import { switchStates } from "../../components/outage/pages/switchValue";

export const words = [...switchStates, "announce"] as const;

/** What `make outage` was asked to do. */
export interface Request {
  readonly stack: string;
  readonly change: Change;
  /** Only say what would be done. */
  readonly dry: boolean;
  /** Only put the page with these words at its preview address. */
  readonly preview: boolean;
  /** Write to a folder of this machine instead of AWS. */
  readonly local: boolean;
}

export type Given = Readonly<Record<string, string | undefined>>;

/** Reads STACK, STATE, MESSAGE, TITLE, START, UNTIL, DRY, PREVIEW and LOCAL. All mistakes at once. */
export function readRequest(given: Given, stacks: readonly string[], now: string): Request | readonly Problem[] {
  const problems: Problem[] = [];
  const value = (name: string): string | undefined => {
    const text = given[name]?.trim();
    return text === "" ? undefined : text;
  };
  const stack = value("STACK");
  if (stack === undefined || !stacks.includes(stack)) {
    problems.push({
      path: "STACK",
      given: stack,
      allowed: stacks.join(", "),
      fix: "There is a Pulumi.<stack>.yaml for each.",
    });
  }
  const state = value("STATE")?.toLowerCase();
  if (!(words as readonly (string | undefined)[]).includes(state)) {
    const fix = "off opens the site, planned lets testers in, outage nobody; announce only writes on the status page.";
    problems.push({ path: "STATE", given: state, allowed: words.join(", "), fix });
  }
  const time = (name: string): string | undefined => {
    const text = value(name);
    const at = text === undefined ? undefined : Date.parse(text);
    if (
      at !== undefined &&
      (Number.isNaN(at) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text ?? ""))
    ) {
      const fix = "Write the date, T, the time, and Z or the distance from UTC.";
      problems.push({
        path: name,
        given: text,
        allowed: "a time such as 2026-11-23T06:00Z or 2026-07-01T06:00+01:00",
        fix,
      });
      return undefined;
    }
    return at === undefined ? undefined : new Date(at).toISOString();
  };
  const [start, until] = [time("START"), time("UNTIL")];
  if (until !== undefined && Date.parse(until) <= Date.parse(start ?? now)) {
    problems.push({ path: "UNTIL", given: until, allowed: "a time after the start", fix: "Is the day right?" });
  }
  if (state === "announce" && value("START") === undefined) {
    problems.push({ path: "START", given: undefined, allowed: "when the work will begin", fix: "Add START=..." });
  }
  if (state !== "announce" && value("START") !== undefined) {
    const fix = "The switch turns now. Use STATE=announce to say what will be.";
    problems.push({ path: "START", given: value("START"), allowed: "nothing, unless STATE=announce", fix });
  }
  const yes = (name: string): boolean => {
    const text = value(name);
    if (text !== undefined && text !== "1") {
      problems.push({ path: name, given: text, allowed: "1, or leave it out", fix: "" });
    }
    return text === "1";
  };
  const [dry, preview, local] = [yes("DRY"), yes("PREVIEW"), yes("LOCAL")];
  if (problems.length > 0 || stack === undefined) {
    return problems;
  }
  const change: Change = {
    state: state as Change["state"],
    title: value("TITLE"),
    message: value("MESSAGE")?.replaceAll("\\n", "\n"),
    start,
    until,
  };
  return { stack, change, dry, preview, local };
}

import type { Problem } from "../../lib/invalid";
import { type Change, changed, eventOf, isClosed, standingText, turnsSwitch, updateOf } from "../pages/change";
import { changeProblems } from "../pages/rules";
import { inWords, isOpen, type Status } from "../pages/status";
import { maxValueBytes, quietUntil, readSwitch, type SwitchValue, switchText } from "../pages/switchValue";
import { type Entry, longestLog, type Present, type Version } from "./journal";

/** Who publishes what, and when. */
export interface Publish {
  /** Made by the caller, once for each publish: a retry with the same one does nothing twice. Letters, digits, - and _. */
  readonly request: string;
  readonly change: Change;
  readonly by: string;
  /** ISO 8601. */
  readonly now: string;
  /** A secret for the testers' link, should planned work begin. */
  readonly pass: string;
}

export type Planned =
  | { readonly version: Version; readonly problems?: undefined }
  | { readonly version?: undefined; readonly problems: readonly Problem[] };

/** What a publish would do. Pure. */
export function plan(present: Present, { request, change, by, now, pass }: Publish): Planned {
  const known = { status: present.status, switchState: present.switchValue.state };
  const problems = changeProblems(change, now, known);
  if (problems.length > 0) {
    return { problems };
  }
  const made = change.state === "undo" ? undone(present, now) : turned(present, change, now, pass);
  if ("problem" in made) {
    return { problems: [made.problem] };
  }
  return { version: entered(present, made, { request, by, now, what: summary(present.status, change) }) };
}

/** The version that follows the present one, with its entry in the history. */
export function entered(
  present: Pick<Present, "status" | "switchText" | "log">,
  { status, text }: Made,
  { request, by, now, what }: Pick<Publish, "request" | "by" | "now"> & Pick<Entry, "what">,
): Version {
  const id = versionId(status.version, request);
  const entry = { id, version: status.version, at: now, by, what };
  return {
    id,
    status,
    switchText: text,
    turned: text !== present.switchText,
    before: { status: present.status, switchText: present.switchText },
    log: [entry, ...present.log].slice(0, longestLog),
  };
}

/** The version's number first, for people who look into the bucket. */
export const versionId = (version: number, request: string): string => `${version}-${request}`;

/** The status after a publish, and the text of the switch. */
interface Made {
  readonly status: Status;
  readonly text: string;
}
type Turned = Made | { readonly problem: Problem };

function undone({ status, version, turnedElsewhere }: Present, now: string): Turned {
  const place = { path: "state", given: "undo" };
  if (version === undefined) {
    return { problem: { ...place, allowed: "undo after a publish", fix: "Nothing was published yet." } };
  }
  if (turnedElsewhere || version.followed === true) {
    const fix = "Say what holds now: off, planned or outage.";
    return { problem: { ...place, allowed: "undo while the switch is as it was published", fix } };
  }
  const { before } = version;
  return { status: { ...before.status, version: status.version + 1, changed: now }, text: before.switchText };
}

function turned(
  { status, switchText: text, switchValue: before }: Present,
  change: Change,
  now: string,
  newPass: string,
): Turned {
  if (change.state === "undo") {
    throw new Error("undone() makes this.");
  }
  const next = changed(status, { ...change, state: change.state }, now);
  const value = switchAfter(status, next, change, before, newPass);
  if (value === undefined) {
    return { status: next, text };
  }
  try {
    return { status: next, text: switchText({ ...value, version: next.version }) };
  } catch (error) {
    const given = `${change.message?.length ?? 0} characters`;
    const allowed = `what fits into the ${maxValueBytes} bytes of the switch`;
    return { problem: { path: "message", given, allowed, fix: (error as Error).message } };
  }
}

/** The switch after a change; undefined when the change leaves it as it is. */
function switchAfter(
  status: Status,
  next: Status,
  change: Change,
  before: SwitchValue,
  newPass: string,
): SwitchValue | undefined {
  const back = (until: string | undefined) => (until === undefined ? undefined : inWords(until, next.timeZone));
  const { state, message, until } = change;
  if (turnsSwitch(state)) {
    if (!isClosed(state)) {
      return { state };
    }
    const closed = { state, message, until, back: back(until) };
    return state === "planned"
      ? { ...closed, quietUntil: quietUntil(next.changed, until), pass: before.pass ?? newPass }
      : closed;
  }
  // A correction of what the closed site says: its newest message, or its expected end.
  const event = state === "correct" ? eventOf(status, change) : undefined;
  if (event === undefined || !isOpen(event) || event.kind !== before.state) {
    return undefined;
  }
  const newest = updateOf(event, change) === event.updates[0];
  return {
    ...before,
    ...(newest && message !== undefined && { message }),
    ...(until !== undefined && { until, back: back(until) }),
    ...(until !== undefined && before.state === "planned" && { quietUntil: quietUntil(next.changed, until) }),
  };
}

function summary(status: Status, change: Change): string {
  const about = change.state === "correct" || change.state === "withdraw" ? eventOf(status, change) : undefined;
  const words = [about?.title, change.title, change.message].filter((one) => one !== undefined).join(": ");
  return `${change.state}${words === "" ? "" : `: ${words.replaceAll("\n", " / ").slice(0, 200)}`}`;
}

/** What visitors of the site get, in the words that a version would show them. */
export function visitorsGet({ switchText: text, status }: Pick<Version, "switchText" | "status">): SwitchValue & {
  readonly message: string;
} {
  const value = readSwitch(text);
  return { ...value, message: value.message ?? standingText(status.service, value.state) };
}

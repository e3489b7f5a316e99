import { changed, isClosed } from "../pages/change";
import { current, type Status } from "../pages/status";
import type { SwitchState, SwitchValue } from "../pages/switchValue";
import { type Present, readPresent, type Version } from "./journal";
import { entered } from "./plan";
import { carryOut, type Published } from "./publish";
import type { Store } from "./store";

/** How the site stands by its status page: trouble is said of an open site. */
export function statedBy(status: Status): SwitchState {
  const event = current(status);
  return event !== undefined && isClosed(event.kind) ? event.kind : "off";
}

/**
 * Makes the status page, the feeds and the history say what the switch says, after somebody has turned the switch alone: a release, or
 * a person in the console. Trouble stays as its editors said. The switch stays as it is, to the letter. Of its message and its end the state's first ones are taken over.
 *
 * @returns Undefined when they agree.
 * @throws Error when a store cannot be reached; the next look goes on where this one stopped
 */
export async function follow(store: Store, now: string): Promise<Published | undefined> {
  const present = await readPresent(store);
  const version = following(present, now);
  return version === undefined ? undefined : carryOut(store, present, version);
}

/** The version that follows the switch. Pure. */
function following(present: Present, now: string): Version | undefined {
  const { status, switchText, switchValue, tag } = present;
  const { state } = switchValue;
  if (state === statedBy(status)) {
    return undefined;
  }
  // Whoever turned the switch knows nothing of trouble, which was said of an open site: its editors end it.
  const next = changed(status, { state, ...words(switchValue) }, now, ({ kind }) => kind !== "trouble");
  // Of the store's version, so that a second attempt goes on with the entry of the first.
  const request = `switch-${tag.replace(/\W/g, "")}`;
  const what = `${state}: the switch was turned elsewhere`;
  return { ...entered(present, { status: next, text: switchText }, { request, by, now, what }), followed: true };
}

/** Whose entry it is in the history. */
const by = "the switch";

function words({ state, message, until }: SwitchValue): Pick<SwitchValue, "message" | "until"> {
  if (!isClosed(state)) {
    return {};
  }
  const text = typeof message === "string" ? message.trim() : "";
  const isTime = typeof until === "string" && /^\d{4}-\d\d-\d\dT/.test(until) && !Number.isNaN(Date.parse(until));
  return { ...(text !== "" && { message: text }), ...(isTime && { until }) };
}

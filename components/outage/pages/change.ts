import { isAnnounced, isOpen, type Status, type StatusEvent, upcoming, type Update } from "./status";
import { type SwitchState, switchStates } from "./switchValue";
import { titles } from "./titles";

/**
 * What a change does. A state of the switch turns it; the others leave it as it is:
 *
 * - `trouble` says what is wrong while the site stays open, `announce` says when work will be;
 * - `correct` changes words or times that were published, `withdraw` takes back an entry;
 * - `undo` brings back what was before the last publish, the switch included.
 */
export const changeStates = [...switchStates, "trouble", "announce", "correct", "withdraw", "undo"] as const;
export type ChangeState = (typeof changeStates)[number];

/** One change by an editor. */
export interface Change {
  readonly state: ChangeState;
  readonly title?: string | undefined;
  /** Plain text; each line is a paragraph. @default the standing text of the state */
  readonly message?: string | undefined;
  /** ISO 8601. Start of announced work. Every other state starts when it is set. */
  readonly start?: string | undefined;
  /** ISO 8601. Expected end. */
  readonly until?: string | undefined;
  /** Id of the event to correct or withdraw. @default the newest that is not withdrawn */
  readonly event?: string | undefined;
  /** Which message of that event to correct: its time. @default its newest */
  readonly update?: string | undefined;
}

/** A change that follows from the present status alone: `undo` needs the status before. */
export type Edit = Change & { readonly state: Exclude<ChangeState, "undo"> };

/** States in which nobody, or testers alone, reach the site. */
export const isClosed = (state: ChangeState): state is "planned" | "outage" =>
  state === "planned" || state === "outage";
export const turnsSwitch = (state: ChangeState): state is SwitchState =>
  (switchStates as readonly string[]).includes(state);

/** The event that a correction or a withdrawal is about. */
export function eventOf(status: Status, { event }: Pick<Change, "event">): StatusEvent | undefined {
  const there = status.events.filter(({ withdrawn }) => withdrawn === undefined);
  return event === undefined ? there[0] : there.find(({ id }) => id === event);
}

/** The message that a correction is about. */
export function updateOf(event: StatusEvent, { update }: Pick<Change, "update">): Update | undefined {
  return update === undefined ? event.updates[0] : event.updates.find(({ at }) => at === update);
}

/** The announced work that begins when the switch is set: the next one, if it is due within two hours. */
function due(status: Status, now: string): StatusEvent | undefined {
  const [next] = upcoming(status, now);
  return next !== undefined && Date.parse(next.start) - Date.parse(now) <= 2 * 60 * 60 * 1000 ? next : undefined;
}

/**
 * The status after a change. A change to the current state adds an update to it.
 *
 * @param ends whether a state ends an entry that is open: all of them, since the editor sees them. @default yes
 */
export function changed(
  status: Status,
  change: Edit,
  now: string,
  ends: (event: StatusEvent) => boolean = () => true,
): Status {
  const next = { ...status, version: status.version + 1, changed: now };
  const { state } = change;
  if (state === "correct" || state === "withdraw") {
    const one = eventOf(status, change);
    const edit = state === "correct" ? corrected : withdrawn;
    return { ...next, events: status.events.map((event) => (event === one ? edit(event, change, now) : event)) };
  }
  const text = change.message ?? standingText(status.service, state);
  const update = { at: now, text };
  if (state === "announce") {
    const start = change.start ?? now;
    const title = change.title ?? "Planned maintenance";
    const event = { id: idOf("planned", now), kind: "planned", title, start, expectedEnd: change.until } as const;
    return { ...next, events: [{ ...event, updates: [update] }, ...status.events] };
  }
  const open = status.events.filter((event) => isOpen(event) && ends(event));
  const going = state === "off" ? undefined : open.find((event) => event.kind === state);
  const same = going ?? (state === "planned" ? due(status, now) : undefined);
  const events = status.events.map((event): StatusEvent => {
    if (event === same) {
      const begun = state === "planned" ? true : undefined;
      const expectedEnd = change.until ?? event.expectedEnd;
      const start = event === going ? event.start : now;
      const title = change.title ?? event.title;
      return { ...event, title, start, begun, expectedEnd, updates: [update, ...event.updates] };
    }
    if (!open.includes(event)) {
      return event;
    }
    return { ...event, end: now, updates: state === "off" ? [update, ...event.updates] : event.updates };
  });
  if (state === "off" || same !== undefined) {
    return { ...next, events };
  }
  const event: StatusEvent = {
    id: idOf(state, now),
    kind: state,
    title: change.title ?? standingTitle(status.service, state),
    start: now,
    begun: state === "planned" ? true : undefined,
    expectedEnd: change.until,
    updates: [update],
  };
  return { ...next, events: [event, ...events] };
}

function corrected(event: StatusEvent, change: Change, now: string): StatusEvent {
  const wanted = updateOf(event, change);
  const text = change.message;
  return {
    ...event,
    title: change.title ?? event.title,
    start: isAnnounced(event) ? (change.start ?? event.start) : event.start,
    expectedEnd: change.until ?? event.expectedEnd,
    updates: event.updates.map((one) =>
      one === wanted && text !== undefined && text !== one.text ? { ...one, text, corrected: now } : one,
    ),
  };
}

function withdrawn(event: StatusEvent, change: Change, now: string): StatusEvent {
  const text = change.message ?? standingText("", "withdraw");
  return { ...event, withdrawn: now, end: event.end ?? now, updates: [{ at: now, text }] };
}

function standingTitle(service: string, kind: StatusEvent["kind"]): string {
  switch (kind) {
    case "planned":
      return "Maintenance";
    case "outage":
      return titles(service).outage;
    case "trouble":
      return `${service} has problems`;
  }
}

/** Text for a state when nobody gives one. */
export function standingText(service: string, state: Exclude<ChangeState, "correct" | "undo">): string {
  switch (state) {
    case "off":
      return `${service} is available again.`;
    case "outage":
      return `${service} is not available at the moment. We are working on it. Work that was already saved is safe.`;
    case "planned":
      return `${service} is closed for planned maintenance. Work that was already saved is safe.`;
    case "trouble":
      return `${service} is open, and does not work as it should. We are working on it.`;
    case "announce":
      return `${service} will be closed for planned maintenance.`;
    case "withdraw":
      return "This was published by mistake.";
  }
}

function idOf(kind: string, now: string): string {
  return `${kind}-${now.replace(/[^0-9]/g, "").slice(0, 14)}`;
}

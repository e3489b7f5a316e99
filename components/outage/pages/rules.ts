import type { Problem } from "../../lib/invalid";
import { type Change, changeStates, eventOf, isClosed, updateOf } from "./change";
import { unprintable } from "./html";
import { isAnnounced, isOpen, type Status, type StatusEvent } from "./status";
import type { SwitchState } from "./switchValue";

/** Characters. The switch holds about 750 of a message: `switchText` says so. */
export const longest = { title: 120, message: 2000 } as const;

/** What a change is judged against, once it was read. */
export interface Known {
  readonly status: Status;
  /** What the switch says now, whoever turned it. */
  readonly switchState: SwitchState;
}

/**
 * Problems of a change: the same rules for the editor's page and for `make outage`. The paths are names of the change's
 * fields.
 *
 * @param known leave it out to judge what can be judged before anything is read
 */
export function changeProblems(change: Change, now: string, known?: Known): readonly Problem[] {
  return [
    ...shapeProblems(change),
    ...timeProblems(change, now),
    ...(known === undefined ? [] : knownProblems(change, known)),
  ];
}

/** Whether a text has what no feed could hold; half a surrogate too. */
const isUnprintable = (text: string): boolean => text.search(unprintable) !== -1 || /\p{Surrogate}/u.test(text);

function shapeProblems(change: Change): Problem[] {
  const problems: Problem[] = [];
  if (!changeStates.includes(change.state)) {
    const fix = "Choose one of them.";
    return [{ path: "state", given: change.state, allowed: changeStates.join(", "), fix }];
  }
  for (const path of ["title", "message"] as const) {
    const given = change[path];
    if (given === undefined) {
      continue;
    }
    const shown = given.slice(0, 40);
    if (given.trim() === "") {
      problems.push({ path, given: shown, allowed: "words", fix: "Leave it out for the standing words." });
    } else if (given.length > longest[path]) {
      const fix = `Shorten it by ${given.length - longest[path]} characters.`;
      problems.push({ path, given: `${given.length} characters`, allowed: `${longest[path]} at most`, fix });
    } else if (isUnprintable(given)) {
      problems.push({ path, given: shown, allowed: "text without control characters", fix: "Type it again." });
    } else if (path === "title" && given.includes("\n")) {
      problems.push({ path, given: shown, allowed: "one line", fix: "Put the rest into the message." });
    }
  }
  for (const path of ["start", "until"] as const) {
    const given = change[path];
    if (given !== undefined && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(given)) {
      problems.push({ path, given, allowed: "a time such as 2026-11-23T06:00:00Z", fix: "Give date, time and zone." });
    }
  }
  return problems;
}

function timeProblems({ state, start, until }: Change, now: string): Problem[] {
  const problems: Problem[] = [];
  const begins = Math.max(Date.parse(now), start === undefined ? 0 : Date.parse(start));
  if (until !== undefined && (state === "off" || state === "withdraw" || state === "undo")) {
    const fix = "Leave it out: it is over, or taken back, at once.";
    problems.push({ path: "until", given: until, allowed: `nothing with ${state}`, fix });
  } else if (until !== undefined && Date.parse(until) <= begins) {
    problems.push({
      path: "until",
      given: until,
      allowed: "a time after the start, and after now",
      fix: "Is the day right?",
    });
  }
  if (state === "announce" && start === undefined) {
    const fix = "Say when it begins.";
    problems.push({ path: "start", given: undefined, allowed: "when the work will begin", fix });
  }
  if (state !== "announce" && state !== "correct" && start !== undefined) {
    const fix = "It begins now. Use the state announce to say what will be.";
    problems.push({ path: "start", given: start, allowed: "nothing, unless work is announced", fix });
  }
  return problems;
}

function knownProblems(change: Change, { status, switchState }: Known): Problem[] {
  if (change.state === "trouble" && switchState !== "off") {
    const fix = `Add an update with the state ${switchState}, or open the site first: the state off.`;
    return [{ path: "state", given: "trouble", allowed: "trouble while the site is open", fix }];
  }
  if (change.state !== "correct" && change.state !== "withdraw") {
    return [];
  }
  const event = eventOf(status, change);
  if (event === undefined) {
    const allowed = "the id of an entry that is not withdrawn";
    const ids = status.events.filter(({ withdrawn }) => withdrawn === undefined).map(({ id }) => id);
    const fix = ids.length === 0 ? "There is none." : `The newest are ${ids.slice(0, 5).join(", ")}.`;
    return [{ path: "event", given: change.event, allowed, fix }];
  }
  return change.state === "correct" ? correctionProblems(change, event) : withdrawalProblems(event, switchState);
}

function correctionProblems(change: Change, event: StatusEvent): Problem[] {
  const problems: Problem[] = [];
  if (updateOf(event, change) === undefined) {
    const fix = `Its messages are of ${event.updates.map(({ at }) => at).join(", ")}.`;
    problems.push({ path: "update", given: change.update, allowed: `the time of a message of ${event.id}`, fix });
  }
  if ([change.title, change.message, change.start, change.until].every((one) => one === undefined)) {
    const fix = "Give what changes: title, message, start or until.";
    problems.push({ path: "message", given: undefined, allowed: "a correction", fix });
  }
  if (change.start !== undefined && !isAnnounced(event)) {
    const fix = "Correct its words, or its expected end while it goes on.";
    problems.push({ path: "start", given: change.start, allowed: "nothing for an entry that has begun", fix });
  }
  if (change.until !== undefined && event.end !== undefined) {
    problems.push({
      path: "until",
      given: change.until,
      allowed: "nothing for an entry that is over",
      fix: "Leave it out.",
    });
  }
  const end = change.until ?? event.expectedEnd;
  if (change.start !== undefined && change.until === undefined && end !== undefined && end <= change.start) {
    problems.push({ path: "until", given: end, allowed: "a time after the new start", fix: "Give the new end too." });
  }
  return problems;
}

/** Whoever is kept out needs the reason. */
function withdrawalProblems(event: StatusEvent, switchState: SwitchState): Problem[] {
  return isOpen(event) && isClosed(switchState) && event.kind === switchState
    ? [
        {
          path: "event",
          given: event.id,
          allowed: "an entry that the site is not closed for",
          fix: "Open the site first, with the state off, or undo the last publish.",
        },
      ]
    : [];
}

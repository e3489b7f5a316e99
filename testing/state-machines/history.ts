import type { Known } from "./known";
import type { PlannedState } from "./machine";

/** Events of one execution, after which Step Functions ends it: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const mostEvents = 25_000;

/** ExecutionStarted, and ExecutionSucceeded or ExecutionFailed. */
export const eventsOfAnExecution = 2;

/** TaskScheduled, TaskStarted, and TaskSucceeded, TaskFailed or TaskTimedOut: of each attempt of a call. */
export const eventsOfAnAttempt = 3;

/** StateEntered and StateExited of a call, beside its attempts. */
export const eventsOfACall = 2;

/** Seconds that a call of AWS takes; assumed. */
const callSeconds = 2;

/**
 * Events that one visit of a state writes, if a call is answered at its first attempt.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 *
 * @throws Error for a type that is not counted here.
 */
export function eventsOf(state: PlannedState): number {
  switch (state.Type) {
    case "Pass":
    case "Choice":
    case "Wait":
    case "Succeed":
      // StateEntered and StateExited.
      return 2;
    case "Fail":
      return 1;
    case "Task":
      return eventsOfACall + eventsOfAnAttempt;
    default:
      throw new Error(
        `got a state of type ${state.Type}, expected one that eventsOf() counts. Fix: count its events there.`,
      );
  }
}

/** The same, if every call fails so many times before it is answered. */
export function eventsWithRetries(retries: number): (state: PlannedState) => number {
  return (state) => eventsOf(state) + (state.Type === "Task" ? retries * eventsOfAnAttempt : 0);
}

/**
 * Seconds that one visit of a state takes.
 *
 * @throws Error for a wait whose length is not known.
 */
export function secondsOf(state: PlannedState, known: Known): number {
  if (state.Type !== "Wait") {
    return state.Type === "Task" ? callSeconds : 0;
  }
  const seconds = state["Seconds"] ?? known[String(state["SecondsPath"])];
  if (typeof seconds !== "number") {
    throw new Error("got a Wait state of unknown length, expected Seconds, or a SecondsPath that a Pass state sets.");
  }
  return seconds;
}

import { eventsOfAnExecution, eventsWithRetries, secondsOf } from "./history";
import type { PlannedMachine } from "./machine";
import { longestWay, type Restart } from "./paths";

/** A release that finds the lock of a dead one cleans up after it, and then begins; its own failure leads nowhere but to an end. */
const restarts: readonly Restart[] = [{ from: "Forget the clean-up", to: "Take the lock", times: 1 }];

/** Events of an execution's longest way, if every call fails so many times before it is answered. */
export function mostEventsOf(machine: PlannedMachine, retries = 0): number {
  return longestWay(machine, eventsWithRetries(retries), restarts).cost + eventsOfAnExecution;
}

/** Seconds of an execution's longest way, if every call is answered at its first attempt. */
export function mostSecondsOf(machine: PlannedMachine): number {
  return longestWay(machine, secondsOf, restarts).cost;
}

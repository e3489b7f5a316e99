import { type Known, Values } from "./known";
import type { PlannedMachine, PlannedState } from "./machine";

/** A way back that nothing counts, and how often it is taken at most. */
export interface Restart {
  readonly from: string;
  readonly to: string;
  readonly times: number;
}

/** The dearest way through a machine: its cost, and the states in their order. */
export interface Longest {
  readonly cost: number;
  readonly path: readonly string[];
}

/** Cost of one visit of a state. */
export type Cost = (state: PlannedState, known: Known) => number;

/** A state, and what is known there. */
interface Place {
  readonly key: string;
  readonly state: string;
  readonly known: Known;
}

/** A place on a way that has taken some of the restarts already. */
interface Stop {
  readonly key: string;
  readonly place: Place;
  readonly left: readonly number[];
}

interface Done {
  readonly state: string;
  readonly cost: number;
  readonly next?: string;
}

/** Turns of one loop after which it counts as endless. No loop of an execution of 25,000 events turns so often. */
const mostTurns = 20_000;

/**
 * The largest cost of any way from the start to an end. Every way is followed: each answer of a choice, each error that is
 * caught, and each loop for as long as its counter lets it.
 *
 * @throws Error for a loop that nothing bounds, for it has no longest way.
 */
export function longestWay(machine: PlannedMachine, cost: Cost, restarts: readonly Restart[] = []): Longest {
  const values = new Values(machine);
  const onward = onwardOf(values, restarts);
  const place = placeOf(values, machine.StartAt, {});
  const start = stopOf(
    place,
    restarts.map(({ times }) => times),
  );
  const done = new Map<string, Done>();
  const open = new Set<string>();
  const visits = new Map<string, number>();
  // Ways are thousands of states long: too long to recurse.
  const stack = [start];
  for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
    if (done.has(at.key)) {
      stack.pop();
      continue;
    }
    const all = onward(at);
    if (open.has(at.key)) {
      const { state, known } = at.place;
      done.set(at.key, dearest(state, cost(machine.States[state]!, known), all, done));
      open.delete(at.key);
      stack.pop();
      continue;
    }
    open.add(at.key);
    const { state } = at.place;
    visits.set(state, (visits.get(state) ?? 0) + 1);
    if (visits.get(state)! > mostTurns) {
      throw new Error(`got more than ${mostTurns} turns round "${state}", expected a limit. Fix: compare its counter.`);
    }
    for (const next of all.filter(({ key }) => !done.has(key))) {
      if (open.has(next.key)) {
        throw new Error(
          `got a way from "${at.place.state}" back to "${next.place.state}" that nothing counts, expected a counter. Fix: wait by poll() of components/release/asl.ts.`,
        );
      }
      stack.push(next);
    }
  }
  const path: string[] = [];
  for (let key: string | undefined = start.key; key !== undefined; key = done.get(key)!.next) {
    path.push(done.get(key)!.state);
  }
  return { cost: done.get(start.key)!.cost, path };
}

function placeOf(values: Values, state: string, known: Known): Place {
  const needed = values.of(state, known);
  return { key: `${state}\n${JSON.stringify(needed)}`, state, known: needed };
}

function stopOf(place: Place, left: readonly number[]): Stop {
  return { key: `${place.key}${left.join()}`, place, left };
}

/** Next stops of a path. */
function onwardOf(values: Values, restarts: readonly Restart[]): (stop: Stop) => readonly Stop[] {
  const places = new Map<string, readonly Place[]>();
  const after = ({ key, state, known }: Place): readonly Place[] => {
    const found = places.get(key);
    if (found !== undefined) {
      return found;
    }
    const then = values.after(state, known);
    const all = values.next(state, then).map((to) => placeOf(values, to, then));
    places.set(key, all);
    return all;
  };
  return ({ place, left }) =>
    after(place).flatMap((next) => {
      const index = restarts.findIndex(({ from, to }) => from === place.state && to === next.state);
      const rest = index < 0 ? left : left.map((times, each) => (each === index ? times - 1 : times));
      return rest.some((times) => times < 0) ? [] : [stopOf(next, rest)];
    });
}

function dearest(state: string, own: number, onward: readonly Stop[], done: ReadonlyMap<string, Done>): Done {
  let best: Done = { state, cost: own };
  for (const { key } of onward) {
    const total = own + done.get(key)!.cost;
    if (best.next === undefined || total > best.cost) {
      best = { state, cost: total, next: key };
    }
  }
  return best;
}

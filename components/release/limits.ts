import { type State, type States, targets } from "./asl";

/** What an execution may need at most. */
export interface Longest {
  /** Seconds of all waits, without the time of calls. */
  readonly seconds: number;
  /** Entries in the execution's history: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html has 25,000. */
  readonly events: number;
}

/** Edges that are taken once at the most: with them a release goes on after it has cleaned up after another. */
const once = [/^Forget the clean-up/];

/** The longest way through the states, by seconds and by events: each wait as often as it may be. @throws Error for a loop without bound. */
export function longest(states: States, start: string, retries = 0): Longest {
  const loops = waits(states);
  const found = new Map<string, Longest>();
  const under = new Set<string>();
  const visit = (name: string, cleaned: boolean): Longest => {
    const key = `${name}\n${String(cleaned)}`;
    const known = found.get(key);
    if (known !== undefined) {
      return known;
    }
    if (under.has(key)) {
      throw new Error(`A loop without bound leads through "${name}".`);
    }
    under.add(key);
    const state = states[name]!;
    const isOnce = once.some((pattern) => pattern.test(name));
    const next = targets(state)
      // A loop's way back is in the number of times that its states count.
      .filter((target) => loops.get(name)?.back !== target && !(isOnce && cleaned))
      .map((target) => visit(target, cleaned || isOnce));
    const { times = 1, seconds = 0 } = loops.get(name) ?? {};
    const longestNext = (of: keyof Longest) => Math.max(0, ...next.map((one) => one[of]));
    const own = {
      seconds: seconds + longestNext("seconds"),
      events: times * events(state, retries) + longestNext("events"),
    };
    under.delete(key);
    found.set(key, own);
    return own;
  };
  const { seconds, events: inAll } = visit(start, false);
  // The execution's own beginning and end.
  return { seconds, events: inAll + 2 };
}

/** A call: entered, scheduled, started, succeeded, exited; each try more is scheduled, started and failed once more. */
function events(state: State, retries: number): number {
  return state.Type === "Task" ? 5 + 3 * retries : 2;
}

interface InLoop {
  /** How often a state of it may be entered. */
  readonly times: number;
  /** Of the wait: all its seconds. */
  readonly seconds?: number;
  /** Where the last of its states leads back to. */
  readonly back?: string;
}

/** The states of each loop that polls. */
function waits(states: States): ReadonlyMap<string, InLoop> {
  const found = new Map<string, InLoop>();
  for (const [name, state] of Object.entries(states)) {
    if (state.Type !== "Wait") {
      continue;
    }
    const id = name.replace(/: wait$/, "");
    const { Result } = states[id] as unknown as { readonly Result: { readonly seconds: number } };
    const count = `${id}: count`;
    const { Parameters } = states[count] as unknown as { readonly Parameters: Readonly<Record<string, string>> };
    const growth = Number(/, (\d+)\)$/.exec(Parameters["seconds.$"]!)![1]);
    const { Choices } = states[`${id}: judge`] as unknown as { readonly Choices: readonly Record<string, number>[] };
    const times = Choices.at(-1)!["NumericGreaterThanEquals"]! + 1;
    const seconds = times * Result.seconds + (growth * times * (times - 1)) / 2;
    for (const member of between(states, name, count, `${id.replace(/: end$/, "")}:`)) {
      found.set(member, { times });
    }
    found.set(name, { times, seconds });
    found.set(count, { times, back: name });
  }
  return found;
}

/** Every state on a way from one to another that has this in front of its name. */
function between(states: States, from: string, to: string, prefix: string): ReadonlySet<string> {
  const leads = new Map<string, boolean>([[to, true]]);
  const visit = (name: string): boolean => {
    if (!leads.has(name)) {
      leads.set(name, false);
      const own = targets(states[name]!).filter((target) => target.startsWith(prefix));
      leads.set(name, own.map(visit).some(Boolean));
    }
    return leads.get(name)!;
  };
  visit(from);
  return new Set([...leads].filter(([, on]) => on).map(([name]) => name));
}

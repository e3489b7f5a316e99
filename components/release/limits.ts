import { type States, targets } from "./asl";

/** Edges that are taken once at most: a release takes them to go on after cleaning up another one. */
const once = [/^Forget the clean-up/];

/**
 * Seconds of all waits on the longest path through the states, each repeated as often as allowed, without the time of
 * calls.
 *
 * @throws Error for a loop without bound.
 */
export function longestSeconds(states: States, start: string): number {
  const waits = waitsOf(states);
  const found = new Map<string, number>();
  const under = new Set<string>();
  const visit = (name: string, cleaned: boolean): number => {
    const key = `${name}\n${String(cleaned)}`;
    const known = found.get(key);
    if (known !== undefined) {
      return known;
    }
    if (under.has(key)) {
      throw new Error(`A loop without bound leads through "${name}".`);
    }
    under.add(key);
    const isOnce = once.some((pattern) => pattern.test(name));
    const next = targets(states[name]!)
      // The wait's seconds include a loop's way back.
      .filter((target) => waits.get(target)?.count !== name && !(isOnce && cleaned))
      .map((target) => visit(target, cleaned || isOnce));
    const seconds = (waits.get(name)?.seconds ?? 0) + Math.max(0, ...next);
    under.delete(key);
    found.set(key, seconds);
    return seconds;
  };
  return visit(start, false);
}

interface Wait {
  /** All of them, until the loop ends. */
  readonly seconds: number;
  /** The state that leads back to it. */
  readonly count: string;
}

/** The waits of each loop that `poll` has made. */
function waitsOf(states: States): ReadonlyMap<string, Wait> {
  const found = new Map<string, Wait>();
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
    found.set(name, { seconds: times * Result.seconds + (growth * times * (times - 1)) / 2, count });
  }
  return found;
}

import type { PlannedMachine, PlannedState } from "./machine";

/**
 * Values in an execution's data that are certain: numbers and truth values that Pass states have put there, by path.
 */
export type Known = Readonly<Record<string, number | boolean>>;

type Rule = Readonly<Record<string, unknown>>;

/**
 * Follows the values that Pass states set and Choice states compare: counters, above all. All other data is unknown
 * here and may be anything.
 */
export class Values {
  private readonly tracked: ReadonlySet<string>;
  private readonly needed: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(private readonly machine: PlannedMachine) {
    const states = Object.values(machine.States);
    const written = new Set(states.flatMap((state) => Object.keys(put(state, {}).values)));
    this.tracked = new Set(states.flatMap((state) => read(state)).filter((path) => written.has(path)));
    this.needed = this.liveness();
  }

  /** Known values after a state. Values that no state reads are dropped. */
  after(name: string, known: Known): Known {
    const state = this.machine.States[name]!;
    const { path, values } = put(state, known);
    const kept = path === undefined ? known : without(known, path);
    return Object.fromEntries(
      Object.entries({ ...kept, ...values })
        .filter(([each]) => this.tracked.has(each))
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }

  /** The part of the values that matters from a state on. */
  of(name: string, known: Known): Known {
    return Object.fromEntries(Object.entries(known).filter(([path]) => this.needed.get(name)!.has(path)));
  }

  /** States that a state can lead to. */
  next(name: string, known: Known): readonly string[] {
    const state = this.machine.States[name]!;
    if (state.Type !== "Choice") {
      return nextNames(state);
    }
    const found = new Set<string>();
    for (const rule of state["Choices"] as readonly Rule[]) {
      const holds = this.decide(rule, known);
      if (holds !== false) {
        found.add(String(rule["Next"]));
      }
      if (holds === true) {
        return [...found];
      }
    }
    return [...found, ...(typeof state["Default"] === "string" ? [state["Default"]] : [])];
  }

  /** Undefined: it may come out either way. */
  private decide(rule: Rule, known: Known): boolean | undefined {
    if (Array.isArray(rule["And"])) {
      const all = (rule["And"] as Rule[]).map((one) => this.decide(one, known));
      return all.includes(false) ? false : all.includes(undefined) ? undefined : true;
    }
    const path = String(rule["Variable"]);
    if (!this.tracked.has(path)) {
      return undefined;
    }
    // Only the states themselves put it there.
    const value = known[path];
    if (typeof rule["IsPresent"] === "boolean") {
      return (value !== undefined) === rule["IsPresent"];
    }
    if (typeof rule["BooleanEquals"] === "boolean") {
      return value === rule["BooleanEquals"];
    }
    const limit = rule["NumericGreaterThanEquals"];
    return typeof limit === "number" && typeof value === "number" ? value >= limit : undefined;
  }

  /** For each state, the tracked values that it or what follows reads before it is set again. */
  private liveness(): ReadonlyMap<string, ReadonlySet<string>> {
    const needed = new Map(Object.keys(this.machine.States).map((name) => [name, new Set<string>()]));
    for (let isChanging = true; isChanging;) {
      isChanging = false;
      for (const [name, state] of Object.entries(this.machine.States).reverse()) {
        const { path } = put(state, {});
        const later = [...nextNames(state)].flatMap((next) => [...needed.get(next)!]);
        const kept = later.filter((each) => path === undefined || !each.startsWith(`${path}.`));
        const own = [...read(state), ...added(state)].filter((each) => this.tracked.has(each));
        const set = needed.get(name)!;
        const before = set.size;
        [...kept, ...own].forEach((each) => set.add(each));
        isChanging ||= set.size > before;
      }
    }
    return needed;
  }
}

function without(known: Known, path: string): Known {
  return Object.fromEntries(Object.entries(known).filter(([each]) => !each.startsWith(`${path}.`)));
}

/** Path and values that a Pass state writes: everything below the path is new. */
function put(state: PlannedState, known: Known): { readonly path?: string; readonly values: Known } {
  const path = state["ResultPath"];
  if (state.Type !== "Pass" || typeof path !== "string") {
    return { values: {} };
  }
  const given = Object.entries((state["Result"] ?? state["Parameters"] ?? {}) as Rule);
  const values = given.flatMap(([key, value]): [string, number | boolean][] => {
    const name = `${path}.${key.replace(/\.\$$/, "")}`;
    const sum = sumOf(value);
    const before = sum === undefined ? undefined : known[sum.path];
    return typeof value === "number" || typeof value === "boolean"
      ? [[name, value]]
      : typeof before === "number"
        ? [[name, before + sum!.more]]
        : [];
  });
  return { path, values: Object.fromEntries(values) };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
function sumOf(value: unknown): { readonly path: string; readonly more: number } | undefined {
  const found = /^States\.MathAdd\((\$[\w.]+), (\d+)\)$/.exec(String(value));
  return found === null ? undefined : { path: found[1]!, more: Number(found[2]) };
}

function added(state: PlannedState): string[] {
  return Object.values((state["Parameters"] ?? {}) as Rule).flatMap((value) => sumOf(value)?.path ?? []);
}

/** Paths that decide where a state leads, as far as that can be decided here, or how long it waits. */
function read(state: PlannedState): string[] {
  const visit = (rule: Rule): string[] => [
    ...((rule["And"] ?? []) as Rule[]).flatMap(visit),
    ...("IsPresent" in rule || "BooleanEquals" in rule || typeof rule["NumericGreaterThanEquals"] === "number"
      ? [String(rule["Variable"])]
      : []),
  ];
  const waited = state["SecondsPath"];
  return [...((state["Choices"] ?? []) as Rule[]).flatMap(visit), ...(typeof waited === "string" ? [waited] : [])];
}

/** Every state that one can lead to, with any data. */
function nextNames(state: PlannedState): readonly string[] {
  const of = (key: string): string[] => ((state[key] ?? []) as { readonly Next: string }[]).map(({ Next }) => Next);
  const named = [state["Next"], state["Default"]].filter((next) => typeof next === "string");
  return [...new Set([...named, ...of("Catch"), ...of("Choices")])];
}

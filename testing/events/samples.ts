import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { enumeration, operations } from "../values/apiModels";
import { matches, type Pair } from "./matches";

/** A row of samples.yaml, which explains the fields. */
export interface Sample {
  readonly source: string;
  readonly "detail-type": string;
  readonly page: string;
  readonly unconfirmed?: string;
  /** Set for a call: the service of AWS's API models whose operations may be the event's name. */
  readonly service?: string;
  readonly own?: readonly string[];
  readonly values?: Readonly<Record<string, string | readonly unknown[]>>;
  readonly detail: Readonly<Record<string, unknown>>;
}

export const samples = load(readFileSync(join(__dirname, "samples.yaml"), "utf8")) as readonly Sample[];

/** The pattern of a rule, by the rule's name. */
export type Rules = readonly (readonly [name: string, pattern: Pattern])[];
type Pattern = Readonly<Record<string, unknown>>;
/** Values that one rule waits for, by path in the detail. */
type Wanted = ReadonlyMap<string, readonly unknown[]>;

/** Why rules can never match, or why one of the values that they wait for never comes. Starts the matcher once for all. */
export function sampleProblems(rules: Rules): readonly string[] {
  const prepared = rules.map(([name, pattern]) => ({ name, ...prepare(name, pattern) }));
  const matched = matches(prepared.flatMap(({ pairs }) => pairs));
  let at = 0;
  return prepared.flatMap(({ name, problems, pairs, ofAllTypes }) => {
    const missed = pairs.filter(() => !matched[at++]).map(([, event]) => JSON.stringify(event));
    // A rule of all types of a source needs one that comes.
    return ofAllTypes && problems.length > 0 && missed.length < pairs.length
      ? []
      : [...problems, ...missed.map((event) => `${name}: does not match the documented event ${event}`)];
  });
}

interface Prepared {
  readonly problems: readonly string[];
  /** What the matcher must take. */
  readonly pairs: readonly Pair[];
  readonly ofAllTypes: boolean;
}

function prepare(name: string, pattern: Pattern): Prepared {
  const sources = (pattern["source"] ?? []) as readonly string[];
  const types = pattern["detail-type"] as readonly string[] | undefined;
  const problems: string[] = [];
  const pairs: Pair[] = [];
  for (const source of sources) {
    const known = samples.filter((sample) => sample.source === source);
    for (const type of types ?? known.map((sample) => sample["detail-type"])) {
      const sample = known.find((one) => one["detail-type"] === type);
      if (sample === undefined) {
        problems.push(
          `${name}: there is no sample of "${type}" of ${source}. Fix: add it to testing/events/samples.yaml.`,
        );
        continue;
      }
      for (const wanted of alternatives((pattern["detail"] ?? {}) as Pattern)) {
        const found = [...wanted].flatMap(([path, values]) => never(sample, path, values));
        problems.push(...found.map((problem) => `${name}: ${problem}: ${sample.page}`));
        if (found.length === 0) {
          pairs.push(...events(sample, wanted).map((event): Pair => [pattern, event]));
        }
      }
    }
  }
  return { problems, pairs, ofAllTypes: types === undefined };
}

/** A detail without its `$or`: one map of paths for each way to match it. */
function alternatives(detail: Pattern, prefix = ""): readonly Wanted[] {
  let ways: readonly Wanted[] = [new Map()];
  for (const [key, inner] of Object.entries(detail)) {
    const further =
      key === "$or"
        ? (inner as readonly Pattern[]).flatMap((one) => alternatives(one, prefix))
        : Array.isArray(inner)
          ? [new Map([[prefix + key, inner as readonly unknown[]]])]
          : alternatives(inner as Pattern, `${prefix}${key}.`);
    ways = ways.flatMap((way) => further.map((one) => new Map([...way, ...one])));
  }
  return ways;
}

const isText = (value: unknown): boolean => typeof value !== "object" || value === null;

/** Why a field never has one of the values that a pattern names. */
function never(sample: Sample, path: string, wanted: readonly unknown[]): readonly string[] {
  const found = at(sample.detail, path);
  if (found === undefined) {
    const absent = wanted.some((one) => !isText(one) && (one as { exists?: boolean }).exists === false);
    return absent ? [] : [`"${sample["detail-type"]}" has no field ${path}`];
  }
  if (sample.own?.includes(path)) {
    return [];
  }
  const possible = documented(sample, path) ?? [found];
  return wanted
    .filter((value) => isText(value) && !possible.includes(value))
    .map((value) => `${path} is never ${JSON.stringify(value)}, only ${possible.slice(0, 12).join(", ")}`);
}

function documented(sample: Sample, path: string): readonly unknown[] | undefined {
  if (path === "eventName" && sample.service !== undefined) {
    return operations(sample.service);
  }
  const values = sample.values?.[path];
  if (typeof values !== "string") {
    return values;
  }
  const [service = "", shape = ""] = values.split("#");
  return enumeration(service, shape);
}

/** The sample with each value that the pattern names, one at a time; the others are the pattern's first. */
function events(sample: Sample, wanted: Wanted): readonly object[] {
  const choices = [...wanted].filter(([path]) => at(sample.detail, path) !== undefined);
  const first = new Map(choices.map(([path, values]) => [path, values[0]]));
  const each = choices.flatMap(([path, values]) => values.map((value) => new Map([...first, [path, value]])));
  return (each.length === 0 ? [first] : each).map((values) => {
    const detail = structuredClone(sample.detail);
    for (const [path, value] of values) {
      const begins = (value as { prefix?: string } | null)?.prefix;
      if (isText(value)) {
        put(detail, path, value);
      } else if (begins !== undefined && sample.own?.includes(path)) {
        put(detail, path, `${begins}1`);
      }
    }
    return {
      version: "0",
      id: "1",
      source: sample.source,
      "detail-type": sample["detail-type"],
      account: "123456789012",
      time: "2026-01-01T00:00:00Z",
      region: "eu-west-2",
      resources: [],
      detail,
    };
  });
}

/** The last element of a list that has the field, as in EventBridge any may have it. */
function at(value: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => at(one, path)).findLast((one) => one !== undefined);
  }
  const [key = "", ...rest] = path.split(".");
  const inner = (value as Pattern | null)?.[key];
  return rest.length === 0 || inner === undefined ? inner : at(inner, rest.join("."));
}

function put(value: unknown, path: string, wanted: unknown): void {
  if (Array.isArray(value)) {
    put(
      value.findLast((one) => at(one, path) !== undefined),
      path,
      wanted,
    );
    return;
  }
  const [key = "", ...rest] = path.split(".");
  const inner = value as Record<string, unknown>;
  if (rest.length > 0) {
    put(inner[key], rest.join("."), wanted);
  } else {
    inner[key] = Array.isArray(inner[key]) ? [wanted] : wanted;
  }
}

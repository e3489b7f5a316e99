import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { describeProblem, type Problem } from "../../components/lib/invalid";
import { profiles, raised } from "../profiles";
import { isRecord } from "./jsonSchema";
import { layUnder } from "./layUnder";
import { defaultZones } from "./network";
import { schemaProblems, unknownKey } from "./problems";
import { guard, salvage } from "./readable";
import { floorProblems, highest, safety } from "./safety";
import { groups, plainKeys, type Profile, ruleProblems, type Settings } from "./settings";
import { profileNames, regions } from "./site";
import { stackNameProblems } from "./stackName";

/** A stack's configuration as Pulumi hands it over: every key of every namespace, groups as JSON. */
export interface GivenConfig {
  readonly values: Readonly<Record<string, string>>;
  /** The keys of `values` that are stored encrypted. */
  readonly secretKeys?: ReadonlySet<string>;
}

type Values = Readonly<Record<string, unknown>>;

const namespace = "moodle:";
const knownKeys = Object.keys(groups);

/**
 * The settings of a stack, with all defaults applied.
 *
 * @throws pulumi.RunError that names every mistake at once; the engine shows it without a stack trace.
 */
export function loadSettings(given: GivenConfig, stackName: string): Settings {
  const { settings, problems } = checkSettings(given, stackName);
  if (settings === undefined) {
    const count = problems.length === 1 ? "one mistake" : `${problems.length} mistakes`;
    const lines = problems.map((problem) => `  - ${describeProblem(problem)}`);
    throw new pulumi.RunError(
      [`The configuration of stack "${stackName}" has ${count}; nothing was changed.`, ...lines].join("\n"),
    );
  }
  return settings;
}

/** The settings, or all their problems. Pure. */
export function checkSettings(
  given: GivenConfig,
  stackName: string,
): { readonly settings?: Settings; readonly problems: readonly Problem[] } {
  const values = readValues(given);

  // The profile and the floors come first, because the defaults of everything else depend on them. While the profile is
  // missing or misspelt, each line is checked by itself, and cross-field rules are skipped.
  const named = profileNames.find((name) => name === values["profile"]);
  const profile: Profile = profiles[named ?? "prod"];
  const floors = safety.safeParse(layUnder(safety, profile.safety, values["safety"] ?? {}));
  const lowered = named !== undefined && floors.success ? floorProblems(floors.data, profile.safety, named) : [];
  const defaults = floors.success ? raised(profile, highest(floors.data, profile.safety)) : profile;

  const { data, broken, problems } = parseGroups(values, defaults, given.secretKeys);
  problems.unshift(...stackNameProblems(stackName), ...secretProblems(given), ...unknownKeyProblems(given), ...lowered);
  const settings = { ...data, environment: stackName };
  const unreadable = [...broken, ...lowered.map(({ path }) => ["safety", path.slice("moodle:safety.".length)])];
  if (named !== undefined) {
    problems.push(...ruleProblems(guard(settings, unreadable) as unknown as Settings));
  }
  return problems.length === 0 ? { settings: settings as unknown as Settings, problems } : { problems };
}

/**
 * The values as the schemas give them, with a profile's values under those of the stack file.
 *
 * @param secretKeys Keys of values that were not read. Each already has its own problem.
 */
export function parseGroups(
  values: Values,
  profile: Profile,
  secretKeys?: ReadonlySet<string>,
): {
  readonly data: Values;
  /** Paths in `data` that cannot be relied on. */
  readonly broken: readonly (readonly PropertyKey[])[];
  readonly problems: Problem[];
} {
  const region = regions.find((name) => name === values["region"]);
  const availabilityZones = region === undefined ? [] : defaultZones(region, profile.safety.availabilityZones);
  const { own, existing } = profile.network ?? {};
  const network = { own: { availabilityZones, ...own }, existing: { availabilityZones, ...existing } };
  const defaults: Values = { ...profile, network };
  const data: Record<string, unknown> = {};
  const broken: PropertyKey[][] = [];
  const problems: Problem[] = [];
  for (const [key, schema] of Object.entries<z.ZodType>(groups)) {
    const laid = (value: unknown) => layUnder(schema, defaults[key], value);
    const value = plainKeys.includes(key) ? values[key] : (values[key] ?? {});
    const result = schema.safeParse(laid(value));
    if (result.success) {
      data[key] = result.data;
      continue;
    }
    if (secretKeys?.has(namespace + key) !== true) {
      problems.push(...schemaProblems(key, schema, laid(value), result.error.issues));
    }
    const salvaged = salvage((copy) => schema.safeParse(laid(copy)), value, result.error.issues);
    data[key] = salvaged.data;
    broken.push(...salvaged.broken.map((path) => [key, ...path]));
  }
  // Without a region there are no default zones to judge.
  if (region === undefined && !(isRecord(values["network"]) && "availabilityZones" in values["network"])) {
    broken.push(["network", "availabilityZones"]);
  }
  return { data, broken, problems };
}

/**
 * The `moodle:` values by key. Nothing and `""` are the same, and so are a group that is missing and an empty one.
 */
function readValues({ values, secretKeys }: GivenConfig): Record<string, unknown> {
  const known = Object.keys(values).filter((key) => key.startsWith(namespace) && secretKeys?.has(key) !== true);
  return Object.fromEntries(
    known.map((full) => {
      const key = full.slice(namespace.length);
      const text = values[full] ?? "";
      return [key, text === "" ? undefined : plainKeys.includes(key) ? text : fromJson(text)];
    }),
  );
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function unknownKeyProblems({ values, secretKeys }: GivenConfig): Problem[] {
  return Object.keys(values)
    .filter((full) => full.startsWith(namespace) && !knownKeys.includes(full.slice(namespace.length)))
    .map((full) =>
      unknownKey(
        full,
        secretKeys?.has(full) ? "[secret]" : fromJson(values[full] ?? ""),
        full.slice(namespace.length),
        knownKeys,
      ),
    );
}

/** Settings are not confidential: a secret value would still appear in outputs and tags, so it is refused. */
function secretProblems({ values, secretKeys }: GivenConfig): Problem[] {
  return Object.keys(values)
    .filter((key) => key.startsWith(namespace) && knownKeys.includes(key.slice(namespace.length)))
    .filter((key) => secretKeys?.has(key) === true)
    .map((key) => ({
      path: key,
      given: "[secret]",
      allowed: "plain text: settings end up in tags and outputs",
      fix: `Set it again with: pulumi config set ${key} <value> --plaintext. Moodle's own secrets are made by the stack.`,
    }));
}

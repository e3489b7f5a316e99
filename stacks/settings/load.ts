import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { defaultEngineVersions } from "../../components/cache/engine";
import { describeProblem, type Problem } from "../../components/lib/invalid";
import { type Profile, profiles } from "../profiles";
import { isRecord } from "./jsonSchema";
import { moodleReleases } from "./moodleReleases";
import { defaultZones } from "./networkFields";
import { schemaProblems, unknownKey } from "./problems";
import { readable, salvage } from "./readable";
import { floorProblems, ruleProblems } from "./rules";
import { defaultKinds, plainKeys, raised, schemas } from "./schema";
import { profileNames, regions } from "./site";
import { stackNameProblems } from "./stackName";
import type { Safety, Settings } from "./settings";

/** A stack's configuration as Pulumi hands it over: every key of every namespace, groups as JSON. */
export interface GivenConfig {
  readonly values: Readonly<Record<string, string>>;
  /** The keys of `values` that are stored encrypted. */
  readonly secretKeys?: ReadonlySet<string>;
}

const namespace = "moodle:";
const knownKeys = Object.keys(schemas(profiles.prod, []));

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

/** The settings, or everything that is wrong with them. Pure. */
export function checkSettings(
  given: GivenConfig,
  stackName: string,
): { readonly settings?: Settings; readonly problems: readonly Problem[] } {
  const values = readValues(given);

  // The profile and the floors come first, because the defaults of everything else depend on them. While the profile is
  // missing or misspelt, each line is checked by itself, and the rules between them wait.
  const named = profileNames.find((name) => name === values["profile"]);
  const profile = profiles[named ?? "prod"];
  const safety = schemas(profile, []).safety.safeParse(values["safety"] ?? {});
  const lowered = named !== undefined && safety.success ? floorProblems(safety.data, profile) : [];
  const base = safety.success ? raised(profile, highest(safety.data, profile.floors)) : profile;
  const region = regions.find((name) => name === values["region"]);
  const zones = region === undefined ? [] : defaultZones(region, base.floors.availabilityZones);

  const problems: Problem[] = [
    ...stackNameProblems(stackName),
    ...secretProblems(given),
    ...unknownKeyProblems(given),
    ...lowered,
  ];
  const data: Record<string, unknown> = { environment: stackName };
  const broken: PropertyKey[][] = lowered.map(({ path }) => ["safety", path.slice("moodle:safety.".length)]);
  for (const [key, schema] of Object.entries<z.ZodType>(schemas(base, zones))) {
    const value = filledIn(key, values[key], base);
    const result = schema.safeParse(value);
    if (result.success) {
      data[key] = result.data;
      continue;
    }
    // A secret was not read, and has its own problem already.
    if (given.secretKeys?.has(namespace + key) !== true) {
      problems.push(...schemaProblems(key, schema, value, result.error.issues));
    }
    const salvaged = salvage(schema, value, result.error.issues);
    data[key] = salvaged.data;
    broken.push(...salvaged.broken.map((path) => [key, ...path]));
  }
  // Without a region there are no default zones to judge.
  if (region === undefined && !(isRecord(values["network"]) && "availabilityZones" in values["network"])) {
    broken.push(["network", "availabilityZones"]);
  }
  problems.push(...(named === undefined ? [] : ruleProblems(readable(data, broken), base)));
  return problems.length === 0 ? { settings: data as unknown as Settings, problems } : { problems };
}

/**
 * The `moodle:` values by key. Nothing and `""` are the same, and so are a group that is missing and an empty one: a
 * key that Pulumi.yaml declares needs a default, or the CLI would stop at it before this program can say more.
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

/** Gives each group what its schema cannot know: the variant of the profile, and versions that follow a choice. */
function filledIn(key: string, value: unknown, profile: Profile): unknown {
  if (plainKeys.includes(key)) {
    return value;
  }
  const kinds = defaultKinds(profile);
  const withKind = (path: string, at: unknown): unknown => {
    const kind = kinds[path];
    return kind === undefined || !isRecord(at) ? at : { kind, ...at };
  };
  const group = withKind(key, value ?? {});
  if (key === "database" && isRecord(group)) {
    return { ...group, capacity: withKind("database.capacity", group["capacity"] ?? {}) };
  }
  if (key === "cache" && isRecord(group)) {
    const version = Object.entries(defaultEngineVersions).find(([engine]) => engine === group["engine"])?.[1];
    return version === undefined ? group : { engineVersion: version, ...group };
  }
  if (key === "moodle" && isRecord(group)) {
    const release = Object.entries(moodleReleases).find(([version]) => version === group["version"])?.[1];
    return release === undefined ? group : { phpVersion: release.php.at(-1), ...group };
  }
  return group;
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

/** The stricter of two in each floor: lowered ones count as the profile's, so that they cause no further complaint. */
function highest(given: Safety, floors: Safety): Safety {
  const entries = (Object.keys(floors) as (keyof Safety)[]).map((key) => [
    key,
    given[key] >= floors[key] ? given[key] : floors[key],
  ]);
  return Object.fromEntries(entries) as Safety;
}

/** No setting is confidential, and a secret would be shown in outputs and tags all the same: better said than leaked. */
function secretProblems({ values, secretKeys }: GivenConfig): Problem[] {
  return Object.keys(values)
    .filter((key) => key.startsWith(namespace) && knownKeys.includes(key.slice(namespace.length)))
    .filter((key) => secretKeys?.has(key) === true)
    .map((key) => ({
      path: key,
      given: "[secret]",
      allowed: "plain text: settings end up in tags and outputs",
      mend: `Set it again with: pulumi config set ${key} <value> --plaintext. Moodle's own secrets are made by the stack.`,
    }));
}

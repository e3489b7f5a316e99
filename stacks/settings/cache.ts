import { z } from "zod";
import { defaultEngineVersions, engineVersionProblems, nodeTypeProblems } from "../../components/cache/engine";
import { choice, derived, type Groups, integer, text } from "./fields";
import type { Rules } from "./rule";
import { below, type safety, unsteady } from "./safety";
import type { Site } from "./site";

const group = (purpose: string) =>
  z.strictObject({
    nodeType: text(
      /^cache\.[a-z0-9]+\.[a-z0-9]+$/,
      "an ElastiCache node type such as cache.m7g.large",
      `Node type of the ${purpose} cache.`,
    ),
    replicas: integer(0, 5, "Standby nodes in other zones. Without one, a lost node logs everybody out."),
  });

const newest = Object.entries(defaultEngineVersions).map(([engine, version]) => `${version} of ${engine}`);

export const cache = z
  .strictObject({
    engine: choice(["valkey", "redis"], "Valkey is the cheaper of the two for the same node.").default("valkey"),
    engineVersion: derived(
      `the newest: ${newest.join(", ")}`,
      text(/^\d+\.\d+$/, 'a version in quotes such as "8.0"', "Major and minor version of the engine."),
    ).optional(),
    sessions: group("session"),
    application: group("application"),
  })
  .transform(({ engineVersion, ...rest }) => ({
    ...rest,
    engineVersion: engineVersion ?? defaultEngineVersions[rest.engine],
  }));

const groups = ["sessions", "application"] as const;

export const cacheRules: Rules<Site & Groups<{ cache: typeof cache; safety: typeof safety }>> = [
  ({ cache }) => engineVersionProblems("moodle:cache.engineVersion", cache.engine, cache.engineVersion),

  ({ cache }) => groups.flatMap((group) => nodeTypeProblems(`moodle:cache.${group}.nodeType`, cache[group].nodeType)),

  ({ cache, safety, profile }) =>
    groups.flatMap((group) => [
      ...below(
        `moodle:cache.${group}.replicas`,
        cache[group].replicas,
        safety.cacheReplicas,
        "a standby in another zone",
        profile,
      ),
      ...(safety.steadyCapacity && /^cache\.t\d/.test(cache[group].nodeType)
        ? [unsteady(`moodle:cache.${group}.nodeType`, cache[group].nodeType, profile)]
        : []),
    ]),
];

import type { Problem } from "../lib/invalid";

/**
 * Engines and versions of node-based ElastiCache, with the parameter group family of each. Valkey is the default: the
 * same protocol, a fifth cheaper per node, and the line that AWS still adds to, while Redis OSS ended at 7.1.
 * - Versions: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
 * - Families: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
export const engines = {
  valkey: { "7.2": "valkey7", "8.0": "valkey8", "8.1": "valkey8", "8.2": "valkey8" },
  redis: { "7.1": "redis7" },
} as const;

export type Engine = keyof typeof engines;

/** The newest version of each engine that is listed here. */
export const defaultEngineVersions: Readonly<Record<Engine, string>> = { valkey: "8.2", redis: "7.1" };

/**
 * Graviton node types of the current and the last generation. Left out: r6gd, which tiers data to disk, where a session
 * would wait for it; and types that only differ in network speed.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
 */
const groups = [
  { families: ["t4g"], sizes: ["micro", "small", "medium"] },
  {
    families: ["m6g", "m7g", "r6g", "r7g"],
    sizes: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
  },
] as const;

export const nodeTypes: readonly string[] = groups.flatMap(({ families, sizes }) =>
  families.flatMap((family) => sizes.map((size) => `cache.${family}.${size}`)),
);

/** The parameter group family of a version, or undefined when the engine has no such version. */
export function parameterGroupFamily(engine: Engine, version: string): string | undefined {
  return (engines[engine] as Readonly<Record<string, string>>)[version];
}

/** Problems with an engine version. AWS offers no downgrade, so the version is pinned. */
export function engineVersionProblems(path: string, engine: Engine, version: string): Problem[] {
  if (parameterGroupFamily(engine, version) !== undefined) {
    return [];
  }
  const allowed = `for ${engine}: ${Object.keys(engines[engine]).join(", ")}`;
  return [{ path, given: version, allowed, fix: `Write ${defaultEngineVersions[engine]}, or leave it out.` }];
}

/** Problems with a node type. */
export function nodeTypeProblems(path: string, nodeType: string): Problem[] {
  if (nodeTypes.includes(nodeType)) {
    return [];
  }
  const allowed = groups
    .map(({ families, sizes }) => `${sizes[0]} to ${sizes.at(-1)} of cache.${families.join(", cache.")}`)
    .join("; ");
  return [{ path, given: nodeType, allowed, fix: "Write it like cache.r7g.large." }];
}

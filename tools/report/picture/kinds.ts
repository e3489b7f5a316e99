import { type Drawn, resourceTypes, typesWith } from "../../../policies/lib/resourceTypes";
import type { Resource } from "../changes";

/** Drawing of a type: the table's own words, and details such as size. */
export type Kind = Exclude<Drawn, string> & { readonly details?: (inputs: Resource["inputs"]) => string };

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

const details: Readonly<Record<string, Kind["details"]>> = {
  "aws:cloudfront/distribution:Distribution": ({ aliases }) =>
    Array.isArray(aliases) ? aliases.map(text).join(", ") : "",
  "aws:wafv2/webAcl:WebAcl": ({ rules }) => (Array.isArray(rules) ? `${rules.length} rules` : ""),
  "aws:lb/loadBalancer:LoadBalancer": ({ internal }) =>
    internal === true ? "internal" : "reachable from the internet",
  "aws:autoscaling/group:Group": ({ minSize, maxSize }) => `${text(minSize)} to ${text(maxSize)} instances`,
  "aws:ecs/service:Service": ({ desiredCount }) =>
    desiredCount === undefined ? "" : `${text(desiredCount)} ${desiredCount === 1 ? "task" : "tasks"} at first`,
  "aws:rds/cluster:Cluster": ({ engine, engineVersion }) => `${text(engine)} ${text(engineVersion)}`,
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ engine, nodeType, numCacheClusters }) =>
    `${text(numCacheClusters)} × ${text(nodeType)}, ${text(engine)}`,
  "aws:efs/fileSystem:FileSystem": ({ throughputMode }) =>
    throughputMode === undefined ? "" : `${text(throughputMode)} throughput`,
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": ({ storageCapacity }) => `${text(storageCapacity)} GiB`,
};

const drawn = typesWith("drawn");

export const kinds: Readonly<Record<string, Kind>> = Object.fromEntries(
  drawn.flatMap(([type, kind]) => {
    const more = details[type];
    return typeof kind === "string" ? [] : [[type, more === undefined ? kind : { ...kind, details: more }]];
  }),
);

/** Not drawn, but part of a resource that refers to it. */
export const isPart = (type: string): boolean => resourceTypes[type]?.drawn === "in its user";

/** Not drawn, but part of the resource that it refers to. */
export const isAttachment = (type: string): boolean => resourceTypes[type]?.drawn === "in what it refers to";

import type { RuleCases } from "../testing/cases";
import { id, thing, through, unknown, type Thing } from "../testing/harness";
import { cacheEncryptedAtRest } from "./cacheEncryptedAtRest";
import { cacheEncryptedInTransit } from "./cacheEncryptedInTransit";
import { cacheFailover } from "./cacheFailover";
import { sessionCacheNoEviction } from "./sessionCacheNoEviction";

const cache = (props: Thing["props"] = {}, name = "sessions") =>
  thing("aws:elasticache/replicationGroup:ReplicationGroup", name, props);
const node = (props: Thing["props"]) => thing("aws:elasticache/cluster:Cluster", "node", props);
const good = { multiAzEnabled: true, automaticFailoverEnabled: true };
const parameters = (name: string, ...list: readonly object[]) =>
  thing("aws:elasticache/parameterGroup:ParameterGroup", name, { parameters: list });
const keeps = parameters("keeps", { name: "maxmemory-policy", value: "noeviction" });
const evicts = parameters("evicts", { name: "maxmemory-policy", value: "allkeys-lru" });

export const cacheCases: readonly RuleCases[] = [
  {
    rule: cacheFailover,
    pass: {
      "two nodes": [cache({ ...good, numCacheClusters: 2 })],
      "shards with replicas": [cache({ ...good, numNodeGroups: 2, replicasPerNodeGroup: 1 })],
      "a member of a global group": [cache({ ...good, globalReplicationGroupId: "g" })],
    },
    fail: {
      "one node": [cache({ ...good, numCacheClusters: 1 })],
      "a count left to AWS": [cache(good)],
      "no failover": [cache({ numCacheClusters: 2, multiAzEnabled: true })],
      "one zone": [cache({ numCacheClusters: 2, automaticFailoverEnabled: true, multiAzEnabled: false })],
      "a single Redis": [node({ engine: "redis" })],
    },
    unknown: {
      "a count that is not known": [cache({ ...good, numCacheClusters: unknown })],
      "an engine that is not known": [node({ engine: unknown })],
    },
    notApplicable: { memcached: [node({ engine: "memcached" })], "a member": [node({ replicationGroupId: unknown })] },
  },
  {
    rule: cacheFailover,
    limits: { minReplicas: 0 },
    pass: { "one node, where that is allowed": [cache({ numCacheClusters: 1 })] },
    fail: { "two nodes that do not fail over": [cache({ numCacheClusters: 2 })] },
    unknown: {
      "a choice that is not known": [
        cache({ numCacheClusters: 2, multiAzEnabled: unknown, automaticFailoverEnabled: true }),
      ],
    },
    notApplicable: { "a single Redis, where that is allowed": [node({ engine: "redis" })] },
  },
  {
    rule: cacheEncryptedAtRest,
    pass: { encryption: [cache({ atRestEncryptionEnabled: true })] },
    fail: { none: [cache()] },
    unknown: { "a choice that is not known": [cache({ atRestEncryptionEnabled: unknown })] },
    notApplicable: { "a member of a global group": [cache({ globalReplicationGroupId: "g" })] },
  },
  {
    rule: cacheEncryptedInTransit,
    pass: { "TLS and a password": [cache({ transitEncryptionEnabled: true, authToken: unknown })] },
    fail: {
      "no TLS": [cache({ authToken: "x" })],
      "TLS for those who like": [
        cache({ transitEncryptionEnabled: true, transitEncryptionMode: "preferred", userGroupIds: ["u"] }),
      ],
      "no password": [cache({ transitEncryptionEnabled: true })],
    },
    unknown: { "a choice that is not known": [cache({ transitEncryptionEnabled: unknown, authToken: "x" })] },
    notApplicable: { memcached: [node({ engine: "memcached" })] },
  },
  {
    rule: sessionCacheNoEviction,
    pass: {
      noeviction: [keeps, cache({ parameterGroupName: id(keeps) })],
      "noeviction, named by its description": [
        keeps,
        cache({ parameterGroupName: id(keeps), description: "Login sessions" }, "redis"),
      ],
    },
    fail: {
      "the default group": [cache()],
      "the default group, by name": [cache({ parameterGroupName: "default.valkey8" })],
      "another policy": [evicts, cache({ parameterGroupName: id(evicts) })],
      "a group that says nothing of it": [parameters("quiet"), cache({ parameterGroupName: id(parameters("quiet")) })],
    },
    unknown: {
      "a group of another stack": [cache({ parameterGroupName: "shared" })],
      "one of two groups": [keeps, evicts, cache({ parameterGroupName: through([keeps, evicts], "x") })],
      "a value that is not known": [
        parameters("dark", { name: "maxmemory-policy", value: unknown }),
        cache({ parameterGroupName: id(parameters("dark")) }),
      ],
    },
    notApplicable: { "a cache of something else": [cache({}, "application")] },
  },
];

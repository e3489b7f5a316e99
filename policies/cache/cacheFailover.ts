import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { replicationGroup } from "../lib/types";
import { expect, pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const singleNode = "aws:elasticache/cluster:Cluster";

export const cacheFailover = resourceRule({
  id: "cache-failover",
  group: "cache",
  severity: "critical",
  title: "Redis and Valkey caches have a replica in another zone and fail over to it by themselves.",
  why: "Sessions live in the cache: one node that dies logs everyone out, and in an exam that is an incident.",
  fix: "Use aws.elasticache.ReplicationGroup with multiAzEnabled: true, automaticFailoverEnabled: true and numCacheClusters of 2 or more.",
  serves: ["Well-Architected REL11-BP02", "Security Hub ElastiCache.3", "Moodle R11"],
  example: `new aws.elasticache.ReplicationGroup("sessions", { numCacheClusters: 2, multiAzEnabled: true, automaticFailoverEnabled: true, ... });`,
  types: [replicationGroup, singleNode],
  limits: { minReplicas: atLeast(1, "The fewest replicas per shard.") },
  check: (cache, limits) => {
    if (cache.type === singleNode) {
      // A member of a replication group is judged there; memcached has no replication at all.
      const engine = cache.props.text("engine");
      if (cache.props.has("replicationGroupId") || engine === "memcached" || limits.minReplicas === 0) {
        return undefined;
      }
      return isUnknown(engine) ? undecided(engine) : violation("it is a single node");
    }
    const { props } = cache;
    const perShard = props.has("replicasPerNodeGroup")
      ? props.number("replicasPerNodeGroup")
      : lessOne(props.number("numCacheClusters"));
    if (limits.minReplicas === 0 && perShard === 0) {
      return pass;
    }
    const global = props.has("globalReplicationGroupId");
    return [
      expect(props.flag("multiAzEnabled"), (on) => on === true, "multiAzEnabled is not true"),
      expect(props.flag("automaticFailoverEnabled"), (on) => on === true, "automaticFailoverEnabled is not true"),
      global && perShard === undefined
        ? pass
        : expect(
            perShard,
            (count) => (count ?? awsDefaults.cacheReplicas.value) >= limits.minReplicas,
            (count) => `it has ${count ?? awsDefaults.cacheReplicas.value} replicas, not ${limits.minReplicas}`,
          ),
    ];
  },
});

function lessOne<T>(count: number | T): number | T {
  return typeof count === "number" ? count - 1 : count;
}

import { resourceRule } from "../lib/rule";
import { replicationGroup } from "../lib/types";
import { expect, undecided } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { awsDefaults } from "../lib/awsDefaults";

export const cacheEncryptedAtRest = resourceRule({
  id: "cache-encrypted-at-rest",
  group: "cache",
  severity: "high",
  title: "Caches are encrypted at rest.",
  why: "Snapshots and swap of a session cache hold login tokens; encryption can only be chosen when the group is made.",
  fix: "Set atRestEncryptionEnabled: true (and kmsKeyId for a key of your own). This replaces the group: plan for logged-out users.",
  serves: ["Security Hub ElastiCache.4", "Well-Architected SEC08-BP02", "Moodle R25"],
  example: `new aws.elasticache.ReplicationGroup("sessions", { atRestEncryptionEnabled: true, kmsKeyId: key.arn, ... });`,
  types: [replicationGroup],
  limits: {},
  check: ({ props }) => {
    if (props.has("globalReplicationGroupId")) {
      return undefined;
    }
    const engine = props.text("engine") ?? awsDefaults.cacheEngine.value;
    if (isUnknown(engine) && !props.has("atRestEncryptionEnabled")) {
      return undecided(engine);
    }
    const byItself = (engine === "valkey" ? awsDefaults.valkeyEncryptedAtRest : awsDefaults.redisEncryptedAtRest).value;
    return expect(props.flag("atRestEncryptionEnabled"), (on) => on ?? byItself, "atRestEncryptionEnabled is not true");
  },
});

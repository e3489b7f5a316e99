import { resourceRule, strict } from "../lib/rule";
import { replicationGroup } from "../lib/types";
import { expect, pass, violation } from "../lib/verdict";

export const cacheEncryptedInTransit = resourceRule({
  id: "cache-encrypted-in-transit",
  group: "cache",
  severity: "high",
  title: "Caches accept TLS only, and ask for a password.",
  why: "Session ids travel over this connection, and whoever reaches an open cache can read and set any session.",
  fix: 'Set transitEncryptionEnabled: true, leave transitEncryptionMode out (or "required"), and give authToken or userGroupIds.',
  serves: ["Security Hub ElastiCache.5", "Security Hub ElastiCache.6", "Well-Architected SEC09-BP02", "Moodle R10"],
  example: `new aws.elasticache.ReplicationGroup("sessions", { transitEncryptionEnabled: true, authToken: token.result, ... });`,
  types: [replicationGroup],
  limits: { password: strict(true, "Whether a password (authToken or userGroupIds) is asked for as well.") },
  check: ({ props }, limits) => [
    expect(props.flag("transitEncryptionEnabled"), (on) => on === true, "transitEncryptionEnabled is not true"),
    expect(
      props.text("transitEncryptionMode"),
      (mode) => mode !== "preferred",
      "transitEncryptionMode is preferred, which lets plain connections in",
    ),
    !limits.password || props.has("authToken") || props.has("userGroupIds")
      ? pass
      : violation("it has neither authToken nor userGroupIds"),
  ],
});

import * as assert from "node:assert/strict";
import { clusterParameters, instanceParameters } from "./parameters";

/**
 * Value of each parameter when nobody sets it: `groupDefault` where AWS itself writes a value into a new group of the
 * family aurora-mysql8.0, `engineDefault` where it leaves the value to MySQL 8.0.
 * - https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Integrating.CloudWatch.html
 * - https://dev.mysql.com/doc/refman/8.0/en/server-system-variables.html
 */
const published: Readonly<Record<string, { readonly groupDefault?: string; readonly engineDefault?: string }>> = {
  character_set_server: { engineDefault: "utf8mb4" },
  collation_server: { engineDefault: "utf8mb4_0900_ai_ci" },
  require_secure_transport: { groupDefault: "OFF" },
  innodb_print_all_deadlocks: { engineDefault: "0" },
  log_output: { groupDefault: "FILE" },
  long_query_time: { engineDefault: "10" },
  max_allowed_packet: { engineDefault: "67108864" },
  slow_query_log: { engineDefault: "0" },
  wait_timeout: { engineDefault: "28800" },
};

/** Set to the engine's default all the same, with the reason. Never one that AWS writes into the group. */
const deliberate: Readonly<Record<string, string>> = {
  character_set_server: "must agree with collation_server, or the engine does not start",
};

describe("Database parameters", () => {
  for (const { name, value } of [...clusterParameters, ...instanceParameters]) {
    it(`${name} is not set to what it is anyway`, () => {
      const known = published[name];
      assert.ok(known, `The published default of ${name} is not in the table above. Fix: look it up and add it.`);
      assert.notEqual(
        value,
        known.groupDefault,
        "AWS has this value: each preview would show an update. Fix: leave it out.",
      );
      assert.ok(value !== known.engineDefault || name in deliberate, "MySQL has this value. Fix: leave it out.");
    });
  }
});

import { required, resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

export const databaseLogsExported = resourceRule({
  id: "database-logs-exported",
  group: "observability",
  severity: "low",
  title: "MySQL databases send their logs to CloudWatch.",
  why: "On the instance the logs are lost with it, and the slow query log is the first thing asked for after a bad day.",
  fix: "List the logs in enabledCloudwatchLogsExports, and switch them on in the parameter group (slow_query_log = 1).",
  serves: ["Security Hub RDS.9", "Moodle R24"],
  example: `new aws.rds.Cluster("database", { enabledCloudwatchLogsExports: ["error", "slowquery"], ... });`,
  types: [dbCluster, dbInstance],
  limits: { logs: required(["error", "slowquery"], "Logs that MySQL and MariaDB engines export.") },
  check: ({ props }, limits) => {
    const engine = props.text("engine");
    if (isUnknown(engine)) {
      return undecided(engine);
    }
    if (!/mysql|mariadb/.test(engine ?? "")) {
      return undefined;
    }
    const exported = props.list("enabledCloudwatchLogsExports");
    if (isUnknown(exported)) {
      return undecided(exported);
    }
    const missing = limits.logs.filter((log) => !exported.includes(log));
    const unknown = exported.find(isUnknown);
    return missing.length === 0
      ? pass
      : unknown === undefined
        ? violation(`enabledCloudwatchLogsExports lacks ${missing.join(", ")}`)
        : undecided(unknown);
  },
});

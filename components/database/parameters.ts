/** A parameter of a parameter group, as RDS takes it. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/**
 * Cluster-level parameters, only those that Moodle or this platform needs; Aurora tunes the rest to the instance.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html
 */
export const clusterParameters: readonly Parameter[] = [
  // Moodle's own choice of collation (`dbcollation` in config-dist.php and the driver's default). MySQL 8's default,
  // utf8mb4_0900_ai_ci, would make tables that cannot be joined with those of plugins that name this one.
  { name: "character_set_server", value: "utf8mb4" },
  { name: "collation_server", value: "utf8mb4_unicode_ci" },
  // Passwords and essays are never sent in clear text, whatever the client asks for.
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html#AuroraMySQL.Security.SSL
  { name: "require_secure_transport", value: "ON" },
  // Both statements of each deadlock, in the error log: Moodle's user may not ask InnoDB for the last one (privilege PROCESS).
  // The text of a statement has the values in it, as in the slow log.
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.BestPractices.FeatureRecommendations.html#AuroraMySQL.BestPractices.deadlocks
  { name: "innodb_print_all_deadlocks", value: "1" },
];

/** Seconds above which a statement is logged: users notice a Moodle page that waits this long. */
const slowSeconds = 2;

/**
 * Instance-level parameters. No parameter is set to its default value: RDS then keeps its own apply method, and every
 * preview shows an update of the group (@pulumi/aws/rds/parameterGroup.d.ts, "Problematic Plan Changes"). Left at their
 * defaults, on purpose:
 * - `max_connections`: AWS's formula, which connections.ts knows.
 * - `log_output`: FILE in Aurora, and only files are exported to CloudWatch.
 * - `max_allowed_packet`: 64 MiB in MySQL 8.0, by which Moodle splits its bulk inserts.
 */
export const instanceParameters: readonly Parameter[] = [
  { name: "slow_query_log", value: "1" },
  { name: "long_query_time", value: String(slowSeconds) },
  // A connection on which nothing was said for an hour is closed. A machine that is lost closes none itself, and would keep the lock of
  // its scheduled task (GET_LOCK of Moodle's cron) for MySQL's 8 hours. No job of Moodle works for an hour without the database.
  // Aurora counts by the smaller of this and interactive_timeout.
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Reference.ParameterGroups.html
  { name: "wait_timeout", value: "3600" },
];

/**
 * The logs that go to CloudWatch. Not `audit` and `general`: they record every statement, cost more than the database
 * on a busy site, and hold personal data that the slow log shows only in passing.
 */
export const exportedLogs = ["error", "slowquery"] as const;

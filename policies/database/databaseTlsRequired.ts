import { awsDefaults } from "../lib/awsDefaults";
import type { Resource } from "../lib/resource";
import { stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { dbCluster, dbInstance } from "../lib/types";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const clusterGroup = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
const instanceGroup = "aws:rds/parameterGroup:ParameterGroup";

export const databaseTlsRequired = stackRule({
  id: "database-tls-required",
  group: "database",
  severity: "high",
  title: "MySQL and PostgreSQL databases refuse connections without TLS.",
  why: "A client that is set up wrongly falls back to plain text without a word, and the first packet has the password.",
  fix: "Give the database a parameter group of its own with require_secure_transport = ON (MySQL, MariaDB) or rds.force_ssl = 1 (PostgreSQL).",
  serves: ["Security Hub RDS.38", "Security Hub RDS.39", "Well-Architected SEC09-BP02", "Moodle R15"],
  example: `new aws.rds.ClusterParameterGroup("database", { family: "aurora-mysql8.0", parameters: [{ name: "require_secure_transport", value: "ON" }] });`,
  types: [dbCluster, dbInstance],
  limits: {},
  check: (database, stack) => {
    const engine = database.props.text("engine");
    if (isUnknown(engine)) {
      return undecided(engine);
    }
    const wanted = /mysql|mariadb/.test(engine ?? "")
      ? "require_secure_transport"
      : /postgres|sqlserver/.test(engine ?? "")
        ? "rds.force_ssl"
        : undefined;
    if (wanted === undefined) {
      return undefined;
    }
    const version = database.props.text("engineVersion");
    return isUnknown(version)
      ? undecided(version)
      : judge(stack, database, wanted, requiresTlsByDefault(engine ?? "", version));
  },
});

/** @param byItself Whether the engine refuses plain connections unless it is told otherwise. */
function judge(stack: Stack, database: Resource, wanted: string, byItself: boolean): Verdict {
  const isCluster = database.type === dbCluster;
  const property = isCluster ? "dbClusterParameterGroupName" : "parameterGroupName";
  const found = stack.references(database, property, [isCluster ? clusterGroup : instanceGroup]);
  const [group] = found.exact;
  if (group === undefined) {
    const [outside = ""] = found.outside;
    if (byItself && (found.count === 0 || outside.startsWith("default."))) {
      return pass;
    }
    return found.unknown !== undefined ||
      found.possible.length > 0 ||
      (outside !== "" && !outside.startsWith("default."))
      ? undecided(found.outside[0] === undefined ? property : `parameter group ${found.outside[0]} (not in this stack)`)
      : violation("it has no parameter group of its own");
  }
  const parameters = group.props.items("parameters");
  if (isUnknown(parameters)) {
    return undecided(parameters);
  }
  const parameter = parameters.find((one) => one.text("name") === wanted);
  if (parameter === undefined) {
    const open = parameters.map((one) => one.text("name")).find(isUnknown);
    return open === undefined && byItself
      ? pass
      : open === undefined
        ? violation(`its parameter group "${group.name}" does not set ${wanted}`)
        : undecided(open);
  }
  const value = parameter.at("value");
  return isUnknown(value)
    ? undecided(value)
    : /^(on|1|true)$/i.test(String(value))
      ? pass
      : violation(`its parameter group "${group.name}" sets ${wanted} to ${String(value)}`);
}

/** The first version of an engine that refuses connections without TLS by itself, in its default parameter group. */
const tlsFrom: Readonly<Record<string, string>> = {
  postgres: awsDefaults.postgresTlsFrom.value,
  "aurora-postgresql": awsDefaults.auroraPostgresTlsFrom.value,
  mariadb: awsDefaults.mariadbTlsFrom.value,
};

/**
 * Whether an engine refuses plain connections by itself. Without a version AWS takes its own default, which for PostgreSQL
 * has been past 15 since 2024: https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
 */
function requiresTlsByDefault(engine: string, version: string | undefined): boolean {
  const first = tlsFrom[engine];
  if (first === undefined) {
    return false;
  }
  if ((version ?? "") === "") {
    return engine === "postgres";
  }
  return String(version).localeCompare(first, "en", { numeric: true }) >= 0;
}

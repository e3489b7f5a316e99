import { resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { pass, violation } from "../lib/verdict";

export const databasePasswordManaged = resourceRule({
  id: "database-password-managed",
  group: "database",
  severity: "high",
  title: "The master password of a database is made and rotated by AWS.",
  why: "A password that the program gives is in the state file and in someone's history, and is never changed.",
  fix: "Remove masterPassword (password on an instance) and set manageMasterUserPassword: true; the secret's ARN is in masterUserSecrets.",
  serves: ["Well-Architected SEC02-BP03", "Moodle R26"],
  example: `new aws.rds.Cluster("database", { masterUsername: "admin", manageMasterUserPassword: true, ... });`,
  types: [dbCluster, dbInstance],
  limits: {},
  // Whether it is given is known even where its value is not.
  check: ({ props }) =>
    props.has("masterPassword") || props.has("password")
      ? violation("its master password is given by the program")
      : pass,
});

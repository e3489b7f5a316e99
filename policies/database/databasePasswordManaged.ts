import { resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { expect, pass, violation } from "../lib/verdict";

const elasticCluster = "aws:docdb/elasticCluster:ElasticCluster";

/** By type, the property that takes a password, and what AWS has in its place. */
const given: Readonly<Record<string, { readonly property: string; readonly instead: string }>> = {
  [dbCluster]: {
    property: "masterPassword",
    instead: "Remove it and set manageMasterUserPassword: true; the secret's ARN is in masterUserSecrets.",
  },
  [dbInstance]: {
    property: "password",
    instead: "Remove it and set manageMasterUserPassword: true; the secret's ARN is in masterUserSecrets.",
  },
  "aws:docdb/cluster:Cluster": {
    property: "masterPassword",
    instead: "Remove it and set manageMasterUserPassword: true.",
  },
  "aws:redshift/cluster:Cluster": {
    property: "masterPassword",
    instead: "Remove it and set manageMasterPassword: true.",
  },
  "aws:redshiftserverless/namespace:Namespace": {
    property: "adminUserPassword",
    instead: "Remove it and set manageAdminPassword: true.",
  },
  [elasticCluster]: {
    property: "adminUserPassword",
    instead: 'Set authType: "SECRET_ARN" and give the ARN of a secret.',
  },
  "aws:opensearch/domain:Domain": {
    property: "advancedSecurityOptions.masterUserOptions.masterUserPassword",
    instead: "Remove it and name a role in masterUserArn.",
  },
  "aws:elasticsearch/domain:Domain": {
    property: "advancedSecurityOptions.masterUserOptions.masterUserPassword",
    instead: "Remove it and name a role in masterUserArn.",
  },
  "aws:dms/endpoint:Endpoint": {
    property: "password",
    instead: "Remove it and name a secret in secretsManagerArn, with secretsManagerAccessRoleArn.",
  },
};

export const databasePasswordManaged = resourceRule({
  id: "database-password-managed",
  group: "database",
  severity: "high",
  title: "The master password of a database is made and rotated by AWS.",
  why: "A password that the program gives is in the state file and in someone's history, and is never changed.",
  fix: "Remove masterPassword (password on an instance) and set manageMasterUserPassword: true; the secret's ARN is in masterUserSecrets.",
  serves: ["Well-Architected SEC02-BP03", "Moodle R26"],
  example: `new aws.rds.Cluster("database", { masterUsername: "admin", manageMasterUserPassword: true, ... });`,
  types: Object.keys(given),
  limits: {},
  // Whether it is given is known even where its value is not.
  check: ({ type, props }) => {
    const { property, instead } = given[type]!;
    if (!props.has(property)) {
      return pass;
    }
    if (type === elasticCluster) {
      // The same property takes the ARN of a secret.
      return expect(
        props.text("authType"),
        (kind) => kind === "SECRET_ARN",
        `its password is given by the program (${property})`,
        instead,
      );
    }
    return violation(`its password is given by the program (${property})`, instead);
  },
});

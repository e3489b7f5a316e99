import { resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

export const databaseDeletionProtected = resourceRule({
  id: "database-deletion-protected",
  group: "database",
  severity: "high",
  title: "Databases refuse to be deleted, and leave a final snapshot if they are.",
  why: "Pulumi's protect option stops Pulumi only; a script, a console click or another tool is stopped by AWS alone.",
  fix: "Set deletionProtection: true and skipFinalSnapshot: false with a finalSnapshotIdentifier.",
  serves: ["Security Hub RDS.7", "Security Hub RDS.8", "Moodle R25"],
  example: `new aws.rds.Cluster("database", { deletionProtection: true, skipFinalSnapshot: false, finalSnapshotIdentifier: "moodle-final", ... });`,
  types: [dbCluster, dbInstance],
  limits: {},
  check: ({ type, props }) => [
    expect(props.flag("deletionProtection"), (on) => on === true, "deletionProtection is not true"),
    ...(type === dbInstance && props.has("replicateSourceDb")
      ? []
      : [expect(props.flag("skipFinalSnapshot"), (on) => on !== true, "skipFinalSnapshot is true")]),
  ],
});

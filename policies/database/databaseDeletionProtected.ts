import { resourceRule } from "../lib/rule";
import { dbCluster, dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

/** By type, the switch that protects it, and the one that leaves its last snapshot out; some have one of them. */
const switches: Readonly<Record<string, { readonly protects?: string; readonly skips?: string }>> = {
  [dbCluster]: { protects: "deletionProtection", skips: "skipFinalSnapshot" },
  [dbInstance]: { protects: "deletionProtection", skips: "skipFinalSnapshot" },
  "aws:docdb/cluster:Cluster": { protects: "deletionProtection", skips: "skipFinalSnapshot" },
  "aws:neptune/cluster:Cluster": { protects: "deletionProtection", skips: "skipFinalSnapshot" },
  "aws:neptunegraph/graph:Graph": { protects: "deletionProtection" },
  "aws:dynamodb/table:Table": { protects: "deletionProtectionEnabled" },
  "aws:dsql/cluster:Cluster": { protects: "deletionProtectionEnabled" },
  "aws:redshift/cluster:Cluster": { skips: "skipFinalSnapshot" },
  "aws:lightsail/database:Database": { skips: "skipFinalSnapshot" },
};

export const databaseDeletionProtected = resourceRule({
  id: "database-deletion-protected",
  group: "database",
  severity: "high",
  title: "Databases refuse to be deleted, and leave a final snapshot if they are.",
  why: "Pulumi's protect option stops Pulumi only; a script, a console click or another tool is stopped by AWS alone.",
  fix: "Set deletionProtection: true and skipFinalSnapshot: false with a finalSnapshotIdentifier.",
  serves: [
    "Security Hub RDS.7",
    "Security Hub RDS.8",
    "Security Hub DocumentDB.5",
    "Security Hub Neptune.4",
    "Security Hub DynamoDB.6",
    "Moodle R25",
  ],
  example: `new aws.rds.Cluster("database", { deletionProtection: true, skipFinalSnapshot: false, finalSnapshotIdentifier: "moodle-final", ... });`,
  types: Object.keys(switches),
  limits: {},
  check: ({ type, props }) => {
    const { protects, skips } = switches[type]!;
    return [
      ...(protects === undefined
        ? []
        : [
            expect(
              props.flag(protects),
              (on) => on === true,
              `${protects} is not true`,
              ...(skips === undefined ? [`Set ${protects}: true.`] : []),
            ),
          ]),
      ...(skips === undefined || props.has("replicateSourceDb")
        ? []
        : [expect(props.flag(skips), (on) => on !== true, `${skips} is true`)]),
    ];
  },
});

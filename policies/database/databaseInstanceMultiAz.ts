import { resourceRule, strict } from "../lib/rule";
import { dbInstance } from "../lib/types";
import { expect } from "../lib/verdict";

export const databaseInstanceMultiAz = resourceRule({
  id: "database-instance-multi-az",
  group: "database",
  severity: "critical",
  title: "An RDS instance has a standby in another availability zone.",
  why: "Without one, the loss of its zone is a restore from backup: hours, and the last minutes of data.",
  fix: "Set multiAz: true, or move to Aurora with a reader.",
  serves: ["Security Hub RDS.5", "Well-Architected REL10-BP01", "Moodle R16"],
  example: `new aws.rds.Instance("database", { multiAz: true, ... });`,
  types: [dbInstance],
  limits: { standby: strict(true, "Whether a standby is asked for.") },
  check: ({ props }, limits) =>
    !limits.standby || props.has("replicateSourceDb")
      ? undefined
      : expect(props.flag("multiAz"), (on) => on === true, "multiAz is not true"),
});

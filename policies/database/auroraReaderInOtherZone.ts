import { atLeast, stackRule } from "../lib/rule";
import { dbCluster, dbClusterInstance, dbSubnetGroup, scalableTarget } from "../lib/types";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { zonesOf } from "../lib/zones";

export const auroraReaderInOtherZone = stackRule({
  id: "aurora-reader-in-other-zone",
  group: "database",
  severity: "critical",
  title: "An Aurora cluster has a reader that can take over in another availability zone.",
  why: "With one instance, losing it means that AWS builds a new one, which takes many minutes. With a reader in another zone it is a failover of about a minute, at the same endpoint.",
  fix: "Add another aws.rds.ClusterInstance with the same clusterIdentifier, over a subnet group of at least two zones, and do not set availabilityZone (AWS then spreads them).",
  serves: ["Well-Architected REL10-BP01", "Security Hub RDS.15", "Moodle R16", "Moodle R25"],
  example: `["writer", "reader"].map((role) => new aws.rds.ClusterInstance(role, { clusterIdentifier: cluster.id, engine: "aurora-mysql", instanceClass }));`,
  types: [dbCluster],
  limits: { minInstances: atLeast(2, "The fewest instances of an Aurora cluster, writer included.") },
  check: (cluster, stack, limits) => {
    const engine = cluster.props.text("engine");
    if (isUnknown(engine)) {
      return undecided(engine);
    }
    // A Multi-AZ DB cluster (not Aurora) brings its own two readers; Serverless v1 has no instances.
    if (engine === undefined || !engine.startsWith("aurora") || cluster.props.text("engineMode") === "serverless") {
      return undefined;
    }
    const found = stack.referring(dbClusterInstance, "clusterIdentifier", cluster);
    const scaled = stack
      .ofType(scalableTarget)
      .filter((target) => stack.dependencies(target, "resourceId", [dbCluster]).includes(cluster))
      .map((target) => target.props.number("minCapacity"));
    const readers = scaled.reduce<number>((sum, one) => sum + (typeof one === "number" ? one : 0), 0);
    const count = found.exact.length + readers;
    const verdicts: Verdict[] = [];
    if (count < limits.minInstances) {
      const open = found.possible.length > 0 || scaled.some(isUnknown);
      verdicts.push(
        open && count + found.possible.length >= limits.minInstances
          ? undecided("clusterIdentifier of its instances")
          : violation(`it has ${count} instance${count === 1 ? "" : "s"}, not ${limits.minInstances}`),
      );
    }
    const zones = found.exact.map((instance) => instance.props.text("availabilityZone"));
    if (zones.length > 1 && zones.every((zone) => typeof zone === "string" && zone !== "" && zone === zones[0])) {
      verdicts.push(violation(`all its instances are pinned to ${String(zones[0])}`));
    }
    const group = stack.references(cluster, "dbSubnetGroupName", [dbSubnetGroup]);
    for (const subnetGroup of group.exact) {
      const span = zonesOf(stack, subnetGroup, "subnetIds");
      if (span.atMost < 2) {
        verdicts.push(violation(`its subnet group "${subnetGroup.name}" has only one availability zone`));
      } else if (span.atLeast < 2) {
        verdicts.push(undecided(span.unknown ?? `zones of subnet group ${subnetGroup.name}`));
      }
    }
    return verdicts.length === 0 ? pass : verdicts;
  },
});

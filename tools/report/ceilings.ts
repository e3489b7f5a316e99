import { type Capacity, maxConnections } from "../../components/database/connections";
import type { Change, ValueChange } from "./changes";

/** Values that bound what a stack may grow to, by the type of resource and the value's path. */
const ceilings: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "aws:appautoscaling/target:Target": { maxCapacity: "tasks at most" },
  "aws:autoscaling/group:Group": { maxSize: "instances at most" },
  "aws:rds/cluster:Cluster": { "serverlessv2ScalingConfiguration.maxCapacity": "ACU at most" },
  "aws:rds/clusterInstance:ClusterInstance": { instanceClass: "instance class" },
};

/** What the change makes of how much the stack may grow to, and cost, and of the connections that its database takes. Pure. */
export function ceilingSentences(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ type, name, values }) =>
    values.flatMap((value) => {
      const what = ceilings[type]?.[value.path];
      return what === undefined ? [] : [`${name}, ${what}: ${value.before} → ${value.after}`, ...connections(value)];
    }),
  );
}

function connections({ path, before, after }: ValueChange): readonly string[] {
  const of = (value: unknown): number | undefined => {
    const capacity: Capacity | undefined =
      path === "instanceClass" && typeof value === "string"
        ? { kind: "provisioned", instanceClass: value }
        : path.startsWith("serverless") && typeof value === "number"
          ? { kind: "serverless", minAcu: 0, maxAcu: value }
          : undefined;
    try {
      return capacity === undefined ? undefined : maxConnections(capacity);
    } catch {
      return undefined;
    }
  };
  const [old, made] = [of(before), of(after)];
  return old === undefined || made === undefined ? [] : [`Connections that it accepts: ${old} → ${made}`];
}

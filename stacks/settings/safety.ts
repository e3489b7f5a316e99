import { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { flag, type Immutable, integer } from "./fields";

/**
 * Floors of an environment. The profile gives all of them; a stack file may raise them. The ranges are loose here, so
 * that {@link floorProblems} answers a lowered floor and names the floor and the profile.
 */
export const safety = z.strictObject({
  availabilityZones: integer(0, 4, "Fewest zones."),
  natPerZone: flag("A NAT gateway in each zone."),
  deletionProtection: flag("AWS refuses to delete database and load balancer."),
  protect: flag("Pulumi refuses to delete resources that hold data."),
  steadyCapacity: flag("No Spot and no burstable (T family) instances, classes or nodes."),
  instances: integer(0, 100, "Fewest container instances, on EC2."),
  webTasks: integer(0, 500, "Fewest web tasks."),
  readers: integer(0, 15, "Fewest database replicas."),
  cacheReplicas: integer(0, 5, "Fewest replicas of each cache."),
  backupRetentionDays: integer(0, 35, "Fewest days of backups."),
  lockedBackups: flag("Backups of all data in a vault that lets nobody delete them early."),
  backupCopies: flag("A copy of each backup in another region or account."),
  logRetentionDays: integer(0, 3653, "Fewest days of application logs."),
});

export type Safety = Immutable<z.output<typeof safety>>;

const floorNames = Object.keys(safety.shape) as (keyof Safety)[];

/** Floors that a stack file tried to lower. It may raise any floor of its profile and lower none. */
export function floorProblems(given: Safety, floors: Safety, profile: string): Problem[] {
  return floorNames.flatMap((key) => {
    const [floor, value] = [floors[key], given[key]];
    if (value >= floor) {
      return [];
    }
    return [
      {
        path: `moodle:safety.${key}`,
        given: value,
        allowed: `${typeof floor === "number" ? `${floor} or more` : String(floor)}: the floor "${key}" of profile ${profile}`,
        fix: "A stack file may raise a floor, never lower it. Remove the line, or choose another moodle:profile.",
      },
    ];
  });
}

/** The stricter of two in each floor: lowered ones count as the profile's, so that they cause no further problem. */
export function highest(given: Safety, floors: Safety): Safety {
  const entries = floorNames.map((key) => [key, given[key] >= floors[key] ? given[key] : floors[key]]);
  return Object.fromEntries(entries) as Safety;
}

/** Whether a resource of the environment outlives its stack, and needs its encryption keys. */
export function keepsData({ protect, deletionProtection }: Safety): boolean {
  return protect || deletionProtection;
}

/** The problem of a number below a floor, or none. */
export function below(path: string, given: number, floor: number, reason: string, profile: string): Problem[] {
  return given >= floor
    ? []
    : [
        {
          path,
          given,
          allowed: `${floor} or more in profile ${profile} (${reason})`,
          fix: "Raise it. The floor is in stacks/profiles.ts and moodle:safety, which can only raise it.",
        },
      ];
}

/** The problem of Spot capacity or a burstable type where the profile requires steady capacity. */
export function unsteady(path: string, given: unknown, profile: string): Problem {
  return {
    path,
    given,
    allowed: `neither Spot nor the burstable T family: the floor "steadyCapacity" of profile ${profile}`,
    fix: "Choose an m, c or r type. T types slow down to a fraction of their speed when their CPU credit is used up.",
  };
}

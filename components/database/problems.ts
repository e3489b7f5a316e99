import type { Problem } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { windowProblems } from "../lib/windows";
import { capacityProblems } from "./connections";
import type { DatabaseArgs } from "./arguments";
import { engineVersionProblems } from "./engine";

/** Problems that AWS would refuse, or accept and fail on later, with defaults filled in. */
export function databaseProblems(
  args: DatabaseArgs & Required<Pick<DatabaseArgs, "engineVersion" | "windows">>,
): Problem[] {
  const inRange = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  const found = [
    ...engineVersionProblems("engineVersion", args.engineVersion),
    ...capacityProblems("capacity", args.capacity),
    ...windowProblems("windows", args.windows, 30),
    ...(args.logRetentionDays === undefined ? [] : retentionProblems("logRetentionDays", args.logRetentionDays)),
  ];
  if (!inRange(args.readers, 0, 15)) {
    const fix = "Two instances in two zones is the usual.";
    found.push({ path: "readers", given: args.readers, allowed: "a whole number from 0 to 15", fix });
  }
  if (!inRange(args.backupRetentionDays, 1, 35)) {
    found.push({
      path: "backupRetentionDays",
      given: args.backupRetentionDays,
      allowed: "a whole number from 1 to 35",
      fix: "Keep longer copies with AWS Backup.",
    });
  }
  const zones = args.network.availabilityZones.length;
  if (zones < 2 || zones !== args.network.dataSubnetIds.length) {
    found.push({
      path: "network.availabilityZones",
      given: args.network.availabilityZones,
      allowed: `at least two zones, with one data subnet in each (there are ${args.network.dataSubnetIds.length})`,
      fix: "An Aurora subnet group needs subnets in two zones.",
    });
  }
  return found;
}

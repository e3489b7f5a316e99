import { z } from "zod";
import { capacityProblems, isBurstable } from "../../components/database/connections";
import { defaultEngineVersion, engineVersionProblems } from "../../components/database/engine";
import { choice, type Groups, integer, kind, text } from "./fields";
import { order, type Rules } from "./rule";
import { below, type safety, unsteady } from "./safety";
import type { Site } from "./site";

/** Half steps up to 256: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html. */
function acu(min: number, description: string) {
  return z
    .number()
    .min(min)
    .max(256)
    .multipleOf(0.5)
    .meta({ description, allowed: `${min} to 256 in steps of 0.5` });
}

const capacity = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("provisioned", "A fixed class."),
    instanceClass: text(
      /^db\.[a-z0-9]+\.[a-z0-9]+$/,
      "an Aurora MySQL instance class such as db.r7g.xlarge",
      "Class of writer and readers.",
    ),
  }),
  z.strictObject({
    kind: kind("serverless", "Follows the load between two bounds."),
    minAcu: acu(0, "Smallest size of an instance; one unit is about 2 GiB. 0 lets it pause."),
    maxAcu: acu(1, "Largest size of an instance; sets the number of connections."),
  }),
]);
export const database = z.strictObject({
  engineVersion: text(
    /^\d+\.\d+\.mysql_aurora\.\d+\.\d+\.\d+$/,
    `an Aurora MySQL version such as ${defaultEngineVersion}`,
    "Aurora MySQL version, as Aurora names it.",
  ).default(defaultEngineVersion),
  capacity,
  readers: integer(0, 15, "Replicas besides the writer, each in another zone where there is one."),
  backupRetentionDays: integer(1, 35, "Days for which the database can be restored to any second."),
  databaseInsights: choice(
    ["standard", "advanced"],
    "CloudWatch Database Insights. Standard is free and keeps 7 days; advanced adds plans and locks, and costs by vCPU.",
  ).default("standard"),
});

export const databaseRules: Rules<Site & Groups<{ database: typeof database; safety: typeof safety }>> = [
  ({ database: { capacity, engineVersion } }) => [
    ...(capacity.kind === "serverless" && capacity.minAcu > capacity.maxAcu
      ? order("moodle:database.capacity", "minAcu", "maxAcu", [capacity.minAcu, capacity.maxAcu])
      : capacityProblems("moodle:database.capacity", capacity)),
    ...engineVersionProblems("moodle:database.engineVersion", engineVersion),
  ],

  ({ database, safety, profile }) => [
    ...below(
      "moodle:database.readers",
      database.readers,
      safety.readers,
      "without one, a failover builds a server first",
      profile,
    ),
    ...below(
      "moodle:database.backupRetentionDays",
      database.backupRetentionDays,
      safety.backupRetentionDays,
      "days that the database can be taken back",
      profile,
    ),
    ...(safety.steadyCapacity &&
    database.capacity.kind === "provisioned" &&
    isBurstable(database.capacity.instanceClass)
      ? [unsteady("moodle:database.capacity.instanceClass", database.capacity.instanceClass, profile)]
      : []),
  ],
];

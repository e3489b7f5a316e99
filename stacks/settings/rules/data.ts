import { engineVersionProblems as cacheVersionProblems, nodeTypeProblems } from "../../../components/cache/engine";
import { capacityProblems, isBurstable } from "../../../components/database/connections";
import { engineVersionProblems } from "../../../components/database/engine";
import { openZfsProblems } from "../../../components/storage/openZfs";
import { efsProblems } from "../../../components/storage/efs";
import { nfsProblems } from "../../../components/storage/sharedFiles";
import { connectionBudget } from "../connectionBudget";
import { moodleReleases } from "../moodleReleases";
import { unsteady } from "./compute";
import { below, order, type Rule } from "./rule";

const groups = ["sessions", "application"] as const;

export const dataRules: readonly Rule[] = [
  ({ database: { capacity, engineVersion } }) => [
    ...(capacity.kind === "serverless" && capacity.minAcu > capacity.maxAcu
      ? order("moodle:database.capacity", "minAcu", "maxAcu", [capacity.minAcu, capacity.maxAcu])
      : capacityProblems("moodle:database.capacity", capacity)),
    ...engineVersionProblems("moodle:database.engineVersion", engineVersion),
  ],

  ({ database, safety }, profile) => [
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
      ? [unsteady("moodle:database.capacity.instanceClass", database.capacity.instanceClass, profile.name)]
      : []),
  ],

  ({ moodle, database }) => {
    const mysql = Number.parseFloat(database.engineVersion);
    const needed = moodleReleases[moodle.version].mysql;
    return mysql >= needed
      ? []
      : [
          {
            path: "moodle:database.engineVersion",
            given: database.engineVersion,
            allowed: `compatible with MySQL ${needed.toFixed(1)} or later, which Moodle ${moodle.version} needs`,
            mend: "Moodle's environment check stops the upgrade otherwise. Use Aurora MySQL 3, or an older moodle:moodle.version.",
          },
        ];
  },

  ({ moodle }) => {
    const { php } = moodleReleases[moodle.version];
    return php.includes(moodle.phpVersion)
      ? []
      : [
          {
            path: "moodle:moodle.phpVersion",
            given: moodle.phpVersion,
            allowed: `${php.map((version) => `"${version}"`).join(", ")} with Moodle ${moodle.version}`,
            mend: `Set moodle:moodle.phpVersion to "${php.at(-1)}".`,
          },
        ];
  },

  (settings) => {
    const budget = connectionBudget(settings);
    return budget === undefined || budget.needed < budget.allowed
      ? []
      : [
          {
            path: "moodle:web.phpMaxChildren",
            given: settings.web.phpMaxChildren,
            allowed: `less than ${budget.allowed} database connections in all (80 % of ${budget.most}); ${budget.sum} is ${budget.needed}`,
            mend: "Lower web.phpMaxChildren, web.maxTasks or the ad-hoc workers, or choose a larger database.capacity.",
          },
        ];
  },

  ({ cache }) => cacheVersionProblems("moodle:cache.engineVersion", cache.engine, cache.engineVersion),

  ({ cache }) => groups.flatMap((group) => nodeTypeProblems(`moodle:cache.${group}.nodeType`, cache[group].nodeType)),

  ({ cache, safety }, profile) =>
    groups.flatMap((group) => [
      ...below(
        `moodle:cache.${group}.replicas`,
        cache[group].replicas,
        safety.cacheReplicas,
        "a standby in another zone",
        profile,
      ),
      ...(safety.steadyCapacity && /^cache\.t\d/.test(cache[group].nodeType)
        ? [unsteady(`moodle:cache.${group}.nodeType`, cache[group].nodeType, profile.name)]
        : []),
    ]),

  ({ storage, safety }, profile) => {
    switch (storage.kind) {
      case "efs":
        return efsProblems("moodle:storage", storage);
      case "nfs":
        return nfsProblems("moodle:storage", storage);
      case "openzfs":
        return [
          // The route tables are the program's own; one stands for all.
          ...openZfsProblems("moodle:storage", { ...storage, routeTableIds: ["rtb"] }),
          ...below(
            "moodle:storage.backupRetentionDays",
            storage.backupRetentionDays,
            safety.backupRetentionDays,
            "days of backups of what cannot be made again",
            profile,
          ),
        ];
    }
  },

  ({ logs, safety }, profile) =>
    below(
      "moodle:logs.retentionDays",
      logs.retentionDays,
      safety.logRetentionDays,
      "days of application logs",
      profile,
    ),
];

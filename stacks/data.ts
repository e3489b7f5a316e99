import type * as pulumi from "@pulumi/pulumi";

import { Cache } from "../components/cache/cache";
import { Database } from "../components/database/database";
import { SharedFiles, type SharedFilesArgs } from "../components/storage/sharedFiles";
import type { Foundation } from "./foundation";
import { maintenanceTimes } from "./maintenance";
import type { Providers } from "./providers";
import { databaseSource } from "./settings/recovery";
import type { Settings } from "./settings/settings";

/** The stores of Moodle's data. */
export interface Data {
  readonly database: Database;
  /** Sessions alone: its loss logs everybody out. */
  readonly sessions: Cache;
  /** Moodle's application cache. */
  readonly cache: Cache;
  /** moodledata. */
  readonly files: SharedFiles;
}

/** Database, caches and shared files. */
export function buildData(
  settings: Settings,
  providers: Providers,
  { network, kmsKeyArn, signalsTopicArn }: Foundation,
): Data {
  const { environment, safety } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const stateful = { provider: providers.regional, protect: safety.protect };
  const { windows } = maintenanceTimes(settings);
  const logRetentionDays = settings.logs.retentionDays;

  const database = new Database(
    named("database"),
    {
      ...settings.database,
      network,
      kmsKeyArn,
      windows,
      deletionProtection: safety.deletionProtection,
      signalsTopicArn,
      logRetentionDays,
      source: databaseSource(settings.recovery),
    },
    stateful,
  );
  const { engine, engineVersion } = settings.cache;
  const caches = { network, engine, engineVersion, kmsKeyArn, windows, logRetentionDays };
  const sessions = new Cache(
    named("sessions"),
    { ...caches, ...settings.cache.sessions, purpose: "sessions" },
    stateful,
  );
  const cache = new Cache(
    named("cache"),
    { ...caches, ...settings.cache.application, purpose: "application" },
    stateful,
  );
  const files = new SharedFiles(
    named("files"),
    { network, store: sharedFilesStore(settings, network.applicationRouteTableIds), kmsKeyArn },
    stateful,
  );
  return { database, sessions, cache, files };
}

/** The shared files. A file system that a profile protects from deletion outlives even its stack. */
function sharedFilesStore(
  settings: Settings,
  routeTableIds: readonly pulumi.Input<string>[],
): SharedFilesArgs["store"] {
  const { storage, safety, recovery } = settings;
  const restored = recovery.kind === "backup" ? recovery : undefined;
  switch (storage.kind) {
    case "efs":
      return {
        ...storage,
        retainOnDelete: safety.deletionProtection,
        restoredFileSystemId: restored?.fileSystemId,
      };
    case "openzfs":
      return {
        ...storage,
        routeTableIds,
        windows: maintenanceTimes(settings).windows,
        finalBackup: safety.deletionProtection,
        backupId: restored?.openZfsBackupId,
      };
    case "nfs":
      return storage;
  }
}

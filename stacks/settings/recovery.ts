import { z } from "zod";
import type { DatabaseSource } from "../../components/database/arguments";
import type { Problem } from "../../components/lib/invalid";
import { arns } from "./arns";
import { type Groups, kind, text, usually } from "./fields";
import type { Rules } from "./rule";
import type { Site } from "./site";
import type { storage } from "./storage";

/** An instant of UTC, as AWS's restores take it. */
const instant = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

export const recovery = usually(
  "none",
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("none", "A new database and empty stores, or those that the stack has."),
    }),
    z.strictObject({
      kind: kind("backup", "A new stack is made from a backup. It never replaces a database that runs."),
      databaseSnapshotArn: text(
        arns.clusterSnapshot,
        "the ARN of a snapshot of an Aurora cluster",
        "Snapshot that the database is made from: a recovery point of the vault, or one that a person made.",
      ).optional(),
      // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
      databaseClusterIdentifier: text(
        /^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$/,
        "the name of an Aurora cluster of this account and region",
        "Cluster whose data of databaseTime the database is made from. It is not changed.",
      ).optional(),
      databaseTime: text(
        instant,
        'an instant of UTC, in quotes: "2026-11-30T09:55:00Z"',
        "Time to which databaseClusterIdentifier is taken back.",
      ).optional(),
      // https://docs.aws.amazon.com/efs/latest/ug/API_FileSystemDescription.html
      fileSystemId: text(
        /^fs-([0-9a-f]{8}|[0-9a-f]{17})$/,
        "the id of an EFS file system",
        "File system that AWS Backup has restored, which the stack takes over. Left out, the stack's own is used.",
      ).optional(),
      // https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystemFromBackup.html
      openZfsBackupId: text(
        /^backup-[0-9a-f]{8,}$/,
        "the id of a backup of FSx",
        "Backup that the FSx file system is made from. Left out, the stack's own is used.",
      ).optional(),
      objectsBucketName: text(
        /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "the name of a bucket",
        "Bucket with the restored objects, which the stack takes over. Left out, an empty one is made.",
      ).optional(),
    }),
  ]),
);

type Backup = Extract<z.output<typeof recovery>, { readonly kind: "backup" }>;

/** Where the database comes from: exactly one place, or undefined where the settings do not say it. */
export function databaseSource(given: z.output<typeof recovery>): DatabaseSource | undefined {
  if (given.kind === "none") {
    return undefined;
  }
  const { databaseSnapshotArn: snapshotArn, databaseClusterIdentifier: clusterIdentifier, databaseTime: time } = given;
  if (snapshotArn !== undefined) {
    return { snapshotArn };
  }
  return clusterIdentifier === undefined || time === undefined ? undefined : { clusterIdentifier, time };
}

function of(path: keyof Backup, given: unknown, allowed: string, fix: string): Problem {
  return { path: `moodle:recovery.${path}`, given, allowed, fix };
}

export const recoveryRules: Rules<Site & Groups<{ recovery: typeof recovery; storage: typeof storage }>> = [
  ({ recovery }) => {
    if (recovery.kind === "none") {
      return [];
    }
    const { databaseSnapshotArn, databaseClusterIdentifier, databaseTime } = recovery;
    const both = "Give databaseSnapshotArn alone, or databaseClusterIdentifier with databaseTime.";
    if (databaseSnapshotArn !== undefined) {
      return databaseClusterIdentifier === undefined && databaseTime === undefined
        ? []
        : [of("databaseSnapshotArn", databaseSnapshotArn, "nothing beside a cluster or a time", both)];
    }
    return databaseSource(recovery) === undefined
      ? [
          of(
            databaseClusterIdentifier === undefined ? "databaseClusterIdentifier" : "databaseTime",
            undefined,
            "a snapshot, or a cluster and a time",
            both,
          ),
        ]
      : [];
  },

  ({ recovery, region }) => {
    const arn = recovery.kind === "backup" ? recovery.databaseSnapshotArn : undefined;
    return arn === undefined || arn.split(":")[3] === region
      ? []
      : [
          of(
            "databaseSnapshotArn",
            arn,
            `a snapshot in ${region}`,
            "RDS restores within a region. Copy the recovery point there first (aws backup start-copy-job), and give the copy's ARN.",
          ),
        ];
  },

  ({ recovery, storage }) =>
    recovery.kind === "none"
      ? []
      : (
          [
            ["fileSystemId", "efs"],
            ["openZfsBackupId", "openzfs"],
          ] as const
        ).flatMap(([path, storageKind]) => {
          const given = recovery[path];
          const fix = `Remove the line, or set moodle:storage.kind to ${storageKind}.`;
          return given === undefined || storage.kind === storageKind
            ? []
            : [of(path, given, `nothing with moodle:storage.kind ${storage.kind}`, fix)];
        }),
];

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../lib/iam";
import type { Problem } from "../lib/invalid";
import { moodleUser } from "../lib/moodleUser";
import { takenOver } from "./takenOver";

/** A regional EFS file system: no capacity to plan, grows and shrinks by itself, every zone has a copy. */
export interface EfsStore {
  readonly kind: "efs";
  /**
   * - `elastic`: throughput on demand. *Cost*: per GiB read and written; right for traffic that comes in peaks.
   * - `provisioned`: a fixed rate, paid whether used or not; right for a steady load.
   * - `bursting`: 50 KiB/s for each GiB stored, with credits. A small site has little stored and runs dry: the classic
   *   report of a slow Moodle on EFS. For trials only.
   * https://docs.aws.amazon.com/efs/latest/ug/performance.html
   * @default "elastic"
   */
  readonly throughputMode?: "elastic" | "provisioned" | "bursting";
  /**
   * Directory of the file system that containers see as their own. A restore lands in a directory of its own, beside the
   * one that is used: this is how the site moves to it, and back. @default "/moodledata"
   */
  readonly directory?: string;
  /** Needed with, and only with, `provisioned`: 1 to 3414 MiB/s. */
  readonly provisionedMibps?: number;
  /**
   * Time until an unread file moves to the cheaper class. The rule is for the whole file system: EFS has none per
   * directory. It suits Moodle all the same. Only `filedir` holds files that stay for months; caches and temporary
   * files are younger than this when they are deleted, and files under 128 KiB are never moved. The first read brings a
   * file back, and only that read is slower. https://docs.aws.amazon.com/efs/latest/ug/lifecycle-management-efs.html
   * @default "AFTER_30_DAYS"
   */
  readonly infrequentAccess?: "AFTER_30_DAYS" | "AFTER_60_DAYS" | "AFTER_90_DAYS" | "never";
  /**
   * Keep the file system when the stack is destroyed or gives it up. EFS has no deletion protection of its own, so this
   * is the second safeguard beside `protect`. *Cost*: a kept file system costs until somebody deletes it.
   * @default true
   */
  readonly retainOnDelete?: boolean;
  /**
   * File system that AWS Backup has restored, which is taken over in the place of a new one. What it has stays as it is
   * while this is given; later updates bring it to these arguments. @default a new file system
   */
  readonly restoredFileSystemId?: string | undefined;
}

export const defaultDirectory = "/moodledata";

/**
 * A directory that EFS takes as the root of an access point: at most four levels and 100 characters.
 * https://docs.aws.amazon.com/efs/latest/ug/API_RootDirectory.html
 */
export const directoryPattern = /^(?=.{2,100}$)(\/(?!\.)[A-Za-z0-9._-]+){1,4}$/;

/** How a container mounts it: through the access point, over TLS, as its own IAM role. */
export interface EfsMount {
  readonly kind: "efs";
  /** Known once every mount target is up, so that clients can mount it. */
  readonly fileSystemId: pulumi.Output<string>;
  readonly accessPointId: pulumi.Output<string>;
  readonly fileSystemArn: pulumi.Output<string>;
  readonly accessPointArn: pulumi.Output<string>;
}

export interface EfsArgs {
  readonly store: EfsStore;
  readonly availabilityZones: readonly string[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** Problems with an EFS store. */
export function efsProblems(path: string, { throughputMode, provisionedMibps, directory }: EfsStore): Problem[] {
  if (directory !== undefined && !directoryPattern.test(directory)) {
    const allowed = "an absolute path of one to four names and at most 100 characters";
    return [{ path: `${path}.directory`, given: directory, allowed, fix: `Leave it out for ${defaultDirectory}.` }];
  }
  const provisioned = throughputMode === "provisioned";
  const valid =
    provisionedMibps === undefined
      ? !provisioned
      : provisioned && Number.isFinite(provisionedMibps) && provisionedMibps >= 1 && provisionedMibps <= 3414;
  if (valid) {
    return [];
  }
  // https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html
  return [
    {
      path: `${path}.provisionedMibps`,
      given: provisionedMibps,
      allowed: 'a number from 1 to 3414 with throughputMode "provisioned", and nothing otherwise',
      fix: "Write 100 to start with, or choose elastic.",
    },
  ];
}

/** Makes the file system, a mount target in each subnet, the access point and its policy. */
export function createEfs(name: string, args: EfsArgs, child: pulumi.CustomResourceOptions): EfsMount {
  const { store } = args;
  const infrequentAccess = store.infrequentAccess ?? "AFTER_30_DAYS";
  const fileSystem = new aws.efs.FileSystem(
    `${name}-file-system`,
    {
      encrypted: true,
      kmsKeyId: args.kmsKeyArn,
      // The lower latency of the two modes, and the only one that allows elastic throughput.
      performanceMode: "generalPurpose",
      throughputMode: store.throughputMode ?? "elastic",
      provisionedThroughputInMibps: store.provisionedMibps,
      ...(infrequentAccess !== "never" && {
        // One entry for each direction: EFS refuses an entry with both.
        lifecyclePolicies: [
          { transitionToIa: infrequentAccess },
          { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
        ],
      }),
    },
    {
      ...child,
      retainOnDelete: store.retainOnDelete ?? true,
      // A restored one has the key of its backup, and a token of AWS Backup: neither is a reason to replace it.
      ...takenOver(store.restoredFileSystemId, ["kmsKeyId", "creationToken"]),
    },
  );
  // EFS's automatic backups go to a vault whose policy denies everybody to restore, copy and delete them. So
  // components/backup makes them: https://repost.aws/knowledge-center/backup-insufficient-privileges-efs
  new aws.efs.BackupPolicy(
    `${name}-backup`,
    { fileSystemId: fileSystem.id, backupPolicy: { status: "DISABLED" } },
    child,
  );
  // One in each zone, so that no instance crosses zones to read: that costs per GiB, and fails with the other zone.
  const mountTargets = args.subnetIds.map(
    (subnetId, index) =>
      new aws.efs.MountTarget(
        // Named after the zone's letter, so that adding or removing a zone moves no other.
        `${name}-mount-target-${args.availabilityZones[index]!.slice(-1)}`,
        { fileSystemId: fileSystem.id, subnetId, securityGroups: [args.securityGroupId] },
        child,
      ),
  );
  // Files belong to this user, whichever user a container runs as, and a container sees nothing above this directory.
  const accessPoint = new aws.efs.AccessPoint(
    `${name}-access-point`,
    {
      fileSystemId: fileSystem.id,
      posixUser: moodleUser,
      rootDirectory: {
        path: store.directory ?? defaultDirectory,
        creationInfo: { ownerUid: moodleUser.uid, ownerGid: moodleUser.gid, permissions: "0770" },
      },
    },
    // It holds no data, and another directory, as after a restore, replaces it.
    { ...child, protect: false },
  );
  fileSystemPolicy(name, fileSystem, accessPoint, child);

  return {
    kind: "efs",
    fileSystemId: pulumi
      .all([fileSystem.id, pulumi.all(mountTargets.map((target) => target.id))])
      .apply(([fileSystemId]) => fileSystemId),
    accessPointId: accessPoint.id,
    fileSystemArn: fileSystem.arn,
    accessPointArn: accessPoint.arn,
  };
}

/**
 * Clients must use TLS and the access point, and be a role of this account with permission to mount: a route to the
 * mount target alone gives no access, not even to an administrator. (Backups do not mount, so they are not affected.)
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
function fileSystemPolicy(
  name: string,
  fileSystem: aws.efs.FileSystem,
  accessPoint: aws.efs.AccessPoint,
  child: pulumi.CustomResourceOptions,
): void {
  const account = aws.getCallerIdentityOutput({}, { parent: child.parent }).accountId;
  const partition = aws.getPartitionOutput({}, { parent: child.parent }).partition;
  const resources = [fileSystem.arn];
  const client = ["ClientMount", "ClientWrite", "ClientRootAccess"].map((action) => `elasticfilesystem:${action}`);
  new aws.efs.FileSystemPolicy(
    `${name}-policy`,
    {
      fileSystemId: fileSystem.id,
      policy: policyDocument([
        {
          sid: "AllowThroughAccessPoint",
          actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          principals: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
          resources,
          conditions: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint.arn } },
        },
        {
          sid: "DenyPastAccessPoint",
          effect: "Deny",
          actions: client,
          principals: { AWS: "*" },
          resources,
          conditions: { StringNotEquals: { "elasticfilesystem:AccessPointArn": accessPoint.arn } },
        },
        {
          sid: "DenyWithoutTls",
          effect: "Deny",
          actions: client,
          principals: { AWS: "*" },
          resources,
          conditions: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    },
    child,
  );
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { aligned, formatCidr, parseCidr } from "../lib/cidr";
import type { Problem } from "../lib/invalid";
import { waits } from "../lib/waits";
import { defaultWindows, weekdayStart, windowProblems, type Windows } from "../lib/windows";
import { nfsMountOptions } from "./mountOptions";

/**
 * FSx for OpenZFS in two zones: an answer in a few hundred microseconds where EFS takes milliseconds, at a capacity and
 * rate that are paid for in full. For sites where EFS was measured to be too slow.
 * https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/performance.html
 */
export interface OpenZfsStore {
  readonly kind: "openzfs";
  /** 64 to 524288 GiB of SSD. It can grow and never shrink. *Cost*: per GiB-month, stored or not. */
  readonly storageGib: number;
  /** One of {@link throughputs}. *Cost*: per MB/s-month. */
  readonly throughputMbps: number;
  /**
   * Route tables of the clients' subnets: the server has an address outside every subnet, and FSx moves the route to it
   * at a failover. A table that is missing here has no route, and its clients hang.
   */
  readonly routeTableIds: readonly pulumi.Input<string>[];
  /**
   * The /28 of the server's address, outside every subnet. Two file systems of a VPC may share it.
   * @default one that FSx picks from the VPC's range
   */
  readonly endpointCidr?: string;
  /** 0 to 90 days of daily backups. @default 30 */
  readonly backupRetentionDays?: number;
  /** In UTC; only the beginning of each counts. @default a backup at 02:00 and maintenance on Sunday at 03:30 */
  readonly windows?: Windows;
  /** Leave a last backup when the file system is deleted. *Cost*: per GiB-month, until it is deleted. @default true */
  readonly finalBackup?: boolean;
  /** Backup that a new file system is made from. Left out later, nothing changes. @default an empty file system */
  readonly backupId?: string | undefined;
}

/**
 * FSx changes routes only of tables with this tag, and adds the tag itself. Our tables have it from the start:
 * otherwise each refresh would show a difference, and removing the tag would break the next failover.
 * https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/create-file-system.html
 */
export const routeTableTags: Readonly<Record<string, string>> = { AmazonFSx: "ManagedByAmazonFSx" };

/** An NFS share that instances mount. */
export interface NfsMount {
  readonly kind: "nfs";
  readonly host: pulumi.Input<string>;
  readonly export: pulumi.Input<string>;
  readonly options: string;
  /** Set for FSx; undefined for a server that someone else runs. */
  readonly fileSystemId?: pulumi.Output<string>;
  readonly fileSystemArn?: pulumi.Output<string>;
}

export interface OpenZfsArgs {
  readonly store: OpenZfsStore;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
}

/**
 * MB/s that a Multi-AZ file system may have.
 * https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystemOpenZFSConfiguration.html
 */
export const throughputs: readonly number[] = [160, 320, 640, 1280, 2560, 3840, 5120, 7680, 10240];

/** Problems with an OpenZFS store. */
export function openZfsProblems(path: string, store: OpenZfsStore): Problem[] {
  const problems: Problem[] = [];
  const whole = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  const check = (valid: boolean, key: keyof OpenZfsStore, given: unknown, allowed: string, fix: string) => {
    if (!valid) {
      problems.push({ path: `${path}.${key}`, given, allowed, fix });
    }
  };
  const { storageGib, throughputMbps, routeTableIds, endpointCidr } = store;
  const days = store.backupRetentionDays ?? 30;
  // https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html
  check(
    whole(storageGib, 64, 524288),
    "storageGib",
    storageGib,
    "64 to 524288",
    "Take a third more than dataroot is now.",
  );
  check(
    throughputs.includes(throughputMbps),
    "throughputMbps",
    throughputMbps,
    `one of ${throughputs.join(", ")}`,
    "160 is enough for most sites.",
  );
  check(
    routeTableIds.length >= 1 && routeTableIds.length <= 50,
    "routeTableIds",
    routeTableIds.length,
    "1 to 50 route tables",
    "Give those of the application subnets.",
  );
  check(
    endpointCidr === undefined || isBlockOfSize(endpointCidr, 28),
    "endpointCidr",
    endpointCidr,
    "an IPv4 block of size /28 outside every subnet, without leading zeros and with no bits after the prefix",
    "Leave it out and FSx picks one.",
  );
  problems.push(...windowProblems(`${path}.windows`, store.windows ?? defaultWindows, 30));
  check(whole(days, 0, 90), "backupRetentionDays", days, "a whole number from 0 to 90", "30 is the usual.");
  return problems;
}

function isBlockOfSize(text: string, prefix: number): boolean {
  const block = parseCidr(text);
  return block?.prefix === prefix && formatCidr(aligned(block)) === text;
}

/** Makes the file system over the first two subnets, with the server in the first until it fails over. */
export function createOpenZfs(name: string, args: OpenZfsArgs, child: pulumi.CustomResourceOptions): NfsMount {
  const { store } = args;
  const windows = store.windows ?? defaultWindows;
  const fileSystem = new aws.fsx.OpenZfsFileSystem(
    `${name}-file-system`,
    {
      ...(store.backupId !== undefined && { backupId: store.backupId }),
      deploymentType: "MULTI_AZ_1",
      storageType: "SSD",
      storageCapacity: store.storageGib,
      throughputCapacity: store.throughputMbps,
      // Exactly two: https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html
      subnetIds: args.subnetIds.slice(0, 2),
      preferredSubnetId: args.subnetIds[0],
      routeTableIds: [...store.routeTableIds],
      endpointIpAddressRange: store.endpointCidr,
      securityGroupIds: [args.securityGroupId],
      kmsKeyId: args.kmsKeyArn,
      rootVolumeConfiguration: {
        // Text and office files halve in size, and reading less is faster.
        dataCompressionType: "LZ4",
        nfsExports: {
          clientConfigurations: [
            {
              // Any address, since the security group already admits only the instances.
              clients: "*",
              // An instance's root must give the fresh, root-owned directory to Moodle's user once. Containers run as
              // that user and gain nothing by it.
              options: ["rw", "crossmnt", "no_root_squash"],
            },
          ],
        },
      },
      automaticBackupRetentionDays: store.backupRetentionDays ?? 30,
      dailyAutomaticBackupStartTime: windows.backup.slice(0, "hh:mm".length),
      weeklyMaintenanceStartTime: weekdayStart(windows.maintenance),
      copyTagsToBackups: true,
      copyTagsToVolumes: true,
      // Deleting it leaves a last backup, which is the only copy then.
      skipFinalBackup: store.finalBackup === false,
    },
    {
      ...child,
      customTimeouts: waits.openZfs,
      ...(store.backupId === undefined && { ignoreChanges: ["backupId"] }),
    },
  );
  return {
    kind: "nfs",
    host: fileSystem.dnsName,
    export: "/fsx",
    options: nfsMountOptions,
    fileSystemId: fileSystem.id,
    fileSystemArn: fileSystem.arn,
  };
}

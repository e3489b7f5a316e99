import { z } from "zod";
import { defaultDirectory, directoryPattern, efsProblems } from "../../components/storage/efs";
import { openZfsProblems, throughputs } from "../../components/storage/openZfs";
import { nfsProblems } from "../../components/storage/sharedFiles";
import type { cluster } from "./cluster";
import { choice, type Groups, integer, kind, step, text, usually } from "./fields";
import type { Rules } from "./rule";
import { below, type safety } from "./safety";
import type { Site } from "./site";

export const storage = usually(
  "efs",
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("efs", "Elastic File System; the only one that Fargate can mount."),
      throughputMode: choice(
        ["elastic", "provisioned", "bursting"],
        "Elastic is paid by the traffic; bursting is too slow for a small file system.",
      ).default("elastic"),
      directory: text(
        directoryPattern,
        "an absolute path of one to four names",
        "Directory of the file system that is moodledata: another one after a restore (docs/runbooks/restore.md).",
      ).default(defaultDirectory),
      // https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html: 1 to 3414 where the region allows it.
      provisionedMibps: integer(1, 3414, "Throughput paid for, with throughputMode provisioned.").optional(),
      infrequentAccess: choice(
        ["AFTER_30_DAYS", "AFTER_60_DAYS", "AFTER_90_DAYS", "never"],
        "Time until an unread file moves to the cheaper class.",
      ).default("AFTER_30_DAYS"),
    }),
    z.strictObject({
      kind: kind("openzfs", "FSx for OpenZFS over two zones, by NFS: lower latency than EFS."),
      // https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html: 64 to 524288 on SSD.
      storageGib: integer(64, 524288, "Disk; can grow, cannot shrink."),
      throughputMbps: step(throughputs, "Throughput of the file server."),
      // https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystemOpenZFSConfiguration.html: 0 to 90.
      backupRetentionDays: integer(0, 90, "Days that daily backups are kept; 0 makes none.").default(30),
      endpointCidr: text(
        /^\d{1,3}(\.\d{1,3}){3}\/28$/,
        "an IPv4 block of size /28",
        "Addresses of the server, outside every subnet. Left out, FSx picks them from the network's range.",
      ).optional(),
    }),
    z.strictObject({
      kind: kind("nfs", "A file server that exists already: ONTAP, Gluster, ..."),
      host: text(
        /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
        "a host name or an IPv4 address",
        "Server, as instances reach it.",
      ),
      export: text(/^(\/[A-Za-z0-9._-]+)+$/, "an absolute path", "Exported path on that server."),
    }),
  ]),
);

export const storageRules: Rules<
  Site & Groups<{ storage: typeof storage; cluster: typeof cluster; safety: typeof safety }>
> = [
  ({ storage, safety, profile }) => {
    switch (storage.kind) {
      case "efs":
        return efsProblems("moodle:storage", storage);
      case "nfs":
        return nfsProblems("moodle:storage", storage);
      case "openzfs":
        return [
          // The program makes the route tables itself; one stands for all.
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

  ({ cluster, storage }) =>
    cluster.kind === "fargate" && storage.kind !== "efs"
      ? [
          {
            path: "moodle:storage.kind",
            given: storage.kind,
            allowed: "efs with moodle:cluster.kind fargate",
            fix: "NFS is mounted by the instance and bound into the container, and Fargate has no instance of ours. Use efs, or cluster.kind ec2.",
          },
        ]
      : [],
];

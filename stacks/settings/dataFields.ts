import { z } from "zod";
import { defaultEngineVersions } from "../../components/cache/engine";
import { defaultEngineVersion } from "../../components/database/engine";
import { throughputs } from "../../components/storage/openZfs";
import type { Profile } from "../profiles";
import { choice, integer, kind, step, text } from "./fields";
import type { CacheGroup } from "./settings";

/** Half steps up to 256: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html. */
function acu(min: number, description: string) {
  return z
    .number()
    .min(min)
    .max(256)
    .multipleOf(0.5)
    .meta({ description, allowed: `${min} to 256 in steps of 0.5` });
}

export function database({ sizes: { database: size } }: Profile) {
  const capacity = z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("provisioned", "A fixed class."),
      instanceClass: text(
        /^db\.[a-z0-9]+\.[a-z0-9]+$/,
        "an Aurora MySQL instance class such as db.r7g.xlarge",
        "Class of writer and readers.",
      ).default(size.provisioned.instanceClass),
    }),
    z.strictObject({
      kind: kind("serverless", "Follows the load between two bounds."),
      minAcu: acu(0, "Smallest size of an instance; one unit is about 2 GiB. 0 lets it pause.").default(
        size.serverless.minAcu,
      ),
      maxAcu: acu(1, "Largest size; sets how many connections there are.").default(size.serverless.maxAcu),
    }),
  ]);
  return z.strictObject({
    engineVersion: text(
      /^\d+\.\d+\.mysql_aurora\.\d+\.\d+\.\d+$/,
      `an Aurora MySQL version such as ${defaultEngineVersion}`,
      "Aurora MySQL version, as Aurora names it.",
    ).default(defaultEngineVersion),
    capacity,
    readers: integer(0, 15, "Replicas besides the writer, each in another zone where there is one.").default(
      size.readers,
    ),
    backupRetentionDays: integer(1, 35, "How far back the database can be restored, to the second.").default(
      size.backupRetentionDays,
    ),
    databaseInsights: choice(
      ["standard", "advanced"],
      "CloudWatch Database Insights. Standard is free and keeps 7 days; advanced adds plans and locks, and costs by vCPU.",
    ).default("standard"),
  });
}

export function cache({ sizes }: Profile) {
  const group = (size: CacheGroup, purpose: string) =>
    z
      .strictObject({
        nodeType: text(
          /^cache\.[a-z0-9]+\.[a-z0-9]+$/,
          "an ElastiCache node type such as cache.m7g.large",
          `Node type of the ${purpose} cache.`,
        ).default(size.nodeType),
        replicas: integer(0, 5, "Standby nodes in other zones. Without one, a lost node logs everybody out.").default(
          size.replicas,
        ),
      })
      .prefault({});
  return z.strictObject({
    engine: choice(["valkey", "redis"], "Valkey is the cheaper of the two for the same node.").default("valkey"),
    // The loader gives the default of the engine that was chosen; this one is for the table.
    engineVersion: text(
      /^\d+\.\d+$/,
      'a version in quotes such as "8.0"',
      "Major and minor version of the engine.",
    ).default(defaultEngineVersions.valkey),
    sessions: group(sizes.cache.sessions, "session"),
    application: group(sizes.cache.application, "application"),
  });
}

export function storage({ sizes: { openzfs } }: Profile) {
  return z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("efs", "Elastic File System; the only one that Fargate can mount."),
      throughputMode: choice(
        ["elastic", "provisioned", "bursting"],
        "Elastic pays for what is moved; bursting starves a small file system.",
      ).default("elastic"),
      // https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html: 1 to 3414 where the region allows it.
      provisionedMibps: integer(1, 3414, "Throughput paid for, with throughputMode provisioned.").optional(),
      infrequentAccess: choice(
        ["AFTER_30_DAYS", "AFTER_60_DAYS", "AFTER_90_DAYS", "never"],
        "When a file that nobody opens moves to the cheaper class.",
      ).default("AFTER_30_DAYS"),
    }),
    z.strictObject({
      kind: kind("openzfs", "FSx for OpenZFS over two zones, by NFS: lower latency than EFS."),
      // https://docs.aws.amazon.com/fsx/latest/APIReference/API_CreateFileSystem.html: 64 to 524288 on SSD.
      storageGib: integer(64, 524288, "Disk; can grow, cannot shrink.").default(openzfs.storageGib),
      throughputMbps: step(throughputs, "Throughput of the file server.").default(openzfs.throughputMbps),
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
      export: text(/^(\/[A-Za-z0-9._-]+)+$/, "an absolute path", "What it exports to us."),
    }),
  ]);
}

import type { Safety } from "./settings/safety";
import type { Profile } from "./settings/settings";
import type { ProfileName } from "./settings/site";

/*
 * Defaults of a stack file, as far as they differ between environments. The loader lays a profile under the stack file
 * before the schema parses it, so a default that is the same everywhere is in its schema instead.
 */

/**
 * The site itself: survives the loss of a zone at peak, keeps five weeks of backups.
 *
 * Six web tasks over three zones leave four when one zone is lost. Each fills an m7g.large, so an instance is empty and
 * can stop as soon as its task has: at the same floor a simulated year costs an eighth less than on m7g.xlarge, where
 * the tasks left at night each keep half an instance (docs/capacity.md). 32 tasks take an exam of 4,000 with a zone
 * lost; their 20 children each hold 640 of the 3,000 connections of a db.r7g.2xlarge, and twice that for the minutes in
 * which a rollout runs old and new tasks together, or while no reader is left.
 */
const prod: Profile = {
  safety: {
    availabilityZones: 3,
    natPerZone: true,
    deletionProtection: true,
    protect: true,
    steadyCapacity: true,
    instances: 3,
    webTasks: 3,
    readers: 1,
    cacheReplicas: 1,
    backupRetentionDays: 30,
    lockedBackups: true,
    backupCopies: true,
    logRetentionDays: 90,
  },
  network: {
    own: {
      cidr: "10.40.0.0/16",
      natGateways: "per-zone",
      interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages"],
      flowLogRetentionDays: 90,
    },
  },
  edge: { cloudfront: { priceClass: "PriceClass_All" } },
  cluster: {
    kind: "ec2",
    ec2: {
      instanceType: "m7g.large",
      minInstances: 3,
      maxInstances: 48,
      warmPoolSize: 4,
    },
  },
  database: {
    capacity: {
      kind: "provisioned",
      // Half this size has the connections but not the CPU: 4,000 exam starts within 60 s load a db.r7g.xlarge to 121 %
      // in the simulator (make capacity STACK=prod TRACE=exam-gate), and the students wait for it.
      provisioned: { instanceClass: "db.r7g.2xlarge" },
      serverless: { minAcu: 4, maxAcu: 64 },
    },
    readers: 1,
    backupRetentionDays: 35,
  },
  cache: {
    sessions: { nodeType: "cache.m7g.large", replicas: 1 },
    application: { nodeType: "cache.r7g.large", replicas: 1 },
  },
  storage: { openzfs: { storageGib: 1024, throughputMbps: 640 } },
  backup: { kind: "vault", vault: { retentionDays: 35 } },
  web: {
    cpu: 2048,
    memoryMib: 6144,
    minTasks: 6,
    maxTasks: 32,
    requestsPerTarget: 660,
    cpuTargetPercent: 55,
    phpMaxChildren: 20,
  },
  cron: { cpu: 1024, memoryMib: 2048 },
  adhoc: { cpu: 1024, memoryMib: 2048, minTasks: 2, maxTasks: 6, concurrency: 2 },
  limits: { uploadMaxMb: 512 },
  calendar: { name: "prod" },
  mail: { kind: "ses", smtp: { recipients: "real" }, ses: { recipients: "real" } },
  logs: { retentionDays: 365 },
  observability: { paging: true },
};

/** A rehearsal of prod on the same kind of cluster: two zones, one NAT gateway, small burstable nodes, each store with a standby. */
const staging: Profile = {
  safety: {
    availabilityZones: 2,
    natPerZone: false,
    deletionProtection: false,
    protect: false,
    steadyCapacity: false,
    instances: 2,
    webTasks: 2,
    readers: 0,
    cacheReplicas: 0,
    backupRetentionDays: 7,
    lockedBackups: true,
    backupCopies: false,
    logRetentionDays: 14,
  },
  network: { own: { cidr: "10.41.0.0/16", natGateways: "single", interfaceEndpoints: [], flowLogRetentionDays: 14 } },
  edge: {
    cloudfront: {
      priceClass: "PriceClass_100",
      // A step ahead of prod: wrong blocks are found here before they happen there.
      firewall: { rollout: { common: "block", sql: "block", php: "block", unix: "block" } },
    },
  },
  cluster: {
    kind: "ec2",
    ec2: {
      instanceType: "t4g.large",
      minInstances: 2,
      maxInstances: 6,
      warmPoolSize: 0,
    },
  },
  database: {
    capacity: {
      kind: "serverless",
      provisioned: { instanceClass: "db.t4g.medium" },
      serverless: { minAcu: 0.5, maxAcu: 4 },
    },
    readers: 1,
    backupRetentionDays: 7,
  },
  cache: {
    sessions: { nodeType: "cache.t4g.small", replicas: 1 },
    application: { nodeType: "cache.t4g.small", replicas: 1 },
  },
  storage: { openzfs: { storageGib: 64, throughputMbps: 160 } },
  backup: { kind: "vault", vault: { retentionDays: 7 } },
  web: {
    cpu: 512,
    memoryMib: 2048,
    minTasks: 2,
    maxTasks: 4,
    requestsPerTarget: 150,
    cpuTargetPercent: 50,
    phpMaxChildren: 10,
  },
  cron: { cpu: 256, memoryMib: 1024 },
  adhoc: { cpu: 256, memoryMib: 1024, minTasks: 1, maxTasks: 2, concurrency: 1 },
  limits: { uploadMaxMb: 512 },
  calendar: { name: "staging" },
  mail: { kind: "none", smtp: { recipients: "diverted" }, ses: { recipients: "diverted" } },
  logs: { retentionDays: 30 },
  observability: { paging: false },
};

/**
 * The smallest that works, in a developer's own account: no standby anywhere, nothing protected from deletion.
 *
 * Two zones all the same: a load balancer, a database subnet group and a Multi-AZ file system each need two
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
 */
const dev: Profile = {
  safety: {
    availabilityZones: 2,
    natPerZone: false,
    deletionProtection: false,
    protect: false,
    steadyCapacity: false,
    instances: 1,
    webTasks: 1,
    readers: 0,
    cacheReplicas: 0,
    backupRetentionDays: 1,
    lockedBackups: false,
    backupCopies: false,
    logRetentionDays: 1,
  },
  network: { own: { cidr: "10.42.0.0/16", natGateways: "single", interfaceEndpoints: [], flowLogRetentionDays: 7 } },
  edge: { cloudfront: { priceClass: "PriceClass_100" } },
  cluster: {
    kind: "fargate",
    ec2: {
      instanceType: "t4g.large",
      minInstances: 1,
      maxInstances: 4,
      warmPoolSize: 0,
    },
  },
  database: {
    capacity: {
      kind: "serverless",
      provisioned: { instanceClass: "db.t4g.medium" },
      serverless: { minAcu: 0.5, maxAcu: 2 },
    },
    readers: 0,
    backupRetentionDays: 1,
  },
  cache: {
    sessions: { nodeType: "cache.t4g.micro", replicas: 0 },
    application: { nodeType: "cache.t4g.micro", replicas: 0 },
  },
  storage: { openzfs: { storageGib: 64, throughputMbps: 160 } },
  backup: { kind: "none", vault: { retentionDays: 7 } },
  web: {
    cpu: 512,
    memoryMib: 1024,
    minTasks: 1,
    maxTasks: 2,
    requestsPerTarget: 150,
    cpuTargetPercent: 60,
    phpMaxChildren: 8,
  },
  cron: { cpu: 256, memoryMib: 512 },
  adhoc: { cpu: 256, memoryMib: 512, minTasks: 1, maxTasks: 1, concurrency: 1 },
  limits: { uploadMaxMb: 256 },
  calendar: { name: "dev" },
  mail: { kind: "none", smtp: { recipients: "diverted" }, ses: { recipients: "diverted" } },
  logs: { retentionDays: 7 },
  observability: { paging: false },
};

export const profiles: Readonly<Record<ProfileName, Profile>> = { prod, staging, dev };

/** A profile with a stack file's raised floors: sizes that the file does not give follow them up. */
export function raised(profile: Profile, safety: Safety): Profile {
  const { network, cluster, database, cache, backup, web } = profile;
  const minInstances = Math.max(cluster?.ec2?.minInstances ?? 0, safety.instances);
  const minTasks = Math.max(web?.minTasks ?? 0, safety.webTasks);
  const replicas = (group: { readonly replicas?: number } | undefined) =>
    Math.max(group?.replicas ?? 0, safety.cacheReplicas);
  return {
    ...profile,
    safety,
    network: { ...network, own: { ...network?.own, ...(safety.natPerZone && { natGateways: "per-zone" }) } },
    cluster: {
      ...cluster,
      ec2: {
        ...cluster?.ec2,
        minInstances,
        maxInstances: Math.max(cluster?.ec2?.maxInstances ?? 0, minInstances),
      },
    },
    database: {
      ...database,
      readers: Math.max(database?.readers ?? 0, safety.readers),
      backupRetentionDays: Math.max(database?.backupRetentionDays ?? 0, safety.backupRetentionDays),
    },
    cache: {
      ...cache,
      sessions: { ...cache?.sessions, replicas: replicas(cache?.sessions) },
      application: { ...cache?.application, replicas: replicas(cache?.application) },
    },
    backup: {
      ...backup,
      ...(safety.lockedBackups && { kind: "vault" }),
      vault: {
        ...backup?.vault,
        retentionDays: Math.max(backup?.vault?.retentionDays ?? 0, safety.backupRetentionDays),
      },
    },
    web: { ...web, minTasks, maxTasks: Math.max(web?.maxTasks ?? 0, minTasks) },
  };
}

import { defaultRollout, type Rollout } from "../components/cdn/firewallGroups";
import type {
  CacheSettings,
  ClusterSettings,
  DatabaseCapacity,
  MailRecipients,
  MailSettings,
  ProfileName,
  Safety,
  Settings,
} from "./settings/settings";

type Of<T extends { kind: string }, K extends T["kind"]> = Omit<Extract<T, { kind: K }>, "kind">;

/** Sizes that a stack file gets when it says nothing: the shape of {@link Settings} without what has no sensible default. */
export interface Sizes {
  readonly network: Omit<Settings["network"], "availabilityZones" | "peerCidrs" | "outbound">;
  readonly edge: {
    readonly priceClass: "PriceClass_100" | "PriceClass_200" | "PriceClass_All";
    readonly firewallRollout: Rollout;
  };
  readonly cluster: {
    readonly kind: ClusterSettings["kind"];
    readonly ec2: Of<ClusterSettings, "ec2">;
    readonly fargate: Of<ClusterSettings, "fargate">;
  };
  readonly database: {
    readonly capacity: DatabaseCapacity["kind"];
    readonly provisioned: Of<DatabaseCapacity, "provisioned">;
    readonly serverless: Of<DatabaseCapacity, "serverless">;
    readonly readers: number;
    readonly backupRetentionDays: number;
  };
  readonly cache: Pick<CacheSettings, "sessions" | "application">;
  readonly openzfs: { readonly storageGib: number; readonly throughputMbps: number };
  readonly web: Settings["web"];
  readonly cron: Settings["cron"];
  readonly adhoc: Settings["adhoc"];
  readonly limits: Settings["limits"];
  /** A safety default: outside production no mail leaves, or it is diverted, unless a stack file says `recipients: real`. */
  readonly mail: { readonly kind: MailSettings["kind"]; readonly recipients: MailRecipients["recipients"] };
  readonly logs: Settings["logs"];
  readonly observability: Pick<Settings["observability"], "paging" | "objectives">;
}

export interface Profile {
  readonly name: ProfileName;
  /** Never lowered by a stack file. */
  readonly floors: Safety;
  readonly sizes: Sizes;
}

/**
 * What people at a university expect of pages, rather than what was measured here: to be set anew after four weeks of
 * traffic. Longer for files, whose time is mostly the reader's line; stricter for quizzes, where an error costs marks.
 */
const objectives: Settings["observability"]["objectives"] = {
  login: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3 },
  dashboard: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3 },
  course: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3 },
  quiz: { availabilityPercent: 99.95, latencyPercent: 97, latencySeconds: 3 },
  file: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 10 },
  service: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 2 },
};

/**
 * The site itself: survives the loss of a zone at peak, keeps five weeks of backups.
 *
 * Six web tasks over three zones leave four when one zone is lost (R20). Each fills an m7g.large, so an instance is empty
 * and can go as soon as its task has: at the same floor a simulated year costs an eighth less than on m7g.xlarge, where
 * the tasks left at night each keep half an instance (docs/capacity.md). 32 tasks take an exam of 4,000 with a zone lost;
 * their 20 children each hold 640 of the 3,000 connections of a db.r7g.2xlarge, and twice that for the minutes in which a
 * rollout runs old and new tasks together (R16).
 */
const prod: Profile = {
  name: "prod",
  floors: {
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
    logRetentionDays: 90,
  },
  sizes: {
    network: {
      cidr: "10.40.0.0/16",
      natGateways: "per-zone",
      interfaceEndpoints: ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages"],
      flowLogRetentionDays: 90,
    },
    edge: { priceClass: "PriceClass_All", firewallRollout: defaultRollout },
    cluster: {
      kind: "ec2",
      ec2: {
        architecture: "arm64",
        instanceType: "m7g.large",
        minInstances: 3,
        maxInstances: 48,
        warmPoolSize: 4,
        rootVolumeGib: 50,
      },
      fargate: { architecture: "arm64", spot: false },
    },
    database: {
      capacity: "provisioned",
      // Half this size has the connections but not the CPU: 4,000 exam starts within 60 s load a db.r7g.xlarge to 121 %
      // in the simulator (make capacity STACK=prod TRACE=exam-gate), and the students wait for it.
      provisioned: { instanceClass: "db.r7g.2xlarge" },
      serverless: { minAcu: 4, maxAcu: 64 },
      readers: 1,
      backupRetentionDays: 35,
    },
    cache: {
      sessions: { nodeType: "cache.m7g.large", replicas: 1 },
      application: { nodeType: "cache.r7g.large", replicas: 1 },
    },
    openzfs: { storageGib: 1024, throughputMbps: 640 },
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
    adhoc: { cpu: 1024, memoryMib: 2048, minTasks: 2, maxTasks: 6, concurrency: 2, cpuTargetPercent: 60 },
    limits: { requestTimeoutSeconds: 90, uploadMaxMb: 512 },
    mail: { kind: "ses", recipients: "real" },
    logs: { retentionDays: 365 },
    observability: { paging: true, objectives },
  },
};

/** A rehearsal of prod on the same kind of cluster: two zones, one NAT gateway, small burstable nodes, each store with a standby. */
const staging: Profile = {
  name: "staging",
  floors: {
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
    logRetentionDays: 14,
  },
  sizes: {
    network: { cidr: "10.41.0.0/16", natGateways: "single", interfaceEndpoints: [], flowLogRetentionDays: 14 },
    edge: {
      priceClass: "PriceClass_100",
      // A step ahead of prod: what blocks here wrongly is found before it blocks there.
      firewallRollout: { ...defaultRollout, common: "block", sql: "block", php: "block", unix: "block" },
    },
    cluster: {
      kind: "ec2",
      ec2: {
        architecture: "arm64",
        instanceType: "t4g.large",
        minInstances: 2,
        maxInstances: 6,
        warmPoolSize: 0,
        rootVolumeGib: 50,
      },
      fargate: { architecture: "arm64", spot: false },
    },
    database: {
      capacity: "serverless",
      provisioned: { instanceClass: "db.t4g.medium" },
      serverless: { minAcu: 0.5, maxAcu: 4 },
      readers: 1,
      backupRetentionDays: 7,
    },
    cache: {
      sessions: { nodeType: "cache.t4g.small", replicas: 1 },
      application: { nodeType: "cache.t4g.small", replicas: 1 },
    },
    openzfs: { storageGib: 64, throughputMbps: 160 },
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
    adhoc: { cpu: 256, memoryMib: 1024, minTasks: 1, maxTasks: 2, concurrency: 1, cpuTargetPercent: 60 },
    limits: { requestTimeoutSeconds: 90, uploadMaxMb: 512 },
    mail: { kind: "none", recipients: "diverted" },
    logs: { retentionDays: 30 },
    observability: { paging: false, objectives },
  },
};

/**
 * The smallest that works, in a developer's own account: no standby anywhere, nothing protected from deletion.
 *
 * Two zones all the same: a load balancer, a database subnet group and a Multi-AZ file system each need two
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
 */
const dev: Profile = {
  name: "dev",
  floors: {
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
    logRetentionDays: 1,
  },
  sizes: {
    network: { cidr: "10.42.0.0/16", natGateways: "single", interfaceEndpoints: [], flowLogRetentionDays: 7 },
    edge: { priceClass: "PriceClass_100", firewallRollout: defaultRollout },
    cluster: {
      kind: "fargate",
      ec2: {
        architecture: "arm64",
        instanceType: "t4g.large",
        minInstances: 1,
        maxInstances: 4,
        warmPoolSize: 0,
        rootVolumeGib: 50,
      },
      fargate: { architecture: "arm64", spot: false },
    },
    database: {
      capacity: "serverless",
      provisioned: { instanceClass: "db.t4g.medium" },
      serverless: { minAcu: 0.5, maxAcu: 2 },
      readers: 0,
      backupRetentionDays: 1,
    },
    cache: {
      sessions: { nodeType: "cache.t4g.micro", replicas: 0 },
      application: { nodeType: "cache.t4g.micro", replicas: 0 },
    },
    openzfs: { storageGib: 64, throughputMbps: 160 },
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
    adhoc: { cpu: 256, memoryMib: 512, minTasks: 1, maxTasks: 1, concurrency: 1, cpuTargetPercent: 60 },
    limits: { requestTimeoutSeconds: 90, uploadMaxMb: 256 },
    mail: { kind: "none", recipients: "diverted" },
    logs: { retentionDays: 7 },
    observability: { paging: false, objectives },
  },
};

export const profiles: Readonly<Record<ProfileName, Profile>> = { prod, staging, dev };

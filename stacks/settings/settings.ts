import type { BodyInspectionKb, Rollout } from "../../components/cdn/firewallGroups";
import type { InterfaceEndpointService } from "../../components/network/interfaceEndpoints";
import type { Chat } from "../../components/observability/chat";
import type { weekDays } from "../../components/lib/windows";
import type { ObjectiveClass } from "../../components/observability/definition";

/** Everything that a stack file decides, with all defaults applied. Made by `loadSettings`; components never see it whole. */
export interface Settings {
  readonly profile: ProfileName;
  /** The stack's name. For names and tags only: nothing may branch on it. */
  readonly environment: string;
  readonly domain: string;
  readonly region: string;
  readonly owner: string;
  readonly costCentre: string;
  readonly alertEmail: string;
  /** Beside the program's own. */
  readonly tags: Readonly<Record<string, string>>;
  readonly iam: IamSettings;
  readonly dns: DnsSettings;
  readonly network: NetworkSettings;
  readonly edge: EdgeSettings;
  readonly cluster: ClusterSettings;
  readonly database: DatabaseSettings;
  readonly cache: CacheSettings;
  readonly storage: StorageSettings;
  readonly image: ImageSettings;
  readonly moodle: MoodleSettings;
  readonly web: WebSettings;
  readonly cron: TaskSize;
  readonly adhoc: AdhocSettings;
  readonly limits: LimitSettings;
  readonly calendar: CalendarSettings;
  readonly maintenance: MaintenanceSettings;
  readonly mail: MailSettings;
  readonly logs: LogSettings;
  readonly observability: ObservabilitySettings;
  readonly pipeline: PipelineSettings;
  readonly loadTest: LoadTestSettings;
  readonly safety: Safety;
}

export type ProfileName = "prod" | "staging" | "dev";
export type Architecture = "arm64" | "x86_64";
export type MoodleVersion = "4.5" | "5.0" | "5.1" | "5.2" | "5.3";
export type PhpVersion = "8.2" | "8.3" | "8.4";

/** What an account asks of each role that is made in it: docs/landing-zone.md. */
export interface IamSettings {
  readonly permissionsBoundaryArn?: string | undefined;
  /** `/`, or a path with a slash at both ends. */
  readonly path: string;
}

/** Route 53 hosts the domain here, or somebody else does and the certificates are made by hand. */
export type DnsSettings =
  | {
      readonly kind: "route53";
      readonly hostedZoneId: string;
      /** Old host names, sent on to the domain. */
      readonly redirectHosts: readonly string[];
    }
  | {
      readonly kind: "external";
      readonly loadBalancerCertificateArn: string;
      readonly viewerCertificateArn?: string | undefined;
      readonly redirectHosts: readonly string[];
      readonly redirectCertificateArn?: string | undefined;
    };

export interface NetworkSettings {
  readonly cidr: string;
  /** Ranges that this network will be routed to; used only to refuse an overlap. */
  readonly peerCidrs: readonly string[];
  /** What Moodle's tasks may reach besides HTTPS anywhere. */
  readonly outbound: readonly OutboundSettings[];
  readonly availabilityZones: readonly string[];
  readonly natGateways: "per-zone" | "single" | "none";
  readonly interfaceEndpoints: readonly InterfaceEndpointService[];
  readonly flowLogRetentionDays: number;
}

/** A way out on one TCP port, or on a range of them. */
export interface OutboundSettings {
  readonly port?: number | undefined;
  /** `from-to`; in place of `port`. */
  readonly ports?: string | undefined;
  readonly cidrs: readonly string[];
  readonly description: string;
}

export type EdgeSettings =
  | {
      readonly kind: "cloudfront";
      readonly priceClass: "PriceClass_100" | "PriceClass_200" | "PriceClass_All";
      readonly firewall: FirewallSettings;
      readonly acceptedOriginSecrets: readonly number[];
      readonly sentOriginSecret: number;
      readonly signedFiles: SignedFilesSettings;
      readonly outage: OutageSettings;
    }
  | {
      readonly kind: "external";
      readonly allowedCidrs: readonly string[];
      readonly originSecret: boolean;
      readonly acceptedOriginSecrets: readonly number[];
    };

/** The pages for when Moodle is away: docs/outage.md. */
export interface OutageSettings {
  readonly organisation?: string | undefined;
  readonly service: string;
  readonly contact?: string | undefined;
  readonly timeZone: string;
  readonly logo?: string | undefined;
  readonly testers: readonly string[];
  readonly editorArns: readonly string[];
}

/** Files of tool_objectfs by way of CloudFront; off without a key: docs/edge.md. */
export interface SignedFilesSettings {
  readonly publicKeys: readonly string[];
  readonly privateKeySecretArn?: string | undefined;
  readonly domain?: string | undefined;
  readonly certificateArn?: string | undefined;
  readonly minimumKb: number;
}

/** The firewall at CloudFront: docs/waf.md. */
export interface FirewallSettings {
  readonly rollout: Rollout;
  readonly loginRequestLimit?: number | undefined;
  readonly floodRequestLimit: number;
  readonly geoAllow: readonly string[];
  readonly geoBlock: readonly string[];
  readonly blockedCidrs: readonly string[];
  readonly allowedCidrs: readonly string[];
  readonly bodyInspectionKb: BodyInspectionKb;
}

export type ClusterSettings =
  | {
      readonly kind: "ec2";
      readonly architecture: Architecture;
      readonly instanceType: string;
      readonly minInstances: number;
      readonly maxInstances: number;
      readonly warmPoolSize: number;
      readonly rootVolumeGib: number;
    }
  | { readonly kind: "fargate"; readonly architecture: Architecture; readonly spot: boolean };

export type DatabaseCapacity =
  | { readonly kind: "provisioned"; readonly instanceClass: string }
  | { readonly kind: "serverless"; readonly minAcu: number; readonly maxAcu: number };

export interface DatabaseSettings {
  readonly engineVersion: string;
  readonly capacity: DatabaseCapacity;
  readonly readers: number;
  readonly backupRetentionDays: number;
  readonly databaseInsights: "standard" | "advanced";
}

export interface CacheGroup {
  readonly nodeType: string;
  readonly replicas: number;
}

export interface CacheSettings {
  readonly engine: "valkey" | "redis";
  readonly engineVersion: string;
  readonly sessions: CacheGroup;
  readonly application: CacheGroup;
}

export type StorageSettings =
  | {
      readonly kind: "efs";
      readonly throughputMode: "elastic" | "provisioned" | "bursting";
      readonly provisionedMibps?: number | undefined;
      readonly infrequentAccess: "AFTER_30_DAYS" | "AFTER_60_DAYS" | "AFTER_90_DAYS" | "never";
    }
  | {
      readonly kind: "openzfs";
      readonly storageGib: number;
      readonly throughputMbps: number;
      readonly backupRetentionDays: number;
      readonly endpointCidr?: string | undefined;
    }
  | { readonly kind: "nfs"; readonly host: string; readonly export: string };

export type ImageSettings = RepositorySettings &
  (
    | { readonly kind: "build" }
    | { readonly kind: "digest"; readonly digest: `sha256:${string}`; readonly repository?: string | undefined }
  );

/** The stack's own image repository. */
export interface RepositorySettings {
  readonly keepImages: number;
  readonly sharedWith: readonly string[];
}

export interface MoodleSettings {
  readonly version: MoodleVersion;
  readonly phpVersion: PhpVersion;
  readonly siteName: string;
  readonly adminEmail?: string | undefined;
  readonly supportEmail?: string | undefined;
  readonly timeZone: string;
  readonly exec: boolean;
  readonly config: Readonly<Record<string, string | number | boolean>>;
  readonly php: Readonly<Record<string, string | number | boolean>>;
}

export interface TaskSize {
  /** CPU units: 1024 is one vCPU. */
  readonly cpu: number;
  readonly memoryMib: number;
}

export interface WebSettings extends TaskSize {
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly requestsPerTarget: number;
  readonly cpuTargetPercent: number;
  readonly phpMaxChildren: number;
}

export interface AdhocSettings extends TaskSize {
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly concurrency: number;
  readonly cpuTargetPercent: number;
}

export interface LimitSettings {
  readonly requestTimeoutSeconds: number;
  readonly uploadMaxMb: number;
}

/** Who gets the mails of a kind that sends. */
export interface MailRecipients {
  readonly recipients: "real" | "diverted";
  readonly divertTo?: string | undefined;
  readonly divertExcept: readonly string[];
}

/** How mail leaves Moodle: docs/mail.md. */
export type MailSettings =
  | { readonly kind: "none" }
  | (MailRecipients & {
      readonly kind: "smtp";
      readonly host: string;
      readonly port: number;
      readonly security: "none" | "ssl" | "tls";
      readonly cidrs: readonly string[];
      readonly sender?: string | undefined;
      readonly secretArn?: string | undefined;
      readonly secretKeyArn?: string | undefined;
    })
  | (MailRecipients & {
      readonly kind: "ses";
      readonly domain?: string | undefined;
      readonly sender?: string | undefined;
      readonly dmarcPolicy: "none" | "quarantine" | "reject";
    });

/** The academic year: docs/calendar.md. */
export interface CalendarSettings {
  /** `none`, or a file of stacks/calendar/. */
  readonly name: string;
  readonly overrideFreeze?: string | undefined;
}

/** When AWS and the platform may disturb the site: docs/maintenance.md. Times are local. */
export interface MaintenanceSettings {
  /** @default that of the region's place */
  readonly timeZone?: string | undefined;
  readonly day: (typeof weekDays)[number];
  /** `hh:mm-hh:mm`, each day. */
  readonly backupWindow: string;
  /** `hh:mm-hh:mm`, on that day. */
  readonly window: string;
  /** `hh:mm`, on that day. */
  readonly instanceRefreshAt: string;
}

/** Roles for a pipeline: docs/pipelines.md. */
export type PipelineSettings =
  | { readonly kind: "none" }
  | {
      readonly kind: "github";
      readonly repository: string;
      readonly branch: string;
      readonly providerArn?: string | undefined;
      readonly stateBucket: string;
      readonly stateKeyArn: string;
      readonly deployPolicyArns: readonly string[];
    };

export interface LogSettings {
  readonly retentionDays: number;
}

/** What the site promises of one kind of request. */
export interface ObjectiveSettings {
  readonly availabilityPercent: number;
  readonly latencyPercent: number;
  readonly latencySeconds: number;
}

/** The synthetic user: docs/observability.md. */
export interface CanarySettings {
  readonly username: string;
  readonly courseId: number;
  readonly fileId: number;
  readonly quizId: number;
  readonly everyMinutes: number;
}

/** Alarms and objectives: docs/alarms.md. Dashboards, synthetic user, channel: docs/observability.md. */
export interface ObservabilitySettings {
  readonly paging: boolean;
  readonly pageEmail?: string | undefined;
  /** Further addresses for what can wait. */
  readonly alertEmails: readonly string[];
  /** Further addresses that are woken. */
  readonly pageEmails: readonly string[];
  /** Secret whose value is the HTTPS address of a paging service. */
  readonly pageEndpointSecretArn?: string | undefined;
  readonly monthlyBudgetUsd?: number | undefined;
  readonly canary?: CanarySettings | undefined;
  readonly chat?: Chat | undefined;
  readonly readerArns: readonly string[];
  readonly repositoryUrl?: string | undefined;
  readonly objectives: Readonly<Record<ObjectiveClass, ObjectiveSettings>>;
}

/** Load tests on AWS: docs/loadtests.md. */
export interface LoadTestSettings {
  readonly enabled: boolean;
}

/** What an environment may never go below. The profile sets it; a stack file may raise it. */
export interface Safety {
  readonly availabilityZones: number;
  readonly natPerZone: boolean;
  readonly deletionProtection: boolean;
  readonly protect: boolean;
  /** No Spot capacity, and no burstable (T family) instances, database classes or cache nodes. */
  readonly steadyCapacity: boolean;
  readonly instances: number;
  readonly webTasks: number;
  readonly readers: number;
  readonly cacheReplicas: number;
  readonly backupRetentionDays: number;
  readonly logRetentionDays: number;
}

import type * as pulumi from "@pulumi/pulumi";
import type { TaskSize } from "../cluster/instanceTypes";
import { fargateSizeProblems } from "../cluster/fargateSizes";
import type { Problem } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import type { SettingValue } from "./configuration";
import type { Edge, MailSettings } from "./environment";
import type { ObjectFilesAccess, SignedFilesAccess } from "./objectFiles";
import { childrenProblems, limitProblems, type RequestLimits } from "./limits";
import { type OutboundRule, outboundProblems } from "./outbound";
import { configProblems, phpProblems } from "./ownSettings";
import type { ScheduleKind } from "./scaling";

type Text = pulumi.Input<string>;

export interface CacheAccess {
  readonly primaryEndpoint: Text;
  /** Secret with the JSON key `token`. */
  readonly authSecretArn: Text;
  readonly securityGroupId: Text;
}

export interface BucketAccess {
  readonly bucketName: Text;
  readonly arn: Text;
}

export interface WebSize extends TaskSize {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Requests that one task should get in a minute, from a load test. */
  readonly requestsPerTarget: number;
  /** Backstop of the request target. 50 leaves room for the minutes until a new task is there. */
  readonly cpuTargetPercent: number;
  readonly phpMaxChildren: number;
  /** Seconds without looking at health after a task starts; more than a measured cold start. Default 120. */
  readonly healthCheckGraceSeconds?: number;
}

export interface AdhocSize extends TaskSize {
  readonly minTasks: number;
  readonly maxTasks: number;
  /** Ad-hoc tasks that one worker runs at once: 1 to 16. */
  readonly concurrency: number;
  /** Default 60. */
  readonly cpuTargetPercent?: number;
}

export interface MoodleArgs {
  /** Name of the environment, such as prod: for Moodle's own use, and in the names of the task definitions. */
  readonly environment: string;
  /** The site's one address is `https://<domain>`. */
  readonly domain: string;
  readonly region: string;
  readonly network: { readonly vpcId: Text; readonly cidr: string; readonly applicationSubnetIds: readonly Text[] };
  readonly cluster: {
    readonly clusterArn: Text;
    readonly clusterName: Text;
    readonly capacityProviderName: Text;
    readonly launchKind: "ec2" | "fargate";
    readonly architecture: "arm64" | "x86_64";
    readonly execLogGroupArn: Text;
    readonly localCacheHostPath?: string;
    readonly sharedFilesHostPath?: string;
  };
  readonly image: {
    readonly imageUri: Text;
    readonly pullArns: readonly Text[];
    /** True for an index with an image for arm64 and one for x86_64: its tasks run on any instance. @default false */
    readonly forEveryArchitecture?: boolean;
  };
  readonly database: {
    readonly endpoint: Text;
    /** Given only when there are readers, and then used for read-only queries. */
    readonly readerEndpoint?: Text;
    readonly databaseName: Text;
    readonly applicationSecretArn: Text;
    readonly masterSecretArn: Text;
    readonly securityGroupId: Text;
  };
  readonly sessions: CacheAccess;
  readonly cache: CacheAccess;
  readonly sharedFiles: {
    readonly mount:
      | {
          readonly kind: "efs";
          readonly fileSystemId: Text;
          readonly accessPointId: Text;
          readonly fileSystemArn: Text;
          readonly accessPointArn: Text;
        }
      | { readonly kind: "nfs" };
    readonly securityGroupId?: Text;
  };
  readonly configurationBucket: BucketAccess;
  readonly objectsBucket: BucketAccess;
  /**
   * The component itself, because the web service waits for all of it: ECS refuses a target group without a listener.
   */
  readonly loadBalancer: pulumi.ComponentResource & {
    readonly securityGroupId: Text;
    readonly arnSuffix: Text;
    readonly targetGroupArn: Text;
    readonly targetGroupArnSuffix: Text;
  };
  readonly edge: Edge;
  /** Given when files are in the objects bucket and Moodle serves them itself. */
  readonly objectFiles?: ObjectFilesAccess;
  /** Given when files are in the objects bucket and a CDN serves them; `objectFiles` says nothing then. */
  readonly signedFiles?: SignedFilesAccess;
  readonly limits: RequestLimits;
  readonly web: WebSize;
  readonly cron: TaskSize;
  readonly adhoc: AdhocSize;
  /** Values that scheduled actions change (components/schedule). Default: none. */
  readonly schedule?: ScheduleKind | undefined;
  /** Key of the secrets, the buckets and the logs. */
  readonly kmsKeyArn: Text;
  readonly logRetentionDays: number;
  /** Allows `aws ecs execute-command` into the containers, as root and logged. Default false. */
  readonly exec?: boolean;
  /** TCP ports that tasks may reach on the internet. Default 443. The mail server's is not among them: it comes with `mail`. */
  readonly internetPorts?: readonly number[];
  /** Further outbound rules, each to its own ranges. Default none. */
  readonly outbound?: readonly OutboundRule[];
  /** Address of the administrator's account that `install` makes. Not public. */
  readonly adminEmail: string;
  /** Public address for help, at the first installation. Default: none, and Moodle's page for contacting support is off. */
  readonly supportEmail?: string | undefined;
  /** Full name of the site at the first installation. Default: the image's, Moodle. */
  readonly siteName?: string;
  /**
   * Name of the IANA time zone database: of PHP in every container, and of Moodle at the first installation.
   * Default Europe/London. Access logs stay in UTC.
   */
  readonly timeZone?: string;
  readonly mail: MailSettings;
  /** More values of Moodle's `$CFG` by name, or `plugin/name`. Administrators then cannot change them. See ownSettings.ts. */
  readonly settings?: Readonly<Record<string, SettingValue>>;
  /** More directives of PHP by name. See ownSettings.ts. */
  readonly php?: Readonly<Record<string, SettingValue>>;
  /** Default true. False for a first deployment whose image is not pushed yet. */
  readonly waitForSteadyState?: boolean;
}

/** All problems with the arguments, found before any resource is made. */
export function moodleProblems(args: MoodleArgs): Problem[] {
  const { cluster, web, adhoc, sharedFiles } = args;
  const problems: Problem[] = [
    ...limitProblems("limits", args.limits),
    ...childrenProblems("web.phpMaxChildren", web.phpMaxChildren, web.memoryMib),
    ...retentionProblems("logRetentionDays", args.logRetentionDays),
    ...configProblems("settings", args.settings ?? {}, args.mail.kind),
    ...phpProblems("php", args.php ?? {}),
    ...scaleProblems("web", web),
    ...scaleProblems("adhoc", adhoc),
    ...outboundProblems("outbound", args.outbound ?? [], args.network.cidr),
  ];
  if (!(Number.isInteger(adhoc.concurrency) && adhoc.concurrency >= 1 && adhoc.concurrency <= 16)) {
    problems.push({
      path: "adhoc.concurrency",
      given: adhoc.concurrency,
      allowed: "a whole number from 1 to 16",
      fix: "For more at once, raise adhoc.maxTasks.",
    });
  }
  if (cluster.launchKind === "fargate") {
    problems.push(
      ...fargateSizeProblems("web", web),
      ...fargateSizeProblems("cron", args.cron),
      ...fargateSizeProblems("adhoc", adhoc),
    );
  }
  if (sharedFiles.mount.kind === "nfs" && cluster.sharedFilesHostPath === undefined) {
    problems.push({
      path: "sharedFiles.mount",
      given: "nfs",
      allowed: "an export that the cluster's instances mount",
      fix: "Give the cluster the same export as nfsMount (EC2 only), or use EFS.",
    });
  }
  if (sharedFiles.mount.kind === "efs" && sharedFiles.securityGroupId === undefined) {
    problems.push({
      path: "sharedFiles.securityGroupId",
      given: undefined,
      allowed: "the security group of the EFS mount targets",
      fix: "Pass it, or no task can mount the file system.",
    });
  }
  return problems;
}

function scaleProblems(path: string, scale: { readonly minTasks: number; readonly maxTasks: number }): Problem[] {
  const { minTasks, maxTasks } = scale;
  if (Number.isInteger(minTasks) && Number.isInteger(maxTasks) && minTasks >= 1 && maxTasks >= minTasks) {
    return [];
  }
  return [
    {
      path,
      given: { minTasks, maxTasks },
      allowed: "whole numbers, minTasks at least 1 and maxTasks not below it",
      fix: "Correct the two numbers.",
    },
  ];
}

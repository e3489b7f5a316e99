import type * as pulumi from "@pulumi/pulumi";
import type { Role } from "../moodle/taskDefinition";

type Text = pulumi.Input<string>;

/** A period without releases. Both ends in UTC, such as 2027-01-11T08:00:00Z. */
export interface Freeze {
  readonly exam: string;
  readonly from: string;
  readonly to: string;
  /** The stack's settings name this exam to be overridden: the first of two confirmations (setting and input). */
  readonly overridable: boolean;
}

/** Input of the state machine's definition. All of it is text, so that the definition is a pure function. */
export interface DefinitionArgs {
  /** For announcements and the snapshots' names, such as prod. */
  readonly environment: string;
  /** `sha256:...`: the image that the task definitions below name. */
  readonly imageDigest: string;
  /** ECR repository of that image, perhaps of another account. */
  readonly repository: { readonly registryId: string; readonly name: string };
  readonly clusterArn: string;
  readonly serviceNames: { readonly [role in "web" | "cron" | "adhoc"]: string };
  /** Resource ids in Application Auto Scaling of the workers that it would start again while they must stay stopped. */
  readonly scalableWorkers: readonly string[];
  /** With their revision, as this stack has registered them. */
  readonly taskDefinitionArns: Readonly<Record<Role, string>>;
  readonly capacityProviderName: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly databaseClusterIdentifier: string;
  readonly lockTableName: string;
  readonly topicArn: string;
  /** Alarms that stop a release if they begin to ring while the web tasks are replaced, or some minutes after. */
  readonly alarmNames: readonly string[];
  /** Alarms of a synthetic user, which meets the outage page: they do not count while the release has it on. */
  readonly userAlarmNames: readonly string[];
  /** Minutes that one upgrade of the database may take. */
  readonly upgradeMinutes: number;
  readonly freezes: readonly Freeze[];
  /** The switch of the outage page, and its text during the upgrade. Undefined with an external CDN. */
  readonly page?: { readonly storeArn: string; readonly key: string; readonly value: string } | undefined;
}

/** Input of an execution. */
export interface ReleaseInput {
  /** `sha256:...`: must be the image of the definition, so that the image released is the one intended. */
  readonly image?: string;
  /** Name of the exam whose freeze does not count: the second of two confirmations. */
  readonly overrideFreeze?: string;
  /** True: release nothing, only clean up after an execution that ended without its own clean-up. */
  readonly recover?: true;
}

/** The steps of a release, in order. People see their numbers. */
export const steps = [
  "lock",
  "first installation",
  "upgrade check",
  "database snapshot",
  "drain cron and workers",
  "outage page on",
  "upgrade",
  "roll web",
  "purge caches and build the theme",
  "workers on",
  "smoke test",
  "outage page off",
  "unlock",
] as const;
export type Step = (typeof steps)[number];

/** Name of the state that announces a step; `make release` shows it. */
export function stepState(step: Step): string {
  return `Step ${String(steps.indexOf(step) + 1).padStart(2, "0")}: ${step}`;
}

/** Name prefix of executions that a person starts. A clean-up has another name, so it is not cleaned up in turn. */
export const executionPrefix = "release-";

/** Keys of the table. `last` is the current release; without it nothing was ever installed. */
export const lockKey = "release";
export const lastKey = "last";

export interface ReleaseArgs {
  /** Name of the environment, such as prod. */
  readonly environment: string;
  /** `<repository>@sha256:<digest>`, which the task definitions name. */
  readonly imageUri: Text;
  /** The repository in it. */
  readonly repositoryArn: Text;
  readonly cluster: { readonly clusterArn: Text; readonly clusterName: Text; readonly capacityProviderName: Text };
  readonly subnetIds: readonly Text[];
  readonly securityGroupId: Text;
  readonly serviceNames: { readonly [role in "web" | "cron" | "adhoc"]: Text };
  /** By role, with the revision. */
  readonly taskDefinitionArns: Readonly<Record<Role, Text>>;
  readonly taskFamilies: Readonly<Record<Role, Text>>;
  /** Roles of the tasks. */
  readonly taskRoleArns: readonly Text[];
  /** Workers that Application Auto Scaling knows, by resource id. */
  readonly scalableWorkers: readonly Text[];
  readonly database: { readonly clusterIdentifier: Text; readonly clusterArn: Text };
  readonly loadBalancer: { readonly arnSuffix: Text; readonly targetGroupArnSuffix: Text };
  /** The switch of the outage page, and its text during an upgrade. */
  readonly page?: { readonly storeArn: Text; readonly key: string; readonly value: string } | undefined;
  /** Alarms of a synthetic user, by name: they do not count while the release shows the outage page. @default none */
  readonly userAlarmNames?: readonly Text[];
  /** Minutes that one upgrade of the database may take, 30 to 720. It is stopped then, and the site stays closed. */
  readonly upgradeMinutes: number;
  readonly freezes: readonly Freeze[];
  readonly signalsTopicArn: Text;
  readonly kmsKeyArn: Text;
  readonly logRetentionDays: number;
  /** Pulumi's protection of the table, and AWS's. */
  readonly protect: boolean;
}

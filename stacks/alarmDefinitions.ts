import type * as pulumi from "@pulumi/pulumi";
import { type BackupAlarmArgs, backupAlarms } from "../components/backup/alarms";
import { cacheAlarms } from "../components/cache/alarms";
import { edgeAlarms } from "../components/cdn/alarms";
import { certificateAlarms } from "../components/certificate/alarms";
import { clusterAlarms } from "../components/cluster/alarms";
import { databaseAlarms, databaseHeartbeat } from "../components/database/alarms";
import { loadBalancerAlarms } from "../components/load-balancer/alarms";
import { outageAlarms, statusEditorAlarms, statusWebhooksAlarms } from "../components/outage/alarms";
import { mailAlarms, sesAlarms } from "../components/mail/alarms";
import { cronAge, moodleAlarms } from "../components/moodle/alarms";
import type { AlarmDefinition, ObjectiveClass, SloDefinition } from "../components/observability/definition";
import { sloAlarms, sloWindowDays } from "../components/observability/slo";
import { stackPlannedWork, stackReleaseWorks } from "./plannedWork";
import { scheduleAlarms } from "../components/schedule/alarms";
import { sharedFilesAlarms } from "../components/storage/alarms";
import type { Settings } from "./settings/settings";

/** Resources that the alarms watch, by the identifiers that CloudWatch knows them by. */
export interface Watched {
  readonly databaseClusterIdentifier: pulumi.Input<string>;
  readonly sessionsNodeIds: readonly pulumi.Input<string>[];
  readonly cacheNodeIds: readonly pulumi.Input<string>[];
  /** Nothing for a file server that someone else runs. */
  readonly fileSystemId: pulumi.Input<string> | undefined;
  /** Undefined for a stack without backups. */
  readonly backup?: Pick<BackupAlarmArgs, "vaultName" | "dailyJobs" | "objectsBucketName"> | undefined;
  readonly clusterName: pulumi.Input<string>;
  /** Nothing on Fargate. */
  readonly capacityProviderName: pulumi.Input<string> | undefined;
  readonly serviceNames: { readonly [role in "web" | "cron" | "adhoc"]: pulumi.Input<string> };
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  readonly targetGroupArnSuffix: pulumi.Input<string>;
  /** Undefined for a certificate that you made yourself: you monitor its expiry. */
  readonly certificateArn: pulumi.Input<string> | undefined;
  /** Undefined when the calendar makes no scheduled API calls. */
  readonly scheduleGroupName?: pulumi.Input<string> | undefined;
  /** Undefined when an external CDN is in front. */
  readonly edge: WatchedEdge | undefined;
}

export interface WatchedEdge {
  readonly distributionId: pulumi.Input<string>;
  readonly webAclName: pulumi.Input<string>;
  readonly certificateArn: pulumi.Input<string> | undefined;
  /** The function that looks at the outage switch, in Moodle's region. */
  readonly switchWatchName: pulumi.Input<string>;
  /** Undefined without a status editor. */
  readonly statusEditorApiId: pulumi.Input<string> | undefined;
  /** Queue of what a webhook did not take. Undefined without webhooks. */
  readonly failedWebhooksQueueName: pulumi.Input<string> | undefined;
}

/** Alarms by the region of their metrics. */
export interface StackAlarms {
  readonly regional: readonly AlarmDefinition[];
  /** us-east-1 */
  readonly edge: readonly AlarmDefinition[];
}

/** All alarms of a stack. Pure: the stack deploys them, and the catalogue and the replay read the same. */
export function stackAlarms(settings: Settings, watched: Watched): StackAlarms {
  const { environment, database, cache, storage, mail } = settings;
  const { edge } = watched;
  const heartbeat = databaseHeartbeat(watched.databaseClusterIdentifier);
  const plannedWork = stackPlannedWork(settings);
  return {
    regional: [
      ...sloAlarms(environment, stackSlos(settings)),
      ...loadBalancerAlarms({
        arnSuffix: watched.loadBalancerArnSuffix,
        targetGroupArnSuffix: watched.targetGroupArnSuffix,
        cronAge: cronAge(environment),
        plannedWork,
      }),
      ...moodleAlarms({
        environment,
        clusterName: watched.clusterName,
        serviceNames: watched.serviceNames,
        plannedWork,
      }),
      ...(mail.kind === "none" ? [] : mailAlarms(environment)),
      ...(mail.kind === "ses" ? sesAlarms(environment) : []),
      ...clusterAlarms(watched),
      ...databaseAlarms({ ...database, clusterIdentifier: watched.databaseClusterIdentifier }),
      ...cacheAlarms({ purpose: "sessions", ...cache.sessions, nodeIds: watched.sessionsNodeIds }),
      ...cacheAlarms({
        purpose: "application",
        nodeType: cache.application.nodeType,
        nodeIds: watched.cacheNodeIds,
      }),
      ...(watched.fileSystemId === undefined || storage.kind === "nfs"
        ? []
        : sharedFilesAlarms({ ...storage, fileSystemId: watched.fileSystemId, heartbeat })),
      ...(watched.backup === undefined
        ? []
        : backupAlarms({
            ...watched.backup,
            heartbeat,
            databaseClusterIdentifier: watched.databaseClusterIdentifier,
            efsFileSystemId: storage.kind === "efs" ? watched.fileSystemId : undefined,
          })),
      ...(watched.certificateArn === undefined ? [] : certificateAlarms("load-balancer", watched.certificateArn)),
      ...(watched.scheduleGroupName === undefined ? [] : scheduleAlarms(watched.scheduleGroupName)),
      ...(edge === undefined
        ? []
        : outageAlarms({
            environment,
            releaseWorks: stackReleaseWorks(settings),
            switchWatchName: edge.switchWatchName,
          })),
    ],
    edge:
      edge === undefined
        ? []
        : [
            ...edgeAlarms(edge),
            ...(edge.statusEditorApiId === undefined ? [] : statusEditorAlarms(edge.statusEditorApiId)),
            ...(edge.failedWebhooksQueueName === undefined ? [] : statusWebhooksAlarms(edge.failedWebhooksQueueName)),
            ...(edge.certificateArn === undefined ? [] : certificateAlarms("viewer", edge.certificateArn)),
          ],
  };
}

/** The objectives of the settings, one for each path class. */
export function stackSlos({ observability }: Settings): readonly SloDefinition[] {
  return Object.entries(observability.objectives).map(([pathClass, objective]) => ({
    pathClass: pathClass as ObjectiveClass,
    ...objective,
    windowDays: sloWindowDays,
  }));
}

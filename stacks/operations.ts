import type * as pulumi from "@pulumi/pulumi";

import { backupNotices } from "../components/backup/notices";
import { generatedFolder } from "../components/moodle/configurationObjects";
import { folder as outageFolder } from "../components/outage/pages/files";
import { sesNotices } from "../components/mail/notices";
import { type Canary, scriptFolder as canaryScriptFolder } from "../components/observability/canary";
import { type OwnObjects } from "../components/pipeline-access/pipelineAccess";
import { serviceNotices } from "../components/observability/channelEvents";
import { alarmName } from "../components/observability/composites";
import { type Protected } from "../components/observability/protection";
import { ScalingSpeed } from "../components/scaling-speed/scalingSpeed";
import { buildBackup, type BackupOutputs } from "./backup";
import { type Calendar } from "./calendar/schema";
import { buildCanary, buildChannel, type ChannelOutputs } from "./channel";
import { type Data } from "./data";
import { type Foundation } from "./foundation";
import { buildLoadTest, type LoadTestOutputs } from "./loadTest";
import { buildObservability, type Observability } from "./observability";
import { buildPipelineAccess, type PipelineOutputs } from "./pipeline";
import { type Providers } from "./providers";
import { buildRelease, type ReleaseOutputs } from "./release";
import { buildSchedule } from "./schedule";
import { type Settings } from "./settings/settings";
import { type Site } from "./site";

/** Parts that keep the site running, and tell people about it. */
export interface Operations {
  /** The synthetic user; undefined where there is none. */
  readonly canary: Canary | undefined;
  readonly release: ReleaseOutputs;
  readonly observability: Observability;
  readonly channel: ChannelOutputs;
  /** Group of the calendar's calls; undefined when there are none. */
  readonly scheduleGroupName: pulumi.Output<string> | undefined;
  readonly scalingSpeedLogGroupName: pulumi.Output<string>;
  /** Undefined for a stack without backups. */
  readonly backup: BackupOutputs | undefined;
  readonly pipeline: PipelineOutputs | undefined;
  readonly loadTest: LoadTestOutputs | undefined;
}

/** Releases, scheduled capacity, alarms, messages and dashboards; a pipeline's roles and load tests on request. */
export function buildOperations(
  settings: Settings,
  providers: Providers,
  calendar: Calendar | undefined,
  parts: Foundation & Data & Site,
): Operations {
  const { environment } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  const { kmsKeyArn, signalsTopicArn, network, buckets, database, sessions, cache, files } = parts;
  const { cluster, edge, image, mail, moodle } = parts;
  const logRetentionDays = settings.logs.retentionDays;

  const canary = buildCanary(settings, buckets, kmsKeyArn, regional);
  const release = buildRelease(
    named("release"),
    settings,
    {
      calendar,
      network,
      cluster,
      database,
      image,
      moodle,
      edge,
      kmsKeyArn,
      signalsTopicArn,
      // Not the one for a synthetic user that does not run: it says nothing about the site.
      userAlarmNames: canary?.alarms
        .filter(({ severity }) => severity === "page")
        .map(({ id }) => alarmName(environment, id)),
    },
    regional,
  );
  const schedule = buildSchedule(named("schedule"), calendar, settings, { moodle, cluster, database }, regional);
  const scalingSpeed = new ScalingSpeed(
    named("scaling-speed"),
    {
      clusterName: cluster.clusterName,
      clusterArn: cluster.clusterArn,
      serviceName: moodle.webServiceName,
      targetGroupArn: edge.loadBalancer.targetGroupArn,
      autoScalingGroupName: cluster.autoScalingGroupName,
      signalsTopicArn,
      kmsKeyArn,
      logRetentionDays,
    },
    regional,
  );

  const backup = buildBackup(settings, providers, parts);
  const observability = buildObservability(settings, providers, {
    database,
    sessions,
    cache,
    scheduleGroupName: schedule?.groupName,
    files,
    backup,
    objectsBucketName: buckets.objects.bucketName,
    cluster,
    moodle,
    edge,
    signalsTopicArn,
    kmsKeyArn,
    configurationBucketName: buckets.configuration.bucketName,
    repositoryName: image.repositoryName,
    further: canary?.alarms,
    furtherNotices: [
      ...serviceNotices({
        autoScalingGroupName: cluster.autoScalingGroupName,
        canaryName: canary?.canaryName,
        files: settings.storage.kind,
        ses: mail.identity !== undefined,
      }),
      ...(backup === undefined ? [] : backupNotices(backup)),
      ...(mail.identity === undefined ? [] : sesNotices(mail.identity.configurationSetName)),
    ],
    protected: protectedParts(parts, canary, backup),
  });
  const channel = buildChannel(
    settings,
    {
      observability,
      canary,
      signalsTopicArn,
      cluster,
      moodle,
      sessions,
      cache,
      edge,
      logs: buckets.logs,
      kmsKeyArn,
    },
    providers,
  );
  const pipeline = buildPipelineAccess(settings, image, release, kmsKeyArn, ownObjects(parts), regional);
  const loadTest = buildLoadTest(settings, network, kmsKeyArn, { ...regional, dependsOn: network });
  return {
    canary,
    release,
    observability,
    channel,
    scheduleGroupName: schedule?.groupName,
    scalingSpeedLogGroupName: scalingSpeed.logGroupName,
    backup,
    pipeline,
    loadTest,
  };
}

/** Where the program writes objects of its own. */
function ownObjects({ buckets: { configuration }, edge: { outage } }: Foundation & Site): readonly OwnObjects[] {
  return [
    { bucketName: configuration.bucketName, folder: generatedFolder },
    { bucketName: configuration.bucketName, folder: canaryScriptFolder },
    ...(outage === undefined ? [] : [{ bucketName: outage.bucket, folder: outageFolder }]),
  ];
}

/** Resources that no call may destroy or open, in Moodle's region: the edge has its own. */
function protectedParts(
  { kmsKeyArn, buckets, database, sessions, cache, edge, image, moodle }: Foundation & Data & Site,
  canary: Canary | undefined,
  backup: BackupOutputs | undefined,
): Protected {
  return {
    keyArns: [kmsKeyArn, ...(backup === undefined ? [] : [backup.keyArn])],
    vaultNames: backup === undefined ? [] : [backup.vaultName],
    bucketNames: Object.values(buckets).map(({ bucketName }) => bucketName),
    secretArns: [
      database.applicationSecretArn,
      sessions.authSecretArn,
      cache.authSecretArn,
      moodle.administratorSecretArn,
      ...[canary?.accountSecretArn, edge.originSecretsArn].filter((arn) => arn !== undefined),
    ],
    logGroupNames: [moodle.logGroupNames.web, moodle.logGroupNames.cron, moodle.logGroupNames.adhoc],
    repositoryNames: [image.repositoryName],
  };
}

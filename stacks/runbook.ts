import * as pulumi from "@pulumi/pulumi";

import { parseImageUri } from "../components/image/repositoryUrl";
import type { BackupOutputs } from "./backup";
import type { ChannelOutputs } from "./channel";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { ReleaseOutputs } from "./release";
import type { Settings } from "./settings/settings";
import type { Site } from "./site";

/** Names that only the parts which run the site know. */
export interface RunbookParts {
  readonly scheduleGroupName: pulumi.Output<string> | undefined;
  readonly scalingSpeedLogGroupName: pulumi.Output<string>;
  readonly channel: ChannelOutputs;
  readonly release: ReleaseOutputs;
  readonly canaryName: pulumi.Output<string> | undefined;
  readonly backup: BackupOutputs | undefined;
}

/**
 * The names that the commands of docs/runbooks/ take, by their placeholder: `<clusterName>` is `clusterName`. `make runbook` fills
 * them in. An empty text is something that this kind of stack does not have.
 */
export type RunbookNames = Readonly<Record<string, pulumi.Input<string>>>;

export function runbookNames(settings: Settings, parts: Foundation & Data & Site & RunbookParts): RunbookNames {
  const { cluster, moodle, database, sessions, cache, files, edge, image, mail, buckets, channel } = parts;
  const { loadBalancer, watched } = edge;
  const { mount } = files;
  const part = (read: (uri: ReturnType<typeof parseImageUri>) => string) =>
    image.sourceUrl.apply((url) => read(parseImageUri(url)));
  return {
    profile: settings.profile,
    region: settings.region,
    domain: settings.domain,
    clusterName: cluster.clusterName,
    webService: moodle.webServiceName,
    cronService: moodle.cronServiceName,
    adhocService: moodle.adhocServiceName,
    webLogs: moodle.logGroupNames.web,
    cronLogs: moodle.logGroupNames.cron,
    adhocLogs: moodle.logGroupNames.adhoc,
    autoScalingGroup: cluster.autoScalingGroupName ?? "",
    loadBalancerArn: loadBalancer.arn,
    targetGroupArn: loadBalancer.targetGroupArn,
    database: database.clusterIdentifier,
    sessions: sessions.replicationGroupId,
    sessionsNode: sessions.nodeIds[0]!,
    cache: cache.replicationGroupId,
    cacheNode: cache.nodeIds[0]!,
    cacheSlowLogs: cache.slowLogGroupName,
    efsFileSystem: mount.kind === "efs" ? mount.fileSystemId : "",
    efsFileSystemArn: mount.kind === "efs" ? mount.fileSystemArn : "",
    openZfsFileSystem: mount.kind === "nfs" ? (mount.fileSystemId ?? "") : "",
    openZfsFileSystemArn: mount.kind === "nfs" ? (mount.fileSystemArn ?? "") : "",
    databaseArn: database.clusterArn,
    objectsBucket: buckets.objects.bucketName,
    objectsBucketArn: buckets.objects.arn,
    kmsKeyArn: parts.kmsKeyArn,
    backupVault: parts.backup?.vaultName ?? "",
    backupRole: parts.backup?.roleArn ?? "",
    repositoryName: part(({ name }) => name),
    repositoryAccount: part(({ registryId }) => registryId),
    imageDigest: image.imageUri.apply((uri) => uri.slice(uri.indexOf("@") + 1)),
    certificateArn: edge.certificateArn ?? "",
    viewerCertificateArn: watched?.certificateArn ?? "",
    hostedZone: settings.dns.kind === "route53" ? settings.dns.hostedZoneId : "",
    distribution: edge.distributionId ?? "",
    webAclArn: watched?.webAclArn ?? "",
    configurationBucket: buckets.configuration.bucketName,
    logsBucket: buckets.logs.bucketName,
    mailDomain: settings.mail.kind === "ses" ? (settings.mail.domain ?? settings.domain) : "",
    mailEventLogs: mail.identity?.eventLogGroupName ?? "",
    mailSecretArn: settings.mail.kind === "smtp" ? (settings.mail.secretArn ?? "") : "",
    mailTopicArn: channel.mailTopicArn,
    relayLogs: channel.relayLogGroupName,
    edgeRelayLogs: channel.edgeRelayLogGroupName ?? "",
    lockTable: parts.release.lockTableName,
    releaseMachine: parts.release.stateMachineArn,
    scheduleGroup: parts.scheduleGroupName ?? "",
    scalingSpeedLogs: parts.scalingSpeedLogGroupName,
    switchWatchLogs: watched?.switchWatchLogGroupName ?? "",
    statusEditorLogs: watched?.statusEditorLogGroupName ?? "",
    failedWebhooksQueue: watched?.failedWebhooksQueueName ?? "",
    failedWebhooksQueueArn: watched?.failedWebhooksQueueArn ?? "",
    statusWebhooksLogs: watched?.statusWebhooksLogGroupName ?? "",
    syntheticUser: parts.canaryName ?? "",
  };
}

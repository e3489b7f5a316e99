import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Cache } from "../components/cache/cache";
import type { Cluster } from "../components/cluster/cluster";
import type { Database } from "../components/database/database";
import type { Moodle } from "../components/moodle/moodle";
import { Notifications } from "../components/notifications/notifications";
import { Alarms } from "../components/observability/alarms";
import type { AlarmDefinition } from "../components/observability/definition";
import { type NoticeDefinition, noticeDefinitions, Notices } from "../components/observability/notices";
import { globalNotices } from "../components/observability/channelEvents";
import { type Protected, protectionNotices } from "../components/observability/protection";
import { RequestMetrics } from "../components/observability/requestMetrics";
import { SavedQueries } from "../components/observability/savedQueries";
import type { SharedFiles } from "../components/storage/sharedFiles";
import { type StackAlarms, stackAlarms, stackSlos, type Watched } from "./alarmDefinitions";
import { alertAddresses } from "./settings/observability";
import type { BackupOutputs } from "./backup";
import type { Edge } from "./edge";
import type { Providers } from "./providers";
import type { Settings } from "./settings/settings";

/** Resources that are watched, and receivers of the alarms. */
export interface ObservabilityParts {
  readonly database: Database;
  readonly sessions: Cache;
  readonly cache: Cache;
  /** Where the calendar's calls are, when it has any. */
  readonly scheduleGroupName?: pulumi.Output<string> | undefined;
  readonly files: SharedFiles;
  /** Undefined for a stack without backups. */
  readonly backup: BackupOutputs | undefined;
  readonly objectsBucketName: pulumi.Input<string>;
  readonly cluster: Cluster;
  readonly moodle: Moodle;
  readonly edge: Edge;
  /** For what can wait. */
  readonly signalsTopicArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Alarms from other parts, in the same region. @default none */
  readonly further?: readonly AlarmDefinition[];
  /** @default none */
  readonly furtherNotices?: readonly NoticeDefinition[];
  /** Resources that no call may destroy or open, in the same region. */
  readonly protected: Protected;
  readonly configurationBucketName: pulumi.Input<string>;
  /** Of the stack's own images. */
  readonly repositoryName: pulumi.Input<string>;
}

export interface Observability {
  readonly alarms: Alarms;
  /** In us-east-1; undefined when an external CDN is in front. */
  readonly edgeAlarms: Alarms | undefined;
  /** Topic of the messages that wake people, and of no others; stacks/channel.ts delivers them. */
  readonly pageTopicArn: pulumi.Output<string>;
  /** For dashboards, in the order of the catalogue. */
  readonly definitions: StackAlarms;
}

/** Alarms, their metrics, and the two topics that they go to: one for pages, one for messages that can wait. */
export function buildObservability(settings: Settings, providers: Providers, parts: ObservabilityParts): Observability {
  const { environment } = settings;
  const { paging, monthlyBudgetUsd } = settings.observability;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  const { signalsTopicArn, kmsKeyArn } = parts;

  const endpoint = pageEndpoint(settings, regional);
  const pages = new Notifications(named("pages"), { kmsKeyArn, endpoint, failureTopicArn: signalsTopicArn }, regional);
  new RequestMetrics(
    named("requests"),
    { environment, logGroupName: parts.moodle.logGroupNames.web, slos: stackSlos(settings) },
    regional,
  );
  const { web, cron, adhoc } = parts.moodle.logGroupNames;
  new SavedQueries(named("queries"), { environment, logGroupNames: [web, cron, adhoc] }, regional);
  const definitions = stackAlarms(settings, watchedBy(parts));
  const all = [...definitions.regional, ...(parts.further ?? [])];
  const alarms = new Alarms(
    named("alarms"),
    { environment, definitions: all, pageTopicArn: pages.topicArn, ticketTopicArn: signalsTopicArn, sends: paging },
    regional,
  );
  const { watched } = parts.edge;
  const edgeAlarms =
    watched &&
    new Alarms(
      named("edge-alarms"),
      { environment, definitions: definitions.edge, ticketTopicArn: watched.signalsTopicArn, sends: paging },
      { provider: providers.edge },
    );
  new Notices(
    named("notices"),
    {
      definitions: [
        ...noticeDefinitions({
          clusterArn: parts.cluster.clusterArn,
          configurationBucketName: parts.configurationBucketName,
          repositoryName: parts.repositoryName,
        }),
        ...(parts.furtherNotices ?? []),
        ...protectionNotices(parts.protected),
      ],
      topicArn: signalsTopicArn,
      sends: paging,
    },
    regional,
  );
  if (watched !== undefined) {
    new Notices(
      named("edge-notices"),
      {
        definitions: [...protectionNotices(watched.protected), ...globalNotices()],
        topicArn: watched.signalsTopicArn,
        sends: paging,
      },
      { provider: providers.edge },
    );
  }
  if (monthlyBudgetUsd !== undefined) {
    budget(named("budget"), monthlyBudgetUsd, settings, regional);
  }
  return { alarms, edgeAlarms, pageTopicArn: pages.topicArn, definitions: { ...definitions, regional: all } };
}

/**
 * The address of the paging service. It is read when the stack is deployed and is a secret in its state, but in no
 * file.
 */
function pageEndpoint(
  { observability: { pageEndpointSecretArn } }: Settings,
  { provider }: { readonly provider: aws.Provider },
): pulumi.Output<string> | undefined {
  return pageEndpointSecretArn === undefined
    ? undefined
    : pulumi.secret(
        aws.secretsmanager.getSecretVersionOutput({ secretId: pageEndpointSecretArn }, { provider }).secretString,
      );
}

function watchedBy({
  database,
  sessions,
  cache,
  scheduleGroupName,
  files,
  backup,
  objectsBucketName,
  cluster,
  moodle,
  edge,
}: ObservabilityParts): Watched {
  return {
    databaseClusterIdentifier: database.clusterIdentifier,
    sessionsNodeIds: sessions.nodeIds,
    cacheNodeIds: cache.nodeIds,
    scheduleGroupName,
    fileSystemId: files.mount.fileSystemId,
    backup: backup && { ...backup, objectsBucketName },
    clusterName: cluster.clusterName,
    capacityProviderName: cluster.launchKind === "ec2" ? cluster.capacityProviderName : undefined,
    serviceNames: { web: moodle.webServiceName, cron: moodle.cronServiceName, adhoc: moodle.adhocServiceName },
    loadBalancerArnSuffix: edge.loadBalancer.arnSuffix,
    targetGroupArnSuffix: edge.loadBalancer.targetGroupArnSuffix,
    certificateArn: edge.certificateArn,
    edge: edge.watched,
  };
}

/**
 * Filters by the tag that all resources have. The tag counts only once it is activated as a cost allocation tag, in the
 * paying account (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html). *Cost.* None: two
 * are free.
 */
function budget(name: string, limitUsd: number, settings: Settings, opts: pulumi.CustomResourceOptions): void {
  const notification = (threshold: number, notificationType: "ACTUAL" | "FORECASTED") => ({
    comparisonOperator: "GREATER_THAN",
    threshold,
    thresholdType: "PERCENTAGE",
    notificationType,
    subscriberEmailAddresses: [...alertAddresses(settings)],
  });
  new aws.budgets.Budget(
    name,
    {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(limitUsd),
      limitUnit: "USD",
      costFilters: [{ name: "TagKeyValue", values: [`user:Environment$${settings.environment}`] }],
      notifications: [notification(80, "ACTUAL"), notification(100, "FORECASTED")],
    },
    opts,
  );
}

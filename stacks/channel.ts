import type * as pulumi from "@pulumi/pulumi";
import type { Cache } from "../components/cache/cache";
import type { Cluster } from "../components/cluster/cluster";
import type { Moodle } from "../components/moodle/moodle";
import { Notifications } from "../components/notifications/notifications";
import { Canary } from "../components/observability/canary";
import { Channel, type ChannelArgs } from "../components/observability/channel";
import { Dashboards } from "../components/observability/dashboards";
import type { DashboardKind } from "../components/observability/dashboards/bodies";
import { WeeklyReport } from "../components/observability/weeklyReport";
import { alertAddresses } from "./settings/observability";
import { stackSlos } from "./alarmDefinitions";
import type { Buckets } from "./buckets";
import type { Edge } from "./edge";
import { stackPlannedWork } from "./plannedWork";
import type { Observability } from "./observability";
import { openActions } from "./openActions";
import type { Providers } from "./providers";
import type { Settings } from "./settings/settings";

/** The synthetic user, where the settings give it an account and a course. */
export function buildCanary(
  settings: Settings,
  { logs, configuration }: Buckets,
  kmsKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): Canary | undefined {
  const { environment, domain, observability } = settings;
  return (
    observability.canary &&
    new Canary(
      `${environment}-synthetic-user`,
      {
        ...observability.canary,
        domain,
        artifacts: logs,
        code: configuration,
        kmsKeyArn,
        logRetentionDays: settings.logs.retentionDays,
        plannedWork: stackPlannedWork(settings),
      },
      opts,
    )
  );
}

export interface ChannelParts {
  readonly observability: Observability;
  readonly canary: Canary | undefined;
  readonly signalsTopicArn: pulumi.Output<string>;
  readonly cluster: Cluster;
  readonly moodle: Moodle;
  readonly sessions: Cache;
  readonly cache: Cache;
  readonly edge: Edge;
  readonly logs: Buckets["logs"];
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** For the Moodle team, which needs no AWS console beside them. */
export interface DashboardOutputs {
  readonly urls: Readonly<Record<DashboardKind, string>>;
  /** May open the dashboards and read metrics and alarms. */
  readonly readerRoleArn: pulumi.Output<string>;
}

/** The ways that messages take, for the runbooks. */
export interface ChannelOutputs {
  readonly dashboards: DashboardOutputs;
  /** Topic whose subscribers get the mails. */
  readonly mailTopicArn: pulumi.Output<string>;
  readonly relayLogGroupName: pulumi.Output<string>;
  /** In us-east-1; undefined when an external CDN is in front. */
  readonly edgeRelayLogGroupName: pulumi.Output<string> | undefined;
}

/** Everything that shows the platform to people: dashboards, messages by e-mail and chat, and a report on Mondays. */
export function buildChannel(settings: Settings, parts: ChannelParts, providers: Providers): ChannelOutputs {
  const opts = { provider: providers.regional };
  const { environment, domain, region, web } = settings;
  const { chat, readerArns, repositoryUrl, pageEmail, pageEmails, paging } = settings.observability;
  const named = (role: string) => `${environment}-${role}`;
  const { observability, edge, kmsKeyArn } = parts;
  const { alarms, edgeAlarms, definitions } = observability;
  const logRetentionDays = settings.logs.retentionDays;
  const statusPage = edge.outage?.statusPage;

  const dashboards = new Dashboards(
    named("dashboards"),
    {
      environment,
      domain,
      slos: stackSlos(settings),
      regions: [
        { region, definitions: definitions.regional, alarmArns: Object.values(alarms.arns) },
        ...(edgeAlarms === undefined
          ? []
          : [{ region: edgeRegion, definitions: definitions.edge, alarmArns: Object.values(edgeAlarms.arns) }]),
      ],
      pageAlarmArn: alarms.pageAlarmArn,
      incidentAlarmArns: alarms.incidentAlarmArns,
      canaryName: parts.canary?.canaryName,
      statusPage,
      repository: repositoryUrl,
      readerArns,
    },
    opts,
  );
  const mail = (role: string, [email, ...furtherEmails]: readonly string[]) =>
    new Notifications(named(role), { email, furtherEmails, kmsKeyArn }, opts).topicArn;
  const mailTopicArn = mail("mail", alertAddresses(settings));
  const woken = [...(pageEmail === undefined ? [] : [pageEmail]), ...pageEmails];
  const common = {
    environment,
    links: {
      dashboard: dashboards.urls["war-room"],
      statusPage,
      editor: edge.outage?.editor?.url,
      repository: repositoryUrl,
    },
    logRetentionDays,
  };
  const edgeChannel = edge.watched && buildEdgeChannel(common, edge.watched, chat !== undefined, providers);
  const channel = new Channel(
    named("channel"),
    {
      ...common,
      routes: [
        { role: "alerts", fromTopicArn: parts.signalsTopicArn, toTopicArn: mailTopicArn },
        {
          role: "pages",
          fromTopicArn: observability.pageTopicArn,
          toTopicArn: woken.length === 0 ? mailTopicArn : mail("page-mail", woken),
        },
      ],
      mailTopicArn,
      chat,
      furtherChatTopicArns: edgeChannel?.chatTopicArn && [edgeChannel.chatTopicArn],
      kmsKeyArn,
    },
    opts,
  );
  const logs = parts.moodle.logGroupNames;
  // Where alarms are silent, no report is expected.
  if (paging) {
    new WeeklyReport(
      named("weekly-report"),
      {
        environment,
        slos: stackSlos(settings),
        clusterName: parts.cluster.clusterName,
        webServiceName: parts.moodle.webServiceName,
        taskVcpu: web.cpu / 1024,
        logGroupNames: [logs.web, logs.cron, logs.adhoc],
        loadBalancerArnSuffix: edge.loadBalancer.arnSuffix,
        cacheNodeIds: [...parts.sessions.nodeIds, ...parts.cache.nodeIds],
        actions: openActions(),
        bucket: parts.logs,
        topicArn: parts.signalsTopicArn,
        kmsKeyArn,
        logRetentionDays,
      },
      opts,
    );
  }
  return {
    dashboards: { urls: dashboards.urls, readerRoleArn: dashboards.readerRoleArn },
    mailTopicArn,
    relayLogGroupName: channel.relayLogGroupName,
    edgeRelayLogGroupName: edgeChannel?.relayLogGroupName,
  };
}

/**
 * The same channel once more in us-east-1, for what is there: no way of theirs leads through Moodle's region: an outage there
 * must not stop its own report.
 */
function buildEdgeChannel(
  common: Pick<ChannelArgs, "environment" | "links" | "logRetentionDays">,
  { signalsTopicArn, mailTopicArn, kmsKeyArn }: NonNullable<Edge["watched"]>,
  withChat: boolean,
  providers: Providers,
): Channel {
  const named = (role: string) => `${common.environment}-edge-${role}`;
  const opts = { provider: providers.edge };
  const chatTopicArn = withChat ? new Notifications(named("chat"), { kmsKeyArn }, opts).topicArn : undefined;
  return new Channel(
    named("channel"),
    {
      ...common,
      routes: [{ role: "alerts", fromTopicArn: signalsTopicArn, toTopicArn: mailTopicArn }],
      mailTopicArn,
      chatTopicArn,
      kmsKeyArn,
    },
    opts,
  );
}

/** Where CloudFront and its firewall have their metrics. */
const edgeRegion = "us-east-1";

import * as pulumi from "@pulumi/pulumi";

import { Cache } from "../components/cache/cache";
import { Cluster } from "../components/cluster/cluster";
import { Database } from "../components/database/database";
import { EncryptionKey } from "../components/encryption/encryptionKey";
import { Image } from "../components/image/image";
import { connect } from "../components/lib/connection";
import { limitChain } from "../components/moodle/limits";
import { Moodle } from "../components/moodle/moodle";
import { Network } from "../components/network/network";
import { Notifications } from "../components/notifications/notifications";
import { alarmName } from "../components/observability/composites";
import { serviceNotices } from "../components/observability/channelEvents";
import { ScalingSpeed } from "../components/scaling-speed/scalingSpeed";
import { nfsPort, SharedFiles } from "../components/storage/sharedFiles";
import { buildBuckets } from "./buckets";
import { clusterCapacity, imageArguments, keepsData, routeTableTagsFor, sharedFilesStore } from "./choices";
import { now } from "./calendar/clock";
import { holdDuringExams } from "./calendar/freeze";
import { readCalendar } from "./calendar/read";
import { type Calendar } from "./calendar/schema";
import { buildCanary, buildChannel, type DashboardOutputs } from "./channel";
import { buildEdge } from "./edge";
import { maintenanceTimes } from "./maintenance";
import { type OneOffTaskOutputs, oneOffTaskOutputs } from "./oneOffTask";
import { buildObservability } from "./observability";
import { FailedMail } from "../components/mail/failedMail";
import { sesNotices } from "../components/mail/notices";
import { buildMail, type MailOutputs } from "./mail";
import { buildLoadTest, type LoadTestOutputs } from "./loadTest";
import { type OutageOutputs } from "./outage";
import { buildPipelineAccess, type PipelineOutputs } from "./pipeline";
import { type Providers } from "./providers";
import { buildRelease, type ReleaseOutputs } from "./release";
import { buildSchedule, scheduleKind } from "./schedule";
import { outboundRules } from "./settings/network";
import { type Settings } from "./settings/settings";
import { type SignInOutputs, signInOutputs } from "./signIn";
import { signsFiles } from "./signedFiles";

/** What a stack tells its owner and the pipeline. Nothing in it is secret. */
export interface PlatformOutputs {
  /** The one address of the site. */
  readonly siteUrl: string;
  /** Undefined when another content delivery network is in front. */
  readonly distributionId: pulumi.Output<string> | undefined;
  /** Where the domain must point. Made already when the domain is in Route 53 and CloudFront is in front. */
  readonly domainTarget: pulumi.Output<string>;
  /** Where the old host names of `moodle:dns.redirectHosts` must point. Undefined when there are none. */
  readonly redirectTarget: pulumi.Output<string> | undefined;
  /** For the editors of the outage pages and `make outage`. Undefined when another CDN is in front. */
  readonly outage: OutageOutputs | undefined;
  readonly clusterName: pulumi.Output<string>;
  readonly serviceNames: { readonly [role in "web" | "cron" | "adhoc"]: pulumi.Output<string> };
  /** Where the stack's image is pulled from, and pushed to: its own repository, or that of the stack which `moodle:image` names. */
  readonly repositoryUrl: pulumi.Output<string>;
  readonly imageUri: pulumi.Output<string>;
  readonly databaseEndpoint: pulumi.Output<string>;
  /** Put php.ini, nginx.conf or config.php below its `overrides/` folder, then roll the services. */
  readonly configurationBucket: pulumi.Output<string>;
  readonly objectsBucket: pulumi.Output<string>;
  /** For what can wait, and for events of AWS. */
  readonly alertTopicArn: pulumi.Output<string>;
  /** For what wakes somebody. */
  readonly pageTopicArn: pulumi.Output<string>;
  readonly dashboards: DashboardOutputs;
  /** Name and password of the synthetic user, for whoever makes its account in Moodle. Undefined where there is none. */
  readonly syntheticUserSecretArn: pulumi.Output<string> | undefined;
  /** With another content delivery network in front: the secret that holds what it must send as X-Origin-Verify. */
  readonly originSecretsArn: pulumi.Output<string> | undefined;
  /** The addresses that Moodle's own requests come from: for the allow lists of other systems. */
  readonly natPublicIps: readonly pulumi.Output<string>[];
  /** Undefined unless moodle:pipeline asks for it. */
  readonly pipeline: PipelineOutputs | undefined;
  /** How mail leaves, and what is left to be done by hand: docs/mail.md. */
  readonly mail: MailOutputs;
  /** For `make release`. */
  readonly release: ReleaseOutputs;
  /** For the first administrator of a new site. */
  readonly signIn: SignInOutputs;
  /** For `make moodle-cli`, `make reset-administrator` and `make loadtest-site`. */
  readonly oneOffTask: OneOffTaskOutputs;
  /** Where load tests keep results and start generators. Undefined unless `moodle:loadTest` asks for it. */
  readonly loadTest: LoadTestOutputs | undefined;
}

/**
 * Puts the components together for one environment. Every decision here is a setting's or the profile's.
 *
 * @param calendar Undefined where capacity follows the load alone.
 */
export function buildPlatform(
  settings: Settings,
  providers: Providers,
  calendar: Calendar | undefined = readCalendar(settings),
): PlatformOutputs {
  const { environment, region, domain, safety } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  // For what cannot be made again. Children inherit the protection.
  const stateful = { ...regional, protect: safety.protect };
  const { windows } = maintenanceTimes(settings);
  const chain = limitChain(settings.limits);
  const logRetentionDays = settings.logs.retentionDays;
  holdDuringExams(calendar, settings, now());

  const { arn: kmsKeyArn } = new EncryptionKey(
    named("key"),
    { cloudFrontReads: signsFiles(settings), keep: keepsData(safety) },
    stateful,
  );
  // Read by the channel alone, which writes to people: stacks/channel.ts.
  const alerts = new Notifications(named("alerts"), { kmsKeyArn }, regional);
  const network = new Network(
    named("network"),
    { ...settings.network, region, kmsKeyArn, applicationRouteTableTags: routeTableTagsFor(settings) },
    regional,
  );
  // A subnet's id is known before its route to the internet is; instances and tasks need both.
  const routed = { ...regional, dependsOn: network };
  const [filesReaderArn, setFilesReaderArn] = pulumi.deferredOutput<string>();
  const buckets = buildBuckets(settings, kmsKeyArn, stateful, signsFiles(settings) ? filesReaderArn : undefined);

  const database = new Database(
    named("database"),
    {
      ...settings.database,
      network,
      kmsKeyArn,
      windows,
      deletionProtection: safety.deletionProtection,
      notificationTopicArn: alerts.topicArn,
      logRetentionDays,
    },
    stateful,
  );
  const { engine, engineVersion } = settings.cache;
  const caches = { network, engine, engineVersion, kmsKeyArn, windows, logRetentionDays };
  const sessions = new Cache(
    named("sessions"),
    { ...caches, ...settings.cache.sessions, purpose: "sessions" },
    stateful,
  );
  const cache = new Cache(
    named("cache"),
    { ...caches, ...settings.cache.application, purpose: "application" },
    stateful,
  );
  const files = new SharedFiles(
    named("files"),
    { network, store: sharedFilesStore(settings, network.applicationRouteTableIds), kmsKeyArn },
    stateful,
  );

  const cluster = new Cluster(
    named("cluster"),
    {
      network,
      capacity: clusterCapacity(settings, calendar !== undefined),
      nfsMount: files.mount.kind === "nfs" ? { ...files.mount, securityGroupId: files.securityGroupId } : undefined,
      kmsKeyArn,
      logRetentionDays,
      instanceTags: providers.tags,
    },
    routed,
  );
  openFilesToInstances(named("instances-to-files"), cluster, files);

  const edge = buildEdge(settings, providers, {
    network,
    logs: buckets.logs,
    objects: buckets.objects,
    chain,
    kmsKeyArn,
  });
  if (edge.filesReaderArn !== undefined) {
    setFilesReaderArn(edge.filesReaderArn);
  }
  const image = new Image(
    named("image"),
    { ...imageArguments(settings), kmsKeyArn, forceDelete: !safety.deletionProtection },
    regional,
  );
  const mail = buildMail(settings, kmsKeyArn, regional);
  const moodle = new Moodle(
    named("moodle"),
    {
      environment,
      domain,
      adminEmail: settings.moodle.adminEmail ?? settings.alertEmail,
      supportEmail: settings.moodle.supportEmail,
      siteName: settings.moodle.siteName,
      timeZone: settings.moodle.timeZone,
      exec: settings.moodle.exec,
      settings: settings.moodle.config,
      php: settings.moodle.php,
      region,
      network,
      cluster,
      image,
      database: {
        endpoint: database.endpoint,
        readerEndpoint: settings.database.readers > 0 ? database.readerEndpoint : undefined,
        databaseName: database.databaseName,
        applicationSecretArn: database.applicationSecretArn,
        masterSecretArn: database.masterSecretArn,
        securityGroupId: database.securityGroupId,
      },
      sessions,
      cache,
      sharedFiles: files,
      configurationBucket: buckets.configuration,
      objectsBucket: buckets.objects,
      loadBalancer: edge.loadBalancer,
      outbound: outboundRules(settings),
      edge: settings.edge.kind === "cloudfront" ? settings.edge : { kind: "cidrs", cidrs: settings.edge.allowedCidrs },
      signedFiles: edge.signedFiles,
      limits: settings.limits,
      web: settings.web,
      cron: settings.cron,
      adhoc: settings.adhoc,
      schedule: scheduleKind(calendar),
      mail: mail.moodle,
      kmsKeyArn,
      logRetentionDays,
    },
    routed,
  );
  if (settings.mail.kind !== "none") {
    const { web, cron, adhoc } = moodle.logGroupNames;
    new FailedMail(named("failed-mail"), { environment, logGroupNames: { web, cron, adhoc } }, regional);
  }
  const canary = buildCanary(settings, buckets, kmsKeyArn, regional);
  const parts = { calendar, network, cluster, database, image, moodle, edge, kmsKeyArn };
  const release = buildRelease(
    named("release"),
    settings,
    {
      ...parts,
      notificationTopicArn: alerts.topicArn,
      alarmNames: canary?.alarms.map(({ id }) => alarmName(environment, id)),
    },
    regional,
  );
  const schedule = buildSchedule(named("schedule"), calendar, settings, { moodle, cluster, database }, regional);
  new ScalingSpeed(
    named("scaling-speed"),
    {
      clusterName: cluster.clusterName,
      clusterArn: cluster.clusterArn,
      serviceName: moodle.webServiceName,
      targetGroupArn: edge.loadBalancer.targetGroupArn,
      autoScalingGroupName: cluster.autoScalingGroupName,
      notificationTopicArn: alerts.topicArn,
      kmsKeyArn,
      logRetentionDays,
    },
    regional,
  );

  const observability = buildObservability(settings, providers, {
    database,
    sessions,
    cache,
    scheduleGroupName: schedule?.groupName,
    files,
    cluster,
    moodle,
    edge,
    ticketTopicArn: alerts.topicArn,
    kmsKeyArn,
    further: canary?.alarms,
    furtherNotices: [
      ...serviceNotices({
        autoScalingGroupName: cluster.autoScalingGroupName,
        canaryName: canary?.canaryName,
      }),
      ...(mail.identity === undefined ? [] : sesNotices(mail.identity.configurationSetName)),
    ],
    protected: {
      keyArns: [kmsKeyArn],
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
    },
  });
  const dashboards = buildChannel(
    settings,
    {
      observability,
      canary,
      alertTopicArn: alerts.topicArn,
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

  return {
    siteUrl: `https://${domain}`,
    distributionId: edge.distributionId,
    domainTarget: edge.domainTarget,
    redirectTarget: edge.redirectTarget,
    outage: edge.outage,
    clusterName: cluster.clusterName,
    serviceNames: { web: moodle.webServiceName, cron: moodle.cronServiceName, adhoc: moodle.adhocServiceName },
    repositoryUrl: image.sourceUrl,
    imageUri: image.imageUri,
    databaseEndpoint: database.endpoint,
    configurationBucket: buckets.configuration.bucketName,
    objectsBucket: buckets.objects.bucketName,
    alertTopicArn: alerts.topicArn,
    pageTopicArn: observability.pageTopicArn,
    dashboards,
    syntheticUserSecretArn: canary?.accountSecretArn,
    originSecretsArn: edge.originSecretsArn,
    natPublicIps: network.natPublicIps,
    mail: mail.outputs,
    pipeline: buildPipelineAccess(settings, image, release, kmsKeyArn, regional),
    release,
    signIn: signInOutputs(settings, moodle),
    oneOffTask: oneOffTaskOutputs(settings, network, cluster, moodle),
    loadTest: buildLoadTest(settings, network, kmsKeyArn, routed),
  };
}

/**
 * ECS mounts EFS for a task from the instance as well as from the task's own interface
 * (https://repost.aws/knowledge-center/efs-mount-on-ecs-container-or-task). NFS mounts are opened by the cluster itself.
 */
function openFilesToInstances(name: string, cluster: Cluster, files: SharedFiles): void {
  if (files.mount.kind === "efs" && cluster.instanceSecurityGroupId && files.securityGroupId) {
    connect(
      name,
      {
        from: cluster.instanceSecurityGroupId,
        to: files.securityGroupId,
        port: nfsPort,
        description: "ECS instances to the shared files",
      },
      { parent: cluster },
    );
  }
}

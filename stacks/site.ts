import type * as pulumi from "@pulumi/pulumi";

import { Cluster, type ClusterArgs } from "../components/cluster/cluster";
import { Image } from "../components/image/image";
import { connect } from "../components/lib/connection";
import { FailedMail } from "../components/mail/failedMail";
import { limitChain } from "../components/moodle/limits";
import { Moodle } from "../components/moodle/moodle";
import { nfsPort, type SharedFiles } from "../components/storage/sharedFiles";
import type { Calendar } from "./calendar/schema";
import type { Data } from "./data";
import { buildEdge, type Edge } from "./edge";
import type { Foundation } from "./foundation";
import { imageArguments } from "./image";
import { buildMail, type Mail } from "./mail";
import { maintenanceTimes } from "./maintenance";
import type { Providers } from "./providers";
import { scheduleKind } from "./schedule";
import { moodleObjectFiles } from "./signedFiles";
import { outboundRules } from "./settings/network";
import type { Settings } from "./settings/settings";

/** Parts that answer people's requests. */
export interface Site {
  readonly cluster: Cluster;
  readonly edge: Edge;
  readonly image: Image;
  readonly mail: Mail;
  readonly moodle: Moodle;
}

/** Cluster, edge, image, mail and the tasks of Moodle. */
export function buildSite(
  settings: Settings,
  providers: Providers,
  calendar: Calendar | undefined,
  parts: Foundation & Data,
): Site {
  const { environment, safety } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  const { network, buckets, files, kmsKeyArn } = parts;
  // A subnet's id is known before its route to the internet exists; instances and tasks need both.
  const routed = { ...regional, dependsOn: network };
  const logRetentionDays = settings.logs.retentionDays;

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
    chain: limitChain(settings.limits),
    kmsKeyArn,
  });
  if (edge.filesReaderArn !== undefined) {
    parts.setFilesReaderArn(edge.filesReaderArn);
  }
  const image = new Image(
    named("image"),
    { ...imageArguments(settings), kmsKeyArn, forceDelete: !safety.deletionProtection },
    regional,
  );
  const mail = buildMail(settings, kmsKeyArn, regional);
  const moodle = buildMoodle(settings, calendar, { ...parts, cluster, image, edge, mail }, routed);
  if (settings.mail.kind !== "none") {
    const { web, cron, adhoc } = moodle.logGroupNames;
    new FailedMail(named("failed-mail"), { environment, logGroupNames: { web, cron, adhoc } }, regional);
  }
  return { cluster, edge, image, mail, moodle };
}

function buildMoodle(
  settings: Settings,
  calendar: Calendar | undefined,
  parts: Foundation & Data & Omit<Site, "moodle">,
  opts: pulumi.ComponentResourceOptions,
): Moodle {
  const { environment, region, domain } = settings;
  const { database, edge } = parts;
  return new Moodle(
    `${environment}-moodle`,
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
      network: parts.network,
      cluster: parts.cluster,
      image: parts.image,
      database: {
        endpoint: database.endpoint,
        readerEndpoint: settings.database.readers > 0 ? database.readerEndpoint : undefined,
        databaseName: database.databaseName,
        applicationSecretArn: database.applicationSecretArn,
        masterSecretArn: database.masterSecretArn,
        securityGroupId: database.securityGroupId,
      },
      sessions: parts.sessions,
      cache: parts.cache,
      sharedFiles: parts.files,
      configurationBucket: parts.buckets.configuration,
      objectsBucket: parts.buckets.objects,
      loadBalancer: edge.loadBalancer,
      outbound: outboundRules(settings),
      edge: settings.edge.kind === "cloudfront" ? settings.edge : { kind: "cidrs", cidrs: settings.edge.allowedCidrs },
      objectFiles: moodleObjectFiles(settings),
      signedFiles: edge.signedFiles,
      limits: settings.limits,
      web: settings.web,
      cron: settings.cron,
      adhoc: settings.adhoc,
      schedule: scheduleKind(calendar),
      mail: parts.mail.moodle,
      kmsKeyArn: parts.kmsKeyArn,
      logRetentionDays: settings.logs.retentionDays,
    },
    opts,
  );
}

/**
 * ECS mounts EFS for a task from the instance as well as from the task's own interface
 * (https://repost.aws/knowledge-center/efs-mount-on-ecs-container-or-task). The cluster itself opens NFS mounts.
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

/** The cluster's capacity: translates the stack file's settings into the component's arguments. */
function clusterCapacity(settings: Settings, scheduled: boolean): ClusterArgs["capacity"] {
  const { cluster } = settings;
  if (cluster.kind === "fargate") {
    return cluster;
  }
  const { instanceType, warmPoolSize, ...rest } = cluster;
  return {
    ...rest,
    instanceTypes: [instanceType],
    scheduled,
    replacement: maintenanceTimes(settings).replacement,
    warmPool: warmPoolSize > 0 ? { size: warmPoolSize } : undefined,
  };
}

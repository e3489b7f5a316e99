import { z } from "zod";
import type { Profile } from "../profiles";
import { adhoc, calendar, cluster, cron, web } from "./computeFields";
import { cache, database, storage } from "./dataFields";
import { loadTest } from "./loadTestFields";
import { iam, tags } from "./landingZoneFields";
import { maintenance } from "./maintenanceFields";
import { mail } from "./mailFields";
import { image, limits, logs, moodle, safety } from "./moodleFields";
import { edge, network } from "./networkFields";
import { pipeline } from "./pipelineFields";
import { observability } from "./observabilityFields";
import { dns, siteFields } from "./site";
import type { Settings } from "./settings";

/** The parts of {@link Settings} that a stack file gives: all but the stack's name. */
export type SettingKey = Exclude<keyof Settings, "environment">;

/**
 * One schema per key under `moodle:`, each strict, with the defaults of a profile. Parsed apart from one another, so
 * that a mistake in one does not hide the mistakes in the rest.
 */
export function schemas(profile: Profile, zones: readonly string[]) {
  return {
    ...siteFields,
    tags,
    iam,
    dns,
    network: network(profile, zones),
    edge: edge(profile),
    cluster: cluster(profile),
    database: database(profile),
    cache: cache(profile),
    storage: storage(profile),
    image,
    moodle,
    web: web(profile),
    cron: cron(profile),
    adhoc: adhoc(profile),
    limits: limits(profile),
    calendar: calendar(profile),
    maintenance,
    mail: mail(profile),
    logs: logs(profile),
    observability: observability(profile),
    pipeline,
    loadTest: loadTest(profile),
    safety: safety(profile),
  } satisfies { readonly [K in SettingKey]: z.ZodType<Settings[K]> };
}

/** The variant that a group is when its file does not say: the path of each `kind`, and its default. */
export function defaultKinds({ sizes }: Profile): Readonly<Record<string, string>> {
  return {
    dns: "route53",
    edge: "cloudfront",
    cluster: sizes.cluster.kind,
    "database.capacity": sizes.database.capacity,
    storage: "efs",
    image: "build",
    mail: sizes.mail.kind,
    pipeline: "none",
  };
}

/** The keys whose value is text in the stack file; all others are groups. */
export const plainKeys: readonly string[] = Object.keys(siteFields);

/** A profile with a stack file's raised floors: sizes that the file does not give follow them up. */
export function raised(profile: Profile, floors: Profile["floors"]): Profile {
  const { sizes } = profile;
  const instances = Math.max(sizes.cluster.ec2.minInstances, floors.instances);
  const webTasks = Math.max(sizes.web.minTasks, floors.webTasks);
  const replicas = (size: Profile["sizes"]["cache"]["sessions"]) => ({
    ...size,
    replicas: Math.max(size.replicas, floors.cacheReplicas),
  });
  return {
    ...profile,
    floors,
    sizes: {
      ...sizes,
      network: { ...sizes.network, natGateways: floors.natPerZone ? "per-zone" : sizes.network.natGateways },
      cluster: {
        ...sizes.cluster,
        ec2: {
          ...sizes.cluster.ec2,
          minInstances: instances,
          maxInstances: Math.max(sizes.cluster.ec2.maxInstances, instances),
        },
      },
      database: {
        ...sizes.database,
        readers: Math.max(sizes.database.readers, floors.readers),
        backupRetentionDays: Math.max(sizes.database.backupRetentionDays, floors.backupRetentionDays),
      },
      cache: { sessions: replicas(sizes.cache.sessions), application: replicas(sizes.cache.application) },
      web: { ...sizes.web, minTasks: webTasks, maxTasks: Math.max(sizes.web.maxTasks, webTasks) },
    },
  };
}

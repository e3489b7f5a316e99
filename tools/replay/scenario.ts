import { stackAlarms, type StackAlarms, type Watched } from "../../stacks/alarmDefinitions";
import type { Metric } from "../../components/observability/definition";
import { Random } from "../lib/random";
import type { Settings } from "../../stacks/settings/settings";
import type { Course, Incident } from "./incidents";
import { Series } from "./series";
import { keyOf, Site } from "./site";

/** Resources that a stack's alarms watch, by the identifiers in the series: `sessions-001`, `web`, and so on. */
export function exampleWatched(settings: Settings): Watched {
  const nodes = (name: string, replicas: number) =>
    Array.from({ length: 1 + replicas }, (_, index) => `${name}-00${index + 1}`);
  return {
    databaseClusterIdentifier: "database",
    sessionsNodeIds: nodes("sessions", settings.cache.sessions.replicas),
    cacheNodeIds: nodes("cache", settings.cache.application.replicas),
    fileSystemId: "files",
    backup: { vaultName: "backups", dailyJobs: 4, objectsBucketName: "objects" },
    clusterName: "cluster",
    capacityProviderName: settings.cluster.kind === "ec2" ? "instances" : undefined,
    serviceNames: { web: "web", cron: "cron", adhoc: "adhoc" },
    loadBalancerArnSuffix: "load-balancer",
    targetGroupArnSuffix: "targets",
    certificateArn: "load-balancer",
    edge: {
      distributionId: "distribution",
      webAclName: "firewall",
      certificateArn: "viewer",
      switchWatchName: "switch-watch",
      statusEditorApiId:
        settings.edge.kind === "cloudfront" && settings.edge.outage.editor ? "status-editor" : undefined,
      failedWebhooksQueueName:
        settings.edge.kind === "cloudfront" && settings.edge.outage.webhooks.length > 0
          ? "status-webhooks-failed"
          : undefined,
    },
  };
}

/** The alarms of a stack over them. */
export function exampleAlarms(settings: Settings): StackAlarms {
  return stackAlarms(settings, exampleWatched(settings));
}

/** Lays an incident over a quiet site, from a minute on. */
export function overlay(site: Site, incident: Incident, start: number): void {
  const { metrics } = site;
  const change = (key: string, value: (minutesIn: number, before: number) => number): void => {
    const raw = metrics.get(key);
    if (raw === undefined) {
      throw new Error(`${incident.id}: the site has no metric "${key}".`);
    }
    for (let minute = 0; minute < incident.minutes && start + minute < site.minutes; minute += 1) {
      raw[start + minute] = value(minute, raw[start + minute]!);
    }
  };
  for (const [key, course] of Object.entries(incident.metrics ?? {})) {
    change(key, course === "silent" ? () => NaN : (minute) => along(course, minute));
  }
  for (const kind of ["failed", "slow"] as const) {
    const { all, ...classes } = incident[kind] ?? {};
    for (const key of metrics.keys()) {
      const pathClass = key.startsWith(`${kind} `) ? (key.slice(kind.length + 1) as keyof typeof classes) : undefined;
      const course = pathClass === undefined ? undefined : (classes[pathClass] ?? all);
      if (course !== undefined) {
        change(key, (minute, before) => Math.max(before, along(course, minute)));
      }
    }
  }
  const { traffic } = incident;
  if (traffic !== undefined) {
    const counted = [...metrics.keys()].filter((key) => key.startsWith("requests ") || key.endsWith(" RequestCount"));
    counted
      .filter((key) => incident.metrics?.[key] === undefined)
      .forEach((key) => change(key, (minute, before) => Math.round(before * along(traffic, minute))));
  }
  if (incident.blind !== undefined) {
    const away = unseen[incident.blind];
    [...metrics.keys()].filter((key) => away.test(key)).forEach((key) => change(key, () => NaN));
  }
}

/** Metrics that are away while CloudWatch, its logs or the load balancer's metrics are. */
const unseen = {
  all: /^/,
  logs: /^(Moodle|requests|failed|slow|mail\.)/,
  "load-balancer": /^AWS\/ApplicationELB/,
} as const;

/** The value of a course at a minute. */
function along(course: Course, minute: number): number {
  const after = course.findIndex(([at]) => at > minute);
  if (after === -1) {
    return course.at(-1)![1];
  }
  const [to, toValue] = course[after]!;
  const [from, fromValue] = course[after - 1] ?? [to, toValue];
  return to === from ? toValue : fromValue + ((toValue - fromValue) * (minute - from)) / (to - from);
}

/**
 * The series of a site as the alarms ask for them. Failed and slow requests are drawn from the number of requests, since
 * few of many come in lumps.
 *
 * @throws Error for a metric that the site does not have: an alarm that sees nothing would stay quiet forever.
 */
export function seriesOf(site: Site, seed: number): (metric: Metric) => Series {
  const random = new Random(seed);
  const made = new Map<string, Series>();
  const make = (key: string): Series => {
    const raw = site.metrics.get(key) ?? site.metrics.get(/^Moodle\/Requests\/\S+ (mail\.\w+)$/.exec(key)?.[1] ?? "");
    if (raw !== undefined) {
      return new Series(raw);
    }
    const [, pathClass, metric] = /^Moodle\/Requests\/\S+ (\w+)\.(seconds|failed|slow)$/.exec(key) ?? [];
    const requests = site.metrics.get(`requests ${pathClass}`);
    const percent = site.metrics.get(`${metric} ${pathClass}`);
    if (requests !== undefined && metric === "seconds") {
      // Only their number is looked at.
      return new Series(requests, requests);
    }
    if (requests === undefined || percent === undefined) {
      throw new Error(`The replay has no series for ${key}.`);
    }
    return new Series(requests.map((count, minute) => draw(random, count, percent[minute]! / 100)));
  };
  return (metric) => {
    const key = keyOf(metric);
    let found = made.get(key);
    if (found === undefined) {
      found = make(key);
      made.set(key, found);
    }
    return found;
  };
}

/**
 * Number of successes among `count` with probability `share`: normal for many, Poisson by its waiting times for few.
 */
function draw(random: Random, count: number, share: number): number {
  const mean = count * share;
  if (mean > 30) {
    const spread = Math.sqrt(mean * (1 - share)) * 2 * (random.uniform() + random.uniform() + random.uniform() - 1.5);
    return Math.max(0, Math.min(count, Math.round(mean + spread)));
  }
  let drawn = 0;
  for (let waited = random.exponential(1); mean > 0 && waited < mean; waited += random.exponential(1)) {
    drawn += 1;
  }
  return Math.min(drawn, count);
}

import type { Metric, ObjectiveClass } from "../../components/observability/definition";
import { maxConnections } from "../../components/database/connections";
import { Random } from "../lib/random";
import type { Settings } from "../../stacks/settings/settings";
import { inWeek, load, minutesOfWeek } from "./week";

/** Values minute by minute; NaN where nothing is sent. */
export type Raw = Float64Array;

/**
 * Metrics of a quiet site with these settings: teaching weeks with their days, nights and weekends, noise, and ordinary
 * events that must not page: a deployment a week, a release with an upgrade every fourth, planned work by people every fourth, backups at night, scaling behind the load, an exam that was prepared
 * for, one bad minute. Sizes are of a site with 43,000 people (docs/capacity.md).
 */
export class Site {
  readonly metrics = new Map<string, Raw>();

  constructor(
    settings: Settings,
    readonly minutes: number,
    seed: number,
  ) {
    const random = new Random(seed);
    const noise = (share: number) => 1 + share * (random.uniform() + random.uniform() + random.uniform() - 1.5);
    const connections = maxConnections(settings.database.capacity);
    let running = settings.web.minTasks;
    for (let minute = 0; minute < minutes; minute += 1) {
      const week = Math.floor(minute / minutesOfWeek);
      const at = (day: number, hour: number, length: number) => inWeek(minute, day, hour, length);
      const night = [0, 1, 2, 3, 4, 5, 6].some((day) => at(day, 2, 40));
      const deployment = at(2, 7, 6);
      const exam = week % 2 === 1 && at(3, 10, 30);
      const badMinute = week % 4 === 2 && at(1, 12, 1);

      // A release with an upgrade: the outage page answers at the edge, cron stands still. It runs again while the release looks at
      // the new tasks, a quarter of an hour before the site is open.
      const upgrade = week % 4 === 3 && at(2, 6, 50);
      const cronStopped = upgrade && at(2, 6, 35);
      this.put(minute, `Moodle/Release/${settings.environment} events`, upgrade ? 4 : NaN);
      // People close the site for planned work, and cron goes on.
      const planned = week % 4 === 1 && at(4, 18, 90);
      this.put(minute, `Moodle/Outage/${settings.environment} planned`, planned ? 1 : 0);
      this.put(minute, `Moodle/Outage/${settings.environment} overdue`, 0);
      this.put(minute, "AWS/Lambda Errors", at(3, 15, 2) ? 1 : 0);
      this.put(minute, "AWS/ApiGateway 5xx", NaN);
      this.put(minute, "AWS/SQS ApproximateNumberOfMessagesVisible", 0);
      const closed = upgrade || planned;
      const requests = closed ? 0 : 6000 * load(minute) * noise(0.1) * (exam ? 1.7 : 1);
      const wanted = Math.max(settings.web.minTasks, Math.ceil(requests / settings.web.requestsPerTarget));
      running = wanted > running ? Math.min(wanted, running + (minute % 4 === 0 ? 2 : 0)) : running;
      running = wanted < running && minute % 15 === 0 ? running - 1 : running;
      const share = requests / (running * settings.web.requestsPerTarget);
      const slow = Math.min(30, (0.6 + 1.2 * share ** 3 + (deployment ? 4 : 0)) * noise(0.3));
      for (const [pathClass, part] of Object.entries(shares)) {
        const count = Math.round(requests * part);
        this.put(minute, `requests ${pathClass}`, count);
        this.put(minute, `failed ${pathClass}`, badMinute ? 15 : 0.004 * (random.uniform() < 0.3 ? 3 : 0));
        this.put(minute, `slow ${pathClass}`, slow);
      }
      const alb = "AWS/ApplicationELB";
      this.put(minute, `${alb} RequestCount`, closed ? NaN : requests);
      this.put(minute, `${alb} HTTPCode_ELB_5XX_Count`, deployment ? 4 : random.uniform() < 0.02 ? 1 : NaN);
      this.put(minute, `${alb} HealthyHostCount`, running);
      this.put(minute, `${alb} UnHealthyHostCount`, at(2, 7, 2) ? 2 : 0);
      this.put(minute, "AWS/ECS CPUUtilization web", Math.min(100, 6 + 44 * share * noise(0.15)));
      this.put(minute, "AWS/ECS MemoryUtilization web", 55 * noise(0.04));
      for (const role of ["cron", "adhoc"]) {
        this.put(minute, `AWS/ECS MemoryUtilization ${role}`, (night ? 70 : 45) * noise(0.1));
      }
      this.put(minute, "ECS/ContainerInsights DesiredTaskCount web", wanted);
      this.put(minute, "ECS/ContainerInsights RunningTaskCount web", Math.min(wanted, running));
      const scaling = wanted > running;
      this.put(minute, "AWS/ECS/ManagedScaling CapacityProviderReservation", scaling ? 115 : 92);

      const busy = requests / 6000;
      const database = 8 + 38 * busy + (night ? 35 : 0);
      this.put(minute, "AWS/RDS CPUUtilization", Math.min(100, database * noise(0.15)));
      this.put(minute, "AWS/RDS ACUUtilization", Math.min(100, database * noise(0.15)));
      this.put(minute, "AWS/RDS DatabaseConnections", Math.min(connections * 0.5, 60 + running * 8 * noise(0.3)));
      this.put(minute, "AWS/RDS FreeLocalStorage", (22 - 6 * busy - (night ? 8 : 0)) * 2 ** 30 * noise(0.05));
      this.put(minute, "AWS/RDS FreeableMemory", 3 * 2 ** 30 * noise(0.1));
      this.put(minute, "AWS/RDS Deadlocks", random.uniform() < 0.001 ? 1 / 60 : 0);
      this.put(minute, "AWS/RDS AuroraReplicaLagMaximum", 20 * noise(0.5));

      for (const cache of ["sessions", "cache"]) {
        this.put(minute, `AWS/ElastiCache CPUUtilization ${cache}`, (3 + 14 * busy) * noise(0.3));
        this.put(minute, `AWS/ElastiCache EngineCPUUtilization ${cache}`, (5 + 28 * busy) * noise(0.3));
        this.put(
          minute,
          `AWS/ElastiCache NetworkBandwidthOutAllowanceExceeded ${cache}`,
          exam && random.uniform() < 0.2 ? 20 : 0,
        );
        this.put(minute, `AWS/ElastiCache ReplicationLag ${cache}`, random.uniform());
      }
      this.put(minute, "AWS/ElastiCache DatabaseMemoryUsagePercentage sessions", (25 + 15 * busy) * noise(0.05));
      this.put(minute, "AWS/ElastiCache Evictions sessions", 0);
      this.put(minute, "AWS/ElastiCache Evictions cache", Math.round(120 * busy * noise(0.5)));

      this.put(minute, "AWS/EFS MeteredIOBytes", (6 + 60 * busy + (night ? 90 : 0)) * 2 ** 20 * 60 * noise(0.3));
      this.put(minute, "AWS/EFS PermittedThroughput", 1024 * 2 ** 20);
      this.put(minute, "AWS/EFS PercentIOLimit", Math.min(100, (4 + 20 * busy + (night ? 45 : 0)) * noise(0.2)));
      this.put(minute, "AWS/EFS ClientConnections", running + 3);
      this.put(minute, "AWS/EFS BurstCreditBalance", 2.1 * 2 ** 40);

      // A backup of each store at night. Nobody deletes more than a little of any of them.
      this.put(minute, "AWS/Backup NumberOfBackupJobsCompleted", minute % 1440 === 160 ? 4 : NaN);
      this.put(minute, "AWS/RDS VolumeBytesUsed", 200 * 2 ** 30 * noise(0.01));
      this.put(minute, "AWS/EFS StorageBytes", 500 * 2 ** 30 * noise(0.01));
      this.put(minute, "AWS/S3 BucketSizeBytes", minute % 1440 === 0 ? 1500 * 2 ** 30 : NaN);

      // A scanner an hour each night, and CloudFront's own few errors.
      const scanner = at(5, 3, 25) || at(1, 23, 20);
      this.put(minute, "AWS/WAFV2 BlockedRequests", scanner ? 70 : random.uniform() < 0.2 ? 3 : NaN);
      this.put(minute, "AWS/WAFV2 AllowedRequests", requests * 1.6);
      this.put(minute, "AWS/CloudFront 5xxErrorRate", 0.02 * random.uniform());

      // A mistyped address now and then, some full mailboxes, and rates far below those at which AWS acts.
      this.put(minute, "mail.notSent", minute % 240 === 0 ? 1 : NaN);
      this.put(minute, "mail.delayed", minute % 60 === 0 ? 2 : NaN);
      this.put(minute, "AWS/SES Reputation.BounceRate", 0.005);
      this.put(minute, "AWS/SES Reputation.ComplaintRate", 0.0002);
      this.put(minute, "AWS/CertificateManager DaysToExpiry", minute % 720 === 0 ? 200 : NaN);

      // Each task publishes it. Uploads of the last minutes, on disks that are sized for many.
      this.put(minute, "Moodle DiskUsedPercent", 14);

      // The cron task is stopped before its new version starts.
      const silent = at(2, 7, 3) || cronStopped;
      const site = (name: string, value: number) => this.put(minute, `Moodle ${name}`, silent ? NaN : value);
      site("CronAge", 20 + 50 * random.uniform());
      site("OldestAdhocTaskAge", night ? 900 * random.uniform() : 200 * random.uniform());
      site("FailingTasks", week % 4 === 1 && at(0, 9, 30) ? 1 : 0);
      site("LongestRunningTask", night ? 1500 : 60 * random.uniform());
      site("OnlineUsers", Math.max(3, Math.round(2500 * busy)));
    }
  }

  private put(minute: number, key: string, value: number): void {
    let raw = this.metrics.get(key);
    if (raw === undefined) {
      raw = new Float64Array(this.minutes).fill(NaN);
      this.metrics.set(key, raw);
    }
    raw[minute] = value;
  }
}

/** Share of each class in all requests; the rest is "other". */
const shares: Readonly<Record<ObjectiveClass, number>> = {
  login: 0.04,
  dashboard: 0.08,
  course: 0.3,
  quiz: 0.08,
  file: 0.12,
  service: 0.25,
};

/** Key of a metric's values: its name, followed by a distinction from others of the same name. */
export function keyOf({ namespace, name, dimensions }: Metric): string {
  const value = (dimension: string) => {
    const found = dimensions[dimension];
    return typeof found === "string" ? found.replace(/-\d+$/, "") : undefined;
  };
  const which = value("CacheClusterId") ?? value("ServiceName");
  return [namespace, name, ...(which === undefined ? [] : [which])].join(" ");
}

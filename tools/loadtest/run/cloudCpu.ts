import type { Block } from "../gate/result";
import type { Run } from "../../lib/programs";

interface Place {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

interface MetricData {
  readonly MetricDataResults: readonly {
    readonly Id: string;
    readonly Timestamps: readonly string[];
    readonly Values: readonly number[];
  }[];
}

/**
 * Processor seconds of the web service in each minute of a run: the average share of the reserved units that its tasks
 * used (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html), times the tasks that ran
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html), times one task's vCPUs.
 * Blocks of ten seconds become blocks of a minute, as CloudWatch has no finer figures.
 */
export function withCloudCpu(blocks: readonly Block[], place: Place, taskVcpus: number, run: Run): readonly Block[] {
  const minutes = byMinute(blocks);
  if (minutes.length === 0) {
    return minutes;
  }
  const dimensions = [
    { Name: "ClusterName", Value: place.cluster },
    { Name: "ServiceName", Value: place.service },
  ];
  const query = (Id: string, Namespace: string, MetricName: string) => ({
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions: dimensions }, Period: 60, Stat: "Average" },
  });
  const iso = (time: number): string => new Date(time).toISOString();
  const answer = JSON.parse(
    run("aws", [
      "cloudwatch",
      "get-metric-data",
      "--region",
      place.region,
      "--start-time",
      iso(minutes[0]!.start),
      "--end-time",
      iso(minutes.at(-1)!.start + 60_000),
      "--metric-data-queries",
      JSON.stringify([
        query("used", "AWS/ECS", "CPUUtilization"),
        query("tasks", "ECS/ContainerInsights", "RunningTaskCount"),
      ]),
      "--output",
      "json",
    ]),
  ) as MetricData;
  const series = (id: string): ReadonlyMap<number, number> => {
    const found = answer.MetricDataResults.find((one) => one.Id === id);
    return new Map(found?.Timestamps.map((time, index) => [Date.parse(time), found.Values[index]!]));
  };
  const [used, tasks] = [series("used"), series("tasks")];
  return minutes.map((block) => {
    const [share, count] = [used.get(block.start), tasks.get(block.start)];
    const webCpuSeconds =
      share === undefined || count === undefined ? undefined : (share / 100) * count * taskVcpus * 60;
    return { ...block, webCpuSeconds };
  });
}

function byMinute(blocks: readonly Block[]): readonly Block[] {
  const minutes = new Map<number, Record<string, { bins: Record<number, number>; failed: number }>>();
  for (const { start, requests } of blocks) {
    const minute = Math.floor(start / 60_000) * 60_000;
    const all = minutes.get(minute) ?? {};
    minutes.set(minute, all);
    for (const [name, { bins, failed }] of Object.entries(requests)) {
      const one = (all[name] ??= { bins: {}, failed: 0 });
      one.failed += failed;
      for (const [bin, count] of Object.entries(bins)) {
        one.bins[Number(bin)] = (one.bins[Number(bin)] ?? 0) + count;
      }
    }
  }
  return [...minutes].map(([start, requests]) => ({ start, seconds: 60, requests }));
}

/** vCPUs of one task of the service, from its task definition: units by 1024. */
export function taskVcpus({ region, cluster, service }: Place, run: Run): number {
  const described = JSON.parse(
    run("aws", [
      "ecs",
      "describe-services",
      "--region",
      region,
      "--cluster",
      cluster,
      "--services",
      service,
      "--output",
      "json",
    ]),
  ) as { readonly services: readonly { readonly taskDefinition: string }[] };
  const definition = JSON.parse(
    run("aws", [
      "ecs",
      "describe-task-definition",
      "--region",
      region,
      "--task-definition",
      described.services[0]!.taskDefinition,
      "--output",
      "json",
    ]),
  ) as { readonly taskDefinition: { readonly cpu: string } };
  return Number(definition.taskDefinition.cpu) / 1024;
}

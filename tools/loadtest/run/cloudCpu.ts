import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, ECSClient } from "@aws-sdk/client-ecs";
import type { Block } from "../gate/result";
import { asked } from "../../lib/awsCall";

interface Place {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/**
 * Processor seconds of the web service in each minute of a run: the average share of the reserved units that its tasks
 * used (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html), times the tasks that ran
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html), times one task's vCPUs.
 * Blocks of ten seconds become blocks of a minute, as CloudWatch has no finer figures.
 */
export async function withCloudCpu(
  blocks: readonly Block[],
  place: Place,
  taskVcpus: number,
): Promise<readonly Block[]> {
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
  const command = new GetMetricDataCommand({
    StartTime: new Date(minutes[0]!.start),
    EndTime: new Date(minutes.at(-1)!.start + 60_000),
    MetricDataQueries: [
      query("used", "AWS/ECS", "CPUUtilization"),
      query("tasks", "ECS/ContainerInsights", "RunningTaskCount"),
    ],
  });
  const client = new CloudWatchClient({ region: place.region });
  const { MetricDataResults = [] } = await asked("cloudwatch GetMetricData", client.send(command));
  const series = (id: string): ReadonlyMap<number, number> => {
    const { Timestamps = [], Values = [] } = MetricDataResults.find((one) => one.Id === id) ?? {};
    return new Map(Timestamps.map((time, index) => [time.getTime(), Values[index]!]));
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
export async function taskVcpus({ region, cluster, service }: Place): Promise<number> {
  const ecs = new ECSClient({ region });
  const find = new DescribeServicesCommand({ cluster, services: [service] });
  const { services = [] } = await asked("ecs DescribeServices", ecs.send(find));
  const taskDefinition = services[0]?.taskDefinition;
  if (taskDefinition === undefined) {
    throw new Error(`Cluster ${cluster} has no service ${service}. Fix: deploy the stack.`);
  }
  const describe = new DescribeTaskDefinitionCommand({ taskDefinition });
  const described = await asked("ecs DescribeTaskDefinition", ecs.send(describe));
  return Number(described.taskDefinition?.cpu) / 1024;
}

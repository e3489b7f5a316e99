/**
 * Measures how fast capacity arrives. There are three kinds of events, with one record each, which is also the metric
 * (embedded metric format:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * a scaling alarm (waits for the first new healthy target), a task that runs, an instance that was launched.
 */
import { DescribeServicesCommand, ECSClient } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { EventBridgeEvent } from "aws-lambda";

/** The fields that are read from an event of EventBridge. */
type EventOf<Source extends string, Detail> = Partial<
  Pick<EventBridgeEvent<string, Detail>, "time" | "detail-type">
> & {
  readonly source: Source;
  readonly detail: Detail;
};

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
type AlarmEvent = EventOf<
  "aws.cloudwatch",
  { readonly alarmName: string; readonly state: { readonly timestamp?: string } }
>;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
type TaskEvent = EventOf<
  "aws.ecs",
  {
    readonly taskArn: string;
    readonly createdAt: string;
    readonly pullStartedAt?: string;
    readonly pullStoppedAt?: string;
    readonly startedAt?: string;
    readonly availabilityZone?: string;
    readonly containerInstanceArn?: string;
  }
>;

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
type InstanceEvent = EventOf<
  "aws.autoscaling",
  {
    readonly EC2InstanceId: string;
    readonly AutoScalingGroupName: string;
    readonly StartTime: string;
    readonly EndTime: string;
    readonly Cause: string;
    readonly StatusMessage: string;
  }
>;

export type SpeedEvent = AlarmEvent | TaskEvent | InstanceEvent;

export interface SpeedWorld {
  readonly settings: { readonly cluster: string; readonly budgetSeconds: number };
  /** Targets of the load balancer's target group. */
  targets(): Promise<readonly { readonly id: string | undefined; readonly state: string | undefined }[]>;
  service(): Promise<{ readonly desired: number; readonly running: number; readonly events: readonly string[] }>;
  now(): number;
  wait(milliseconds: number): Promise<void>;
}

/** A line of the log. */
export type SpeedRecord = Readonly<Record<string, unknown>>;

const namespace = "Moodle/Scaling";
const pollSeconds = 5;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
/** Difference to tenths of a second; NaN when a time is missing. */
const seconds = (from: number, to: number): number => Math.round((to - from) / 100) / 10;
const between = (from: string, to = ""): number => seconds(Date.parse(from), Date.parse(to));

/** One line of the log; `metrics` are seconds that CloudWatch extracts from it. */
function record(
  now: number,
  cluster: string,
  fields: SpeedRecord,
  metrics: Readonly<Record<string, number>> = {},
): SpeedRecord {
  const names = Object.keys(metrics);
  const directive = {
    Namespace: namespace,
    Dimensions: [["ClusterName"]],
    Metrics: names.map((Name) => ({ Name, Unit: "Seconds" })),
  };
  return {
    ...(names.length > 0 && { _aws: { Timestamp: now, CloudWatchMetrics: [directive] } }),
    ClusterName: cluster,
    ...fields,
    ...metrics,
  };
}

/** Polls until a target is healthy that did not exist at the alarm, or until the budget is spent. */
async function onAlarm({ detail, time = "" }: AlarmEvent, world: SpeedWorld): Promise<SpeedRecord> {
  const { settings, targets, service, now, wait } = world;
  const alarmAt = Date.parse(detail.state.timestamp ?? time);
  const healthy = async () => (await targets()).filter(({ state }) => state === "healthy").map(({ id }) => id);
  const before = new Set(await healthy());
  const known = { kind: "scaling", alarm: detail.alarmName, alarmAt: iso(alarmAt), healthyBefore: before.size };
  // One look after the budget is spent, or an exact miss would not exceed it.
  while (seconds(alarmAt, now()) <= settings.budgetSeconds) {
    await wait(pollSeconds * 1000);
    const first = (await healthy()).find((id) => !before.has(id));
    if (first !== undefined) {
      const at = now();
      const { events } = await service();
      return record(
        at,
        settings.cluster,
        { ...known, outcome: "healthy", firstHealthy: first, firstHealthyAt: iso(at), events },
        { SecondsToFirstHealthyTask: seconds(alarmAt, at) },
      );
    }
  }
  const at = now();
  const { desired, running, events } = await service();
  const ended = { ...known, desired, running, events, endedAt: iso(at) };
  // Tasks are wanted and do not start: slower than the budget, by an unknown amount.
  return running < desired
    ? record(at, settings.cluster, { ...ended, outcome: "late" }, { SecondsToFirstHealthyTask: seconds(alarmAt, at) })
    : record(at, settings.cluster, { ...ended, outcome: "nothing was added" });
}

/**
 * Tasks that this environment of the function has timed: ECS sends RUNNING again when a task's health changes, with the same times.
 * Where Lambda has several environments at once a task may be counted in two, which changes no maximum.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 */
const timed = new Set<string>();
/** A bound for an environment that lives long: more than the tasks of any day. */
const timedMost = 10_000;

function firstTime(task: string): boolean {
  const first = !timed.has(task);
  if (timed.size >= timedMost) {
    timed.clear();
  }
  timed.add(task);
  return first;
}

/** Time from the decision, which created the task, to its running containers, including the wait for an instance. */
function onTask({ detail }: TaskEvent, { settings, now }: SpeedWorld): SpeedRecord {
  const { taskArn, createdAt, pullStartedAt, pullStoppedAt, startedAt, availabilityZone, containerInstanceArn } =
    detail;
  const timeline = { createdAt, pullStartedAt, pullStoppedAt, startedAt };
  const taken = between(createdAt, startedAt);
  return record(
    now(),
    settings.cluster,
    { kind: "task", task: taskArn, zone: availabilityZone, instance: containerInstanceArn, ...timeline },
    Number.isFinite(taken) && firstTime(taskArn) ? { SecondsToRunningTask: taken } : {},
  );
}

function onInstance(event: InstanceEvent, { settings, now }: SpeedWorld): SpeedRecord {
  const { EC2InstanceId, AutoScalingGroupName, StartTime, EndTime, Cause, StatusMessage } = event.detail;
  const failed = event["detail-type"] !== "EC2 Instance Launch Successful";
  const taken = between(StartTime, EndTime);
  return record(
    now(),
    settings.cluster,
    {
      kind: "instance",
      outcome: failed ? "failed" : "launched",
      instance: EC2InstanceId,
      group: AutoScalingGroupName,
      startedAt: StartTime,
      endedAt: EndTime,
      cause: Cause,
      message: StatusMessage,
    },
    failed || !Number.isFinite(taken) ? {} : { SecondsToInstance: taken },
  );
}

/** The record of one event. @throws Error for an event that no rule of ours sends */
export async function measure(event: SpeedEvent, world: SpeedWorld): Promise<SpeedRecord> {
  switch (event.source) {
    case "aws.cloudwatch":
      return onAlarm(event, world);
    case "aws.ecs":
      return onTask(event, world);
    case "aws.autoscaling":
      return onInstance(event, world);
    default: {
      const { source } = event as { readonly source: string };
      throw new Error(`An event of ${source} was sent here; expected are aws.cloudwatch, aws.ecs, aws.autoscaling.`);
    }
  }
}

function lambdaWorld(env: Readonly<Record<string, string | undefined>>): SpeedWorld {
  const { CLUSTER: cluster = "", SERVICE = "", TARGET_GROUP_ARN, BUDGET_SECONDS } = env;
  const ecs = new ECSClient({});
  const balancer = new ElasticLoadBalancingV2Client({});
  return {
    settings: { cluster, budgetSeconds: Number(BUDGET_SECONDS) },
    async targets() {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: TARGET_GROUP_ARN });
      const { TargetHealthDescriptions: all = [] } = await balancer.send(command);
      return all.map(({ Target, TargetHealth }) => ({ id: Target?.Id, state: TargetHealth?.State }));
    },
    async service() {
      const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster, services: [SERVICE] }));
      const { desiredCount = 0, runningCount = 0, events = [] } = services[0] ?? {};
      const said = events.slice(0, 5).map(({ createdAt, message }) => `${createdAt?.toISOString()} ${message}`);
      return { desired: desiredCount, running: runningCount, events: said };
    },
    now: Date.now,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

let world: SpeedWorld | undefined;

export async function handler(event: SpeedEvent): Promise<void> {
  world ??= lambdaWorld(process.env);
  // Not console.log: it puts a prefix before the JSON, and such a line is no metric.
  process.stdout.write(`${JSON.stringify(await measure(event, world))}\n`);
}

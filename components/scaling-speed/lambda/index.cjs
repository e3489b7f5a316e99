"use strict";

/**
 * Measures how fast capacity comes. Three kinds of events, one record each, which is also the metric (embedded metric format:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html):
 * a scaling alarm (waits for the first new healthy target), a task that runs, an instance that was launched.
 */

const namespace = "Moodle/Scaling";
const pollSeconds = 5;

const iso = (milliseconds) => new Date(milliseconds).toISOString();
const seconds = (from, to) => Math.round((to - from) / 100) / 10;

/** One line of the log; `metrics` are numbers of seconds that CloudWatch picks from it. */
function record(now, cluster, fields, metrics = {}) {
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

/** Looks until a target is healthy that was not there when the alarm came, or until the budget is spent. */
async function onAlarm(event, { settings, targets, service, now, wait }) {
  const alarmAt = Date.parse(event.detail.state.timestamp ?? event.time);
  const healthy = async () => (await targets()).filter(({ state }) => state === "healthy").map(({ id }) => id);
  const before = new Set(await healthy());
  const known = { kind: "scaling", alarm: event.detail.alarmName, alarmAt: iso(alarmAt), healthyBefore: before.size };
  // At most one look after the budget is spent, or an exact miss would not be over it.
  while (seconds(alarmAt, now()) <= settings.budgetSeconds) {
    await wait(pollSeconds * 1000);
    const first = (await healthy()).find((id) => !before.has(id));
    if (first !== undefined) {
      const at = now();
      const taken = seconds(alarmAt, at);
      return record(
        at,
        settings.cluster,
        {
          ...known,
          outcome: "healthy",
          firstHealthy: first,
          firstHealthyAt: iso(at),
          events: (await service()).events,
        },
        { SecondsToFirstHealthyTask: taken },
      );
    }
  }
  const at = now();
  const { desired, running, events } = await service();
  const ended = { ...known, desired, running, events, endedAt: iso(at) };
  // Tasks are wanted and do not come: slower than the budget, and nobody knows how much.
  return running < desired
    ? record(at, settings.cluster, { ...ended, outcome: "late" }, { SecondsToFirstHealthyTask: seconds(alarmAt, at) })
    : record(at, settings.cluster, { ...ended, outcome: "nothing was added" });
}

/** From the decision, which made the task, to the containers that run; waiting for an instance is in it. */
function onTask({ detail }, { settings, now }) {
  const { taskArn, createdAt, pullStartedAt, pullStoppedAt, startedAt, availabilityZone, containerInstanceArn } =
    detail;
  const timeline = { createdAt, pullStartedAt, pullStoppedAt, startedAt };
  const taken = seconds(Date.parse(createdAt), Date.parse(startedAt));
  return record(
    now(),
    settings.cluster,
    { kind: "task", task: taskArn, zone: availabilityZone, instance: containerInstanceArn, ...timeline },
    Number.isFinite(taken) ? { SecondsToRunningTask: taken } : {},
  );
}

function onInstance(event, { settings, now }) {
  const { EC2InstanceId, AutoScalingGroupName, StartTime, EndTime, Cause, StatusMessage } = event.detail;
  const failed = event["detail-type"] !== "EC2 Instance Launch Successful";
  const taken = seconds(Date.parse(StartTime), Date.parse(EndTime));
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

/** What one event leaves. @throws Error for an event that no rule of ours sends. */
async function measure(event, world) {
  switch (event.source) {
    case "aws.cloudwatch":
      return onAlarm(event, world);
    case "aws.ecs":
      return onTask(event, world);
    case "aws.autoscaling":
      return onInstance(event, world);
    default:
      throw new Error(
        `An event of ${event.source} was sent here; expected are aws.cloudwatch, aws.ecs, aws.autoscaling.`,
      );
  }
}

/** The world as Lambda has it; the SDK is part of the runtime. */
function lambdaWorld(env) {
  const { ECSClient, DescribeServicesCommand } = require("@aws-sdk/client-ecs");
  const {
    ElasticLoadBalancingV2Client,
    DescribeTargetHealthCommand,
  } = require("@aws-sdk/client-elastic-load-balancing-v2");
  const ecs = new ECSClient({});
  const balancer = new ElasticLoadBalancingV2Client({});
  return {
    settings: { cluster: env.CLUSTER, budgetSeconds: Number(env.BUDGET_SECONDS) },
    async targets() {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: env.TARGET_GROUP_ARN });
      const { TargetHealthDescriptions: all = [] } = await balancer.send(command);
      return all.map(({ Target, TargetHealth }) => ({ id: Target.Id, state: TargetHealth.State }));
    },
    async service() {
      const command = new DescribeServicesCommand({ cluster: env.CLUSTER, services: [env.SERVICE] });
      const { services = [] } = await ecs.send(command);
      const { desiredCount = 0, runningCount = 0, events = [] } = services[0] ?? {};
      const said = events.slice(0, 5).map(({ createdAt, message }) => `${createdAt.toISOString()} ${message}`);
      return { desired: desiredCount, running: runningCount, events: said };
    },
    now: Date.now,
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

let world;

async function handler(event) {
  world ??= lambdaWorld(process.env);
  // Not console.log: it puts a prefix before the JSON, and a line with one is no metric.
  process.stdout.write(`${JSON.stringify(await measure(event, world))}\n`);
}

module.exports = { handler, measure };

import type { DefinitionArgs } from "./arguments";
import { call, is, joined, nothing, type OnError, type Part, poll, type Rule, sequence, set } from "./asl";

export interface RollOptions {
  readonly service: string;
  /** ARN, or a path to it. */
  readonly definition: string;
  /** Path to the number of tasks; left alone when left out. */
  readonly count?: string;
  /** Whether the alarms are watched meanwhile. */
  readonly watch?: boolean;
  readonly onError: OnError;
}

const primary = "$.service.primary[0]";

/**
 * Moves a service to a task definition and waits until its tasks are steady. ECS's circuit breaker turns a deployment back
 * whose tasks do not get healthy: then the primary deployment is of another definition, which counts as failed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function roll(id: string, args: DefinitionArgs, options: RollOptions): Part {
  const { service, definition, count, onError } = options;
  const isPath = definition.startsWith("$.");
  const same: Rule = isPath ? { StringEqualsPath: definition } : { StringEquals: definition };
  const failed = `${id}: failed`;
  const look = call(
    `${id}: look`,
    "ecs:describeServices",
    { Cluster: args.clusterArn, Services: [service] },
    { result: "$.service", select: { "primary.$": "$.Services[0].Deployments[?(@.Status == 'PRIMARY')]" }, onError },
  );
  const watched = options.watch === true && args.alarmNames.length > 0;
  return (next) => {
    const rolled = sequence(
      call(
        id,
        "ecs:updateService",
        {
          Cluster: args.clusterArn,
          Service: service,
          [isPath ? "TaskDefinition.$" : "TaskDefinition"]: definition,
          ...(count !== undefined && { "DesiredCount.$": count }),
        },
        { onError },
      ),
      poll(`${id}: end`, {
        look: watched ? sequence(look, ringing(`${id}: alarms`, args, onError)) : look,
        everySeconds: 15,
        // An hour: a fleet of forty tasks in waves, each with a start and a drain.
        times: 240,
        ends: [
          ...(watched ? [[alarm, failed] as const] : []),
          [
            {
              And: [
                is(`${primary}.TaskDefinition`, same),
                is(`${primary}.RolloutState`, { StringEquals: "COMPLETED" }),
              ],
            },
            undefined,
          ],
          [is(`${primary}.RolloutState`, { StringEquals: "FAILED" }), failed],
          [
            {
              And: [
                { Variable: `${primary}.TaskDefinition`, IsPresent: true },
                { Not: { Variable: `${primary}.TaskDefinition`, ...same } },
              ],
            },
            failed,
          ],
        ],
        tooLong: failed,
      }),
    )(next);
    const said = set(failed, onError.path, {
      Error: id,
      "Cause.$": `States.Format('{}Deployments of ${service}: {}', ${watched ? "States.Format('Alarms that ring: {}. ', States.JsonToString($.alarms.ringing))" : "''"}, States.JsonToString($.service.primary))`,
    })(onError.next);
    return { start: rolled.start, states: joined(rolled.states, said.states) };
  };
}

export interface WorkerOptions {
  readonly cron: string;
  readonly adhoc: string;
  /** Path to what the services were before. */
  readonly before: string;
  readonly onError: OnError;
}

/** Both workers' services on definitions (ARNs or paths), as many tasks as before, and scaled by the load again. */
export function startWorkers(id: string, args: DefinitionArgs, { cron, adhoc, before, onError }: WorkerOptions): Part {
  const { serviceNames } = args;
  return sequence(
    roll(`${id}: cron`, args, {
      service: serviceNames.cron,
      definition: cron,
      count: `${before}.cron.count`,
      onError,
    }),
    roll(`${id}: adhoc`, args, {
      service: serviceNames.adhoc,
      definition: adhoc,
      count: `${before}.adhoc.count`,
      onError,
    }),
    ...scaling(`${id}: scale`, args, false, onError),
  );
}

/** No worker is left that would run old code on a new database. ECS gives each the 120 s of its stop time-out. */
export function stopWorkers(id: string, args: DefinitionArgs, onError: OnError): Part {
  const { cron, adhoc } = args.serviceNames;
  const stop = (role: string, service: string): Part =>
    call(
      `${id}: ${role}`,
      "ecs:updateService",
      { Cluster: args.clusterArn, Service: service, DesiredCount: 0 },
      { onError },
    );
  const late = `${id}: too long`;
  return (next) => {
    const stopped = sequence(
      ...scaling(`${id}: scale`, args, true, onError),
      stop("cron", cron),
      stop("adhoc", adhoc),
      poll(`${id}: end`, {
        look: call(
          `${id}: look`,
          "ecs:describeServices",
          { Cluster: args.clusterArn, Services: [cron, adhoc] },
          { result: "$.workers", select: { "running.$": "$.Services[*].RunningCount" }, onError },
        ),
        everySeconds: 10,
        times: 60,
        ends: [[{ And: [0, 1].map((i) => is(`$.workers.running[${i}]`, { NumericEquals: 0 })) }, undefined]],
        tooLong: late,
      }),
    )(next);
    const said = set(late, onError.path, {
      Error: id,
      Cause: "Workers still ran ten minutes after they were stopped.",
    });
    return { start: stopped.start, states: joined(stopped.states, said(onError.next).states) };
  };
}

/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html */
function scaling(id: string, args: DefinitionArgs, suspended: boolean, onError: OnError): readonly Part[] {
  return args.scalableWorkers.map((resource, i) =>
    call(
      `${id} ${i + 1}`,
      "applicationautoscaling:registerScalableTarget",
      {
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
        ResourceId: resource,
        SuspendedState: {
          DynamicScalingInSuspended: suspended,
          DynamicScalingOutSuspended: suspended,
          ScheduledScalingSuspended: suspended,
        },
      },
      { onError },
    ),
  );
}

const alarm: Rule = { Variable: "$.alarms.ringing[0]", IsPresent: true };

function ringing(id: string, args: DefinitionArgs, onError: OnError): Part {
  return call(
    id,
    "cloudwatch:describeAlarms",
    { AlarmNames: args.alarmNames, StateValue: "ALARM" },
    { result: "$.alarms", select: { "ringing.$": "$.MetricAlarms[*].AlarmName" }, onError },
  );
}

/** Looks at the alarms every half minute for some minutes: some faults show only under load. */
export function watchAlarms(id: string, args: DefinitionArgs, minutes: number, onError: OnError): Part {
  if (args.alarmNames.length === 0) {
    return nothing(`${id}: there are none`);
  }
  const rings = `${id}: one rings`;
  return (next) => {
    const watched = poll(id, {
      look: ringing(`${id}: look`, args, onError),
      everySeconds: 30,
      times: minutes * 2,
      ends: [[alarm, rings]],
      tooLong: next,
    })(next);
    const said = set(rings, onError.path, {
      Error: "Alarm",
      "Cause.$": "States.Format('Alarms that ring: {}', States.JsonToString($.alarms.ringing))",
    })(onError.next);
    return { start: watched.start, states: joined(watched.states, said.states) };
  };
}

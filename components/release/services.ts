import { alarm, ringing, watched, whichRing } from "./alarms";
import type { DefinitionArgs } from "./arguments";
import { call, choose, failing, is, joined, type OnError, type Part, poll, type Rule, sequence, set } from "./asl";

export interface RollOptions {
  readonly service: string;
  /** ARN, or a path to it. */
  readonly definition: string;
  /** Path to the number of tasks. Undefined: the number stays. */
  readonly count?: string;
  /** Whether to watch the alarms meanwhile. */
  readonly watch?: boolean;
  readonly onError: OnError;
}

const primary = "$.service.primary[0]";

/**
 * Moves a service to a task definition and waits until its tasks are steady. ECS's circuit breaker rolls back a
 * deployment whose tasks do not become healthy: then the primary deployment has another definition, which counts as
 * failed. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
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
  const watch = options.watch === true && watched(args).length > 0;
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
        look: watch ? sequence(look, ringing(`${id}: alarms`, args, onError)) : look,
        firstSeconds: 15,
        // A fleet of forty tasks in waves, each with a start and a drain.
        minutes: 60,
        ends: [
          ...(watch ? [[alarm(args), failed] as const] : []),
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
    const cause = watch
      ? `States.Format('{} Deployments of ${service}: {}', ${whichRing}, States.JsonToString($.service.primary))`
      : `States.Format('Deployments of ${service}: {}', States.JsonToString($.service.primary))`;
    return { start: rolled.start, states: joined(rolled.states, failing(failed, id, { "Cause.$": cause }, onError)) };
  };
}

export interface WorkerOptions {
  /** ARNs, or paths. */
  readonly cron: string;
  readonly adhoc: string;
  /** Path to the services' previous state. */
  readonly before: string;
  readonly onError: OnError;
}

const workers = ["cron", "adhoc"] as const;
type Worker = (typeof workers)[number];

/** Workers that Application Auto Scaling knows, each with its resource id. */
function scalable(args: DefinitionArgs): readonly (readonly [Worker, string])[] {
  return workers.flatMap((role) =>
    args.scalableWorkers.filter((id) => id.endsWith(`/${args.serviceNames[role]}`)).map((id) => [role, id] as const),
  );
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
function describeTarget(
  id: string,
  resourceId: string,
  result: string,
  select: Readonly<Record<string, unknown>>,
  onError: OnError,
): Part {
  return call(
    id,
    "applicationautoscaling:describeScalableTargets",
    { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount", ResourceIds: [resourceId] },
    { result, select, onError },
  );
}

/** Records what a person has suspended, so that it is suspended again at the end. */
export function rememberScaling(args: DefinitionArgs, onError: OnError): readonly Part[] {
  return scalable(args).map(([role, resourceId]) =>
    describeTarget(
      `Look at the scaling of ${role}`,
      resourceId,
      `$.before.${role}Scaling`,
      { "suspended.$": "$.ScalableTargets[*].SuspendedState" },
      onError,
    ),
  );
}

/**
 * Takes the suspensions that an earlier release wrote down in place of those that are there now: it left the site closed, and
 * its way forward may have ended before it lifted its own.
 *
 * @param known path of what it wrote down
 */
export function recallScaling(args: DefinitionArgs, known: string): readonly Part[] {
  return scalable(args).map(([role]): Part => (next) => {
    const path = `${known}.${role}Scaling.suspended`;
    return sequence(
      choose(`Is the scaling of ${role} before known?`, [[{ Not: { Variable: path, IsPresent: true } }, next]]),
      set(`Scaling of ${role} before the site was closed`, `$.before.${role}Scaling`, { "suspended.$": path }),
    )(next);
  });
}

/**
 * Both workers' services on definitions (ARNs or paths), as many tasks as before, and scaled by the load again. Bounds
 * that a schedule changed meanwhile apply: after a release over the evening, no worker stays on that should be off.
 */
export function startWorkers(id: string, args: DefinitionArgs, { cron, adhoc, before, onError }: WorkerOptions): Part {
  const definitions = { cron, adhoc };
  return sequence(
    ...workers.flatMap((role) => [
      ...bounded(`${id}: count of ${role}`, args, role, before, onError),
      roll(`${id}: ${role}`, args, {
        service: args.serviceNames[role],
        definition: definitions[role],
        count: `$.count.${role}`,
        onError,
      }),
    ]),
    ...resume(`${id}: scale`, args, before, onError),
  );
}

/** Sets `$.count.<role>` to the count from before, within the bounds that hold now. */
function bounded(id: string, args: DefinitionArgs, role: Worker, before: string, onError: OnError): readonly Part[] {
  const was = `${before}.${role}.count`;
  const begin = role === workers[0] ? [set(`${id}, none yet`, "$.count", {})] : [];
  const resourceId = scalable(args).find(([one]) => one === role)?.[1];
  const take =
    (name: string, path: string): Part =>
    (next) => ({
      start: name,
      states: { [name]: { Type: "Pass", InputPath: path, ResultPath: `$.count.${role}`, Next: next } },
    });
  if (resourceId === undefined) {
    return [...begin, take(id, was)];
  }
  const bounds = `$.bounds`;
  const beyond = (bound: string, comparison: Rule): Rule => ({
    And: [
      { Variable: bound, IsPresent: true },
      { Variable: was, ...comparison },
    ],
  });
  const part: Part = (next) => {
    const [low, high, same] = [`${id}: lowest`, `${id}: highest`, `${id}: as before`];
    const asked = sequence(
      describeTarget(
        id,
        resourceId,
        bounds,
        { "min.$": "$.ScalableTargets[*].MinCapacity", "max.$": "$.ScalableTargets[*].MaxCapacity" },
        onError,
      ),
      choose(`${id}: within the bounds?`, [
        [beyond(`${bounds}.min[0]`, { NumericLessThanPath: `${bounds}.min[0]` }), low],
        [beyond(`${bounds}.max[0]`, { NumericGreaterThanPath: `${bounds}.max[0]` }), high],
      ]),
    )(same);
    return {
      start: asked.start,
      states: joined(
        asked.states,
        take(low, `${bounds}.min[0]`)(next).states,
        take(high, `${bounds}.max[0]`)(next).states,
        take(same, was)(next).states,
      ),
    };
  };
  return [...begin, part];
}

/**
 * Stops the workers, whose scaling is suspended, so none runs old code on a new database. ECS gives each the 120 s of its
 * stop time-out. The services name the new code from here on: a worker that a schedule starts meanwhile runs it, and
 * Moodle's own check suspends it until the upgrade is complete.
 */
export function stopWorkers(id: string, args: DefinitionArgs, onError: OnError): Part {
  const stop = (role: Worker): Part =>
    call(
      `${id}: ${role}`,
      "ecs:updateService",
      {
        Cluster: args.clusterArn,
        Service: args.serviceNames[role],
        TaskDefinition: args.taskDefinitionArns[role],
        DesiredCount: 0,
      },
      { onError },
    );
  const late = `${id}: too long`;
  return (next) => {
    const stopped = sequence(
      stop("cron"),
      stop("adhoc"),
      poll(`${id}: end`, {
        look: call(
          `${id}: look`,
          "ecs:describeServices",
          { Cluster: args.clusterArn, Services: workers.map((role) => args.serviceNames[role]) },
          {
            result: "$.workers",
            // ACTIVE: a deployment that is being replaced and still has tasks.
            // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
            select: {
              "old.$": "$.Services[*].Deployments[?(@.Status == 'ACTIVE')].Status",
              "running.$": "$.Services[*].RunningCount",
              "desired.$": "$.Services[*].DesiredCount",
            },
            onError,
          },
        ),
        firstSeconds: 10,
        minutes: 10,
        // Those that a schedule has started meanwhile are desired, and have the new code.
        ends: [
          [
            {
              And: [
                { Not: { Variable: "$.workers.old[0]", IsPresent: true } },
                ...[0, 1].map((i): Rule => ({
                  Variable: `$.workers.running[${i}]`,
                  NumericLessThanEqualsPath: `$.workers.desired[${i}]`,
                })),
              ],
            },
            undefined,
          ],
        ],
        tooLong: late,
      }),
    )(next);
    const said = failing(
      late,
      id,
      { Cause: "Workers of the code of before still ran ten minutes after they were stopped." },
      onError,
    );
    return { start: stopped.start, states: joined(stopped.states, said) };
  };
}

function register(id: string, resourceId: string, state: Readonly<Record<string, unknown>>, onError: OnError): Part {
  return call(
    id,
    "applicationautoscaling:registerScalableTarget",
    { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount", ResourceId: resourceId, ...state },
    { onError },
  );
}

/**
 * Suspends scaling by the load. Schedules go on, since actions that are due during a suspension are lost.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html
 */
export function suspendScaling(id: string, args: DefinitionArgs, onError: OnError): readonly Part[] {
  const both = { DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true };
  return eitherState(
    id,
    args,
    "$.before",
    onError,
    (path) => ({
      SuspendedState: { ...both, "ScheduledScalingSuspended.$": `${path}.ScheduledScalingSuspended` },
    }),
    { SuspendedState: { ...both, ScheduledScalingSuspended: false } },
  );
}

/** Restores earlier suspensions: a person may have had a reason. */
function resume(id: string, args: DefinitionArgs, before: string, onError: OnError): readonly Part[] {
  return eitherState(id, args, before, onError, (path) => ({ "SuspendedState.$": path }), {
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
  });
}

/** Branches on the earlier suspension, where AWS has reported it. */
function eitherState(
  id: string,
  args: DefinitionArgs,
  before: string,
  onError: OnError,
  known: (path: string) => Readonly<Record<string, unknown>>,
  unknown: Readonly<Record<string, unknown>>,
): readonly Part[] {
  return scalable(args).map(([role, resourceId], i): Part => (next) => {
    const path = `${before}.${role}Scaling.suspended[0]`;
    const plain = `${id} ${i + 1}, nothing known`;
    const chosen = sequence(
      choose(`${id} ${i + 1}: was any suspended?`, [[{ Not: { Variable: path, IsPresent: true } }, plain]]),
      register(`${id} ${i + 1}`, resourceId, known(path), onError),
    )(next);
    return {
      start: chosen.start,
      states: joined(chosen.states, register(plain, resourceId, unknown, onError)(next).states),
    };
  });
}

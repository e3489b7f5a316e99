import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, refuse } from "../lib/invalid";
import type { ScheduledAction, ScheduledTarget } from "./action";
import { timedCalls, type TimedCallsArgs } from "./timedCalls";

export interface CapacityScheduleArgs {
  /** IANA name: recurring actions follow its clock, through changes to daylight saving and back. */
  readonly timeZone: string;
  readonly actions: readonly ScheduledAction[];
  /** Targets that actions may name. An action for a target that is not here is an error. */
  readonly services: {
    readonly [target in "web" | "adhoc" | "cron"]?: { readonly resourceId: pulumi.Input<string> } | undefined;
  };
  readonly autoScalingGroupName?: pulumi.Input<string> | undefined;
  readonly database?:
    { readonly clusterIdentifier: pulumi.Input<string>; readonly clusterArn: pulumi.Input<string> } | undefined;
}

/**
 * Changes the smallest capacity of each layer by schedule. The scaling policies keep working above it.
 *
 * - ECS services: Application Auto Scaling's scheduled actions. An Auto Scaling group: its own, which are made again when
 *   their time changes, because the provider keeps a start that AWS computed and then sends it back
 *   (https://github.com/pulumi/pulumi-aws/issues/2473).
 * - Aurora Serverless has no scheduled actions, and its range is the cluster's own setting: EventBridge Scheduler calls
 *   `ModifyDBCluster`. An update of the stack in the meantime sets the range back only if it changes the range itself.
 *   Instance classes cannot change without a restart, and so have no schedule: they must hold the largest exam.
 *
 * *Cost.* None for the actions; the capacity they ask for is paid like any other.
 * *Failure.* An action that AWS cannot carry out (no instances of that type are left) leaves the policies as they were;
 * it is a Scheduler or scaling event, not a failed deployment; dropped calls have an alarm.
 */
export class CapacitySchedule extends pulumi.ComponentResource {
  /** Group of the calls of EventBridge Scheduler; undefined when there are none. */
  readonly groupName: pulumi.Output<string> | undefined;

  constructor(name: string, args: CapacityScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:schedule:CapacitySchedule", name, {}, opts);
    refuse(this, scheduleProblems(args));
    const child = { parent: this };
    const of = (...targets: ScheduledTarget[]) => args.actions.filter(({ target }) => targets.includes(target));

    for (const action of of("web", "adhoc", "cron")) {
      const service = args.services[action.target as "web" | "adhoc" | "cron"]!;
      serviceAction(name, action, service.resourceId, args.timeZone, child);
    }
    for (const action of of("instances")) {
      instancesAction(name, action, args.autoScalingGroupName!, args.timeZone, child);
    }
    const databaseActions = args.database === undefined ? [] : of("database");
    if (databaseActions.length > 0) {
      const groupName = new aws.scheduler.ScheduleGroup(`${name}-calls`, {}, child).name;
      timedCalls(`${name}-database`, groupName, databaseCalls(databaseActions, args.database!), child);
      this.groupName = groupName;
    }
    this.registerOutputs({ groupName: this.groupName });
  }
}

/** All problems with the arguments, found before any resource is made. */
export function scheduleProblems({
  actions,
  services,
  autoScalingGroupName,
  database,
}: CapacityScheduleArgs): Problem[] {
  const known: Readonly<Record<ScheduledTarget, unknown>> = {
    web: services.web,
    adhoc: services.adhoc,
    cron: services.cron,
    instances: autoScalingGroupName,
    database,
  };
  const names = new Set<string>();
  return actions.flatMap((action, i): Problem[] => {
    const { name, target, min, max, when } = action;
    const path = `actions[${i}]`;
    const key = `${target}-${name}`;
    const problems: Problem[] = [];
    if (known[target] === undefined) {
      const fix = "Give the schedule what it should change, or leave the action out.";
      problems.push({ path, given: target, allowed: "a target that was given", fix });
    }
    if (names.has(key)) {
      problems.push({ path, given: key, allowed: "a name of its own", fix: "Number the second one." });
    }
    if (min < 0 || (max !== undefined && max < min)) {
      problems.push({ path, given: { min, max }, allowed: "0 <= min <= max", fix: "Correct the two numbers." });
    }
    if (target === "database" && (when.kind !== "once" || max === undefined)) {
      const fix = "ModifyDBCluster sets both ends of the range; only exams change it.";
      problems.push({ path, given: action, allowed: "one moment, and both min and max", fix });
    }
    names.add(key);
    return problems;
  });
}

function serviceAction(
  name: string,
  { name: action, target, when, min, max }: ScheduledAction,
  resourceId: pulumi.Input<string>,
  timeZone: string,
  child: pulumi.CustomResourceOptions,
): void {
  new aws.appautoscaling.ScheduledAction(
    `${name}-${target}-${action}`,
    {
      // Unique within the resource: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html
      name: action,
      serviceNamespace: "ecs",
      resourceId,
      scalableDimension: "ecs:service:DesiredCount",
      // Forms: https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
      ...(when.kind === "once"
        ? { schedule: `at(${when.at.replace("Z", "")})`, timezone: "UTC" }
        : {
            schedule: `cron(${cronTime(when.time)} ? * ${when.weekdays.join(",")} *)`,
            timezone: timeZone,
            startTime: when.from,
            endTime: when.until,
          }),
      scalableTargetAction: { minCapacity: min, maxCapacity: max },
    },
    child,
  );
}

/**
 * Fields whose change replaces an action of an Auto Scaling group: all that may change. The provider sends the start
 * that AWS has calculated back with every update, and AWS refuses one in the past:
 * https://github.com/hashicorp/terraform-provider-aws/issues/38983
 */
export const instancesActionFields = [
  "recurrence",
  "timeZone",
  "startTime",
  "endTime",
  "minSize",
  "maxSize",
  "desiredCapacity",
] as const;

function instancesAction(
  name: string,
  { name: action, target, when, min, max }: ScheduledAction,
  autoscalingGroupName: pulumi.Input<string>,
  timeZone: string,
  child: pulumi.CustomResourceOptions,
): void {
  new aws.autoscaling.Schedule(
    `${name}-${target}-${action}`,
    {
      scheduledActionName: action,
      autoscalingGroupName,
      minSize: min,
      // -1 leaves as it is: https://www.pulumi.com/registry/packages/aws/api-docs/autoscaling/schedule/
      maxSize: max ?? -1,
      desiredCapacity: -1,
      ...(when.kind === "once"
        ? { startTime: when.at }
        : {
            // Unix cron: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
            recurrence: `${cronTime(when.time)} * * ${when.weekdays.join(",")}`,
            timeZone,
            startTime: when.from,
            endTime: when.until,
          }),
    },
    { ...child, replaceOnChanges: [...instancesActionFields], deleteBeforeReplace: true },
  );
}

/** `07:10` as minute and hour. */
function cronTime(time: string): string {
  const [hour, minute] = time.split(":").map(Number);
  return `${minute} ${hour}`;
}

function databaseCalls(
  actions: readonly ScheduledAction[],
  { clusterIdentifier, clusterArn }: NonNullable<CapacityScheduleArgs["database"]>,
): TimedCallsArgs {
  return {
    api: "rds:modifyDBCluster",
    roleDescription: "EventBridge Scheduler changes the capacity range of the database before and after exams",
    statement: { sid: "ChangeCapacityRange", actions: ["rds:ModifyDBCluster"], resources: [clusterArn] },
    calls: actions.map(({ name, when, min, max }) => ({
      name,
      description: `Aurora capacity from ${min} to ${max} ACU`,
      at: when.kind === "once" ? when.at : "",
      input: {
        DbClusterIdentifier: clusterIdentifier,
        ServerlessV2ScalingConfiguration: { MinCapacity: min, MaxCapacity: max },
        ApplyImmediately: true,
      },
    })),
  };
}

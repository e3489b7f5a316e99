import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust } from "../lib/iam";
import { type Problem, refuse } from "../lib/invalid";
import type { ScheduledAction, ScheduledTarget } from "./action";

export interface CapacityScheduleArgs {
  /** IANA name: recurring actions follow its clock, through changes to daylight saving and back. */
  readonly timeZone: string;
  readonly actions: readonly ScheduledAction[];
  /** What actions may name. A target without a place here is a mistake. */
  readonly services: {
    readonly [target in "web" | "adhoc" | "cron"]?: { readonly resourceId: pulumi.Input<string> } | undefined;
  };
  readonly autoScalingGroupName?: pulumi.Input<string> | undefined;
  readonly database?:
    { readonly clusterIdentifier: pulumi.Input<string>; readonly clusterArn: pulumi.Input<string> } | undefined;
}

/**
 * Changes the smallest capacity of each layer by the clock. The scaling policies go on working above it.
 *
 * - ECS services: Application Auto Scaling's scheduled actions. An Auto Scaling group: its own, which are made anew when
 *   their time changes, because the provider keeps a start that AWS computed and then sends it back
 *   (https://github.com/pulumi/pulumi-aws/issues/2473).
 * - Aurora Serverless has no scheduled actions, and its range is the cluster's own setting: EventBridge Scheduler calls
 *   `ModifyDBCluster`. An update of the stack in the meantime sets the range back only if it changes the range itself.
 *   Instance classes cannot change without a restart, and so have no schedule: they must hold the largest exam.
 *
 * *Cost.* None for the actions; the capacity they ask for is paid like any other.
 * *Failure.* An action that AWS cannot carry out (no instances of that type are left) leaves the policies as they were;
 * it is a Scheduler or scaling event, not a failed deployment.
 */
export class CapacitySchedule extends pulumi.ComponentResource {
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
    if (args.database !== undefined && of("database").length > 0) {
      databaseActions(name, of("database"), args.database, child);
    }
    this.registerOutputs({});
  }
}

/** Everything that is wrong with the arguments, before any resource is made. */
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
      const mend = "Give the schedule what it should change, or leave the action out.";
      problems.push({ path, given: target, allowed: "a target that was given", mend });
    }
    if (names.has(key)) {
      problems.push({ path, given: key, allowed: "a name of its own", mend: "Number the second one." });
    }
    if (min < 0 || (max !== undefined && max < min)) {
      problems.push({ path, given: { min, max }, allowed: "0 <= min <= max", mend: "Correct the two numbers." });
    }
    if (target === "database" && (when.kind !== "once" || max === undefined)) {
      const mend = "ModifyDBCluster sets both ends of the range; only exams change it.";
      problems.push({ path, given: action, allowed: "one moment, and both min and max", mend });
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
    { ...child, replaceOnChanges: ["recurrence", "timeZone"], deleteBeforeReplace: true },
  );
}

/** `07:10` as minute and hour. */
function cronTime(time: string): string {
  const [hour, minute] = time.split(":").map(Number);
  return `${minute} ${hour}`;
}

function databaseActions(
  name: string,
  actions: readonly ScheduledAction[],
  database: NonNullable<CapacityScheduleArgs["database"]>,
  child: pulumi.CustomResourceOptions,
): void {
  const account = aws.getCallerIdentityOutput({}, { parent: child.parent }).accountId;
  const { partition } = aws.getPartitionOutput({}, { parent: child.parent });
  const role = new aws.iam.Role(
    `${name}-database-role`,
    {
      description: "EventBridge Scheduler changes the capacity range of the database before and after exams",
      assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", account),
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-database-policy`,
    {
      role: role.id,
      policy: policyDocument([
        { sid: "ChangeCapacityRange", actions: ["rds:ModifyDBCluster"], resources: [database.clusterArn] },
      ]),
    },
    child,
  );
  for (const { name: action, target, when, min, max } of actions) {
    new aws.scheduler.Schedule(
      `${name}-${target}-${action}`,
      {
        description: `Aurora capacity from ${min} to ${max} ACU`,
        scheduleExpression: when.kind === "once" ? `at(${when.at.replace("Z", "")})` : "",
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          // Any AWS call as a target: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
          arn: pulumi.interpolate`arn:${partition}:scheduler:::aws-sdk:rds:modifyDBCluster`,
          roleArn: role.arn,
          // Members as the scheduler spells them, DbClusterIdentifier and not DBClusterIdentifier:
          // https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_scheduler_targets.Universal.html
          input: pulumi.jsonStringify({
            DbClusterIdentifier: database.clusterIdentifier,
            ServerlessV2ScalingConfiguration: { MinCapacity: min, MaxCapacity: max },
            ApplyImmediately: true,
          }),
          // Half an hour of trying: after that the exam has begun, and capacity grows by itself.
          retryPolicy: { maximumEventAgeInSeconds: 1800, maximumRetryAttempts: 20 },
        },
      },
      { ...child, dependsOn: policy },
    );
  }
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** `floor`: a schedule moves the smallest number of tasks. `stop`: it also turns the service off, largest number 0. */
export type ScheduleKind = "floor" | "stop";

/** A service as Application Auto Scaling knows it. */
export interface ScalableService {
  readonly resourceId: pulumi.Output<string>;
}

export interface ServiceScaling {
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly cpuTargetPercent: number;
  /** The bounds that a schedule sets: the smallest number, or (`stop`) both. An update then leaves them alone. */
  readonly schedule?: ScheduleKind | undefined;
  /** Ad-hoc workers only: the environment whose oldest waiting task they follow. */
  readonly oldestTask?: { readonly environment: string } | undefined;
  /** Web only: requests that one task should get in a minute, from a load test. */
  readonly requests?: {
    readonly perTargetPerMinute: number;
    /** `app/<name>/<id>` */
    readonly loadBalancerArnSuffix: pulumi.Input<string>;
    /** `targetgroup/<name>/<id>` */
    readonly targetGroupArnSuffix: pulumi.Input<string>;
  };
}

export interface ScaleServiceArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly scaling: ServiceScaling;
}

/** Scales out within a minute, and in after a quarter of an hour of quiet: an exam starts suddenly and pauses. */
export const cooldownSeconds = { scaleOut: 60, scaleIn: 900 } as const;

/**
 * Follows the load by target tracking: requests per task for the web, because they rise before the CPU does, and CPU as
 * the backstop. With two policies the service grows when one requires it and shrinks when both allow it
 * (https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html). There
 * is no trigger on latency: the database determines it, and more tasks make it worse.
 *
 * Ad-hoc workers follow the age of the oldest task too: {@link oldestTask}.
 */
export function scaleService(
  name: string,
  args: ScaleServiceArgs,
  child: pulumi.CustomResourceOptions,
): ScalableService {
  const { minTasks, maxTasks, cpuTargetPercent, requests, schedule } = args.scaling;
  const target = scalableTarget(name, { ...args, minTasks, maxTasks, schedule }, child);
  // Metrics: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
  const track = (
    role: string,
    targetValue: number,
    predefinedMetricType: string,
    resourceLabel?: pulumi.Input<string>,
  ) =>
    new aws.appautoscaling.Policy(
      `${name}-${role}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        resourceId: target.resourceId,
        scalableDimension: target.scalableDimension,
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          predefinedMetricSpecification: { predefinedMetricType, resourceLabel },
          scaleOutCooldown: cooldownSeconds.scaleOut,
          scaleInCooldown: cooldownSeconds.scaleIn,
        },
      },
      child,
    );
  track("cpu", cpuTargetPercent, "ECSServiceAverageCPUUtilization");
  if (requests !== undefined) {
    track(
      "requests",
      requests.perTargetPerMinute,
      "ALBRequestCountPerTarget",
      pulumi.interpolate`${requests.loadBalancerArnSuffix}/${requests.targetGroupArnSuffix}`,
    );
  }
  if (args.scaling.oldestTask !== undefined) {
    followOldestTask(name, target, args.scaling.oldestTask.environment, child);
  }
  return { resourceId: target.resourceId };
}

/**
 * Seconds that the oldest ad-hoc task has waited, as a CloudWatch metric with the dimension `Environment`. *Seam.* A
 * publisher, Moodle's own check or a plugin, uses these names. Until there is one, the alarm has no data, which counts
 * as good, and workers follow CPU alone.
 */
export const oldestTask = { namespace: "Moodle", metricName: "OldestAdhocTaskAge", afterSeconds: 300 } as const;

/**
 * Adds one worker when a task has waited five minutes, two when it has waited a quarter of an hour. It is a step
 * policy, since target tracking requires a metric in proportion to the number of workers, which age is not. It never
 * scales in: the CPU policy does.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
function followOldestTask(
  name: string,
  target: aws.appautoscaling.Target,
  environment: string,
  child: pulumi.CustomResourceOptions,
): void {
  const policy = new aws.appautoscaling.Policy(
    `${name}-oldest-task`,
    {
      policyType: "StepScaling",
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      stepScalingPolicyConfiguration: {
        adjustmentType: "ChangeInCapacity",
        metricAggregationType: "Maximum",
        // A worker takes a minute to start, and longer to affect the age.
        cooldown: 180,
        // Bounds count from the alarm's threshold.
        stepAdjustments: [
          { metricIntervalLowerBound: "0", metricIntervalUpperBound: "600", scalingAdjustment: 1 },
          { metricIntervalLowerBound: "600", scalingAdjustment: 2 },
        ],
      },
    },
    child,
  );
  const { namespace, metricName, afterSeconds } = oldestTask;
  new aws.cloudwatch.MetricAlarm(
    `${name}-oldest-task-alarm`,
    {
      alarmDescription: `Ad-hoc tasks of ${environment} wait longer than ${afterSeconds} seconds: workers are added`,
      namespace,
      metricName,
      dimensions: { Environment: environment },
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      threshold: afterSeconds,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [policy.arn],
    },
    child,
  );
}

/** The single task of a service without scaling, which a schedule may stop. */
export function stoppable(
  name: string,
  args: Omit<ScaleServiceArgs, "scaling">,
  child: pulumi.CustomResourceOptions,
): ScalableService {
  return {
    resourceId: scalableTarget(name, { ...args, minTasks: 1, maxTasks: 1, schedule: "stop" }, child).resourceId,
  };
}

function scalableTarget(
  name: string,
  args: Omit<ScaleServiceArgs, "scaling"> & Pick<ServiceScaling, "minTasks" | "maxTasks" | "schedule">,
  child: pulumi.CustomResourceOptions,
): aws.appautoscaling.Target {
  return new aws.appautoscaling.Target(
    `${name}-scaling`,
    {
      serviceNamespace: "ecs",
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: args.minTasks,
      maxCapacity: args.maxTasks,
    },
    // An update does not reset what a scheduled action has set. If the schedule stops a service at night, a new maximum
    // takes effect with the schedule's next action.
    args.schedule === undefined
      ? child
      : { ...child, ignoreChanges: args.schedule === "stop" ? ["minCapacity", "maxCapacity"] : ["minCapacity"] },
  );
}

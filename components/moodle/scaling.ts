import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceScaling {
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly cpuTargetPercent: number;
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

/** Out within a minute, in after a quarter of an hour of quiet: an exam comes at once and pauses (R20). */
export const cooldownSeconds = { scaleOut: 60, scaleIn: 900 } as const;

/**
 * Follows the load by target tracking: requests per task for the web, because they rise before the CPU does, and CPU as
 * the backstop. With two policies the service grows when either asks and shrinks when both agree
 * (https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html). There is no
 * trigger on latency: it is set by the database, and more tasks make it worse.
 *
 * *Seam.* Ad-hoc workers should follow the age of the oldest task (R17): once Moodle publishes it as a metric, it becomes
 * a second policy here with `customizedMetricSpecification`. Until then they follow CPU.
 */
export function scaleService(name: string, args: ScaleServiceArgs, child: pulumi.CustomResourceOptions): void {
  const { minTasks, maxTasks, cpuTargetPercent, requests } = args.scaling;
  const target = new aws.appautoscaling.Target(
    `${name}-scaling`,
    {
      serviceNamespace: "ecs",
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
      scalableDimension: "ecs:service:DesiredCount",
      minCapacity: minTasks,
      maxCapacity: maxTasks,
    },
    child,
  );
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
}

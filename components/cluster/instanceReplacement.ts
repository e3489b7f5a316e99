import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust } from "../lib/iam";
import type { InstanceReplacement } from "./capacity";

/**
 * Order of replacement, by a deployment and by the schedule: one new instance first, then one old one drained and
 * terminated. All instances are protected from scale-in, so "Refresh" is needed: the default "Ignore" would skip every
 * one of them (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html). No auto rollback:
 * AWS does not offer it where the AMI comes from an SSM parameter
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html).
 */
export const refreshPreferences = {
  minHealthyPercentage: 100,
  maxHealthyPercentage: 110,
  scaleInProtectedInstances: "Refresh",
} as const;

export interface ScheduledReplacementArgs {
  readonly groupName: pulumi.Input<string>;
  readonly groupArn: pulumi.Input<string>;
  readonly replacement: InstanceReplacement;
  readonly instanceWarmupSeconds: number;
}

/**
 * Starts an instance refresh on a schedule: it brings in patched AMIs without a deployment.
 *
 * The group's maximum instance lifetime alone would not: it spares instances that are protected from scale-in
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html), and with managed termination
 * protection that is every instance with a task. Managed draining lets the tasks of each replaced instance finish. When
 * a refresh is already running the call fails, is retried for an hour and then waits for the next date.
 */
export function scheduleReplacement(
  name: string,
  args: ScheduledReplacementArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const account = aws.getCallerIdentityOutput({}, { parent: opts.parent }).accountId;
  const { partition } = aws.getPartitionOutput({}, { parent: opts.parent });
  const role = new aws.iam.Role(
    `${name}-replacement-role`,
    {
      description: "EventBridge Scheduler starts the instance refresh of the cluster",
      assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", account),
    },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-replacement-policy`,
    {
      role: role.id,
      policy: policyDocument([
        {
          sid: "StartInstanceRefresh",
          actions: ["autoscaling:StartInstanceRefresh"],
          resources: [args.groupArn],
        },
      ]),
    },
    opts,
  );
  new aws.scheduler.Schedule(
    `${name}-replacement`,
    {
      description: "Replaces all instances, one after the other, so that they run the newest AMI",
      scheduleExpression: args.replacement.schedule,
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        // A universal target: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
        arn: pulumi.interpolate`arn:${partition}:scheduler:::aws-sdk:autoscaling:startInstanceRefresh`,
        roleArn: role.arn,
        input: pulumi.jsonStringify({
          AutoScalingGroupName: args.groupName,
          Preferences: {
            MinHealthyPercentage: refreshPreferences.minHealthyPercentage,
            MaxHealthyPercentage: refreshPreferences.maxHealthyPercentage,
            ScaleInProtectedInstances: refreshPreferences.scaleInProtectedInstances,
            InstanceWarmup: args.instanceWarmupSeconds,
          },
        }),
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
      },
    },
    { ...opts, dependsOn: [policy] },
  );
}

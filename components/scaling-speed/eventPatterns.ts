import * as pulumi from "@pulumi/pulumi";

export interface Watched {
  readonly clusterName: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
  readonly autoScalingGroupName: pulumi.Input<string> | undefined;
}

export interface Pattern {
  readonly role: "alarms" | "tasks" | "instances";
  readonly description: string;
  readonly pattern: pulumi.Output<string>;
}

/** Events that show how fast capacity arrives; those of instances only on EC2. */
export function eventPatterns(watched: Watched): readonly Pattern[] {
  const { clusterName, clusterArn, serviceName, autoScalingGroupName } = watched;
  return [
    {
      role: "alarms",
      description: "A scaling alarm of the web service asks for more tasks",
      pattern: pulumi.jsonStringify({
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        detail: {
          // Alarms that target tracking makes:
          // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html (the name
          // is as in the examples of the AWS CLI; AWS does not promise it).
          alarmName: [{ prefix: pulumi.interpolate`TargetTracking-service/${clusterName}/${serviceName}-AlarmHigh-` }],
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
          state: { value: ["ALARM"] },
        },
      }),
    },
    {
      role: "tasks",
      description: "A web task runs",
      pattern: pulumi.jsonStringify({
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
        source: ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        detail: {
          clusterArn: [clusterArn],
          group: [pulumi.interpolate`service:${serviceName}`],
          lastStatus: ["RUNNING"],
          desiredStatus: ["RUNNING"],
        },
      }),
    },
    ...(autoScalingGroupName === undefined
      ? []
      : [
          {
            role: "instances" as const,
            description: "An instance of the cluster was launched, or could not be",
            pattern: pulumi.jsonStringify({
              // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
              source: ["aws.autoscaling"],
              "detail-type": ["EC2 Instance Launch Successful", "EC2 Instance Launch Unsuccessful"],
              detail: { AutoScalingGroupName: [autoScalingGroupName] },
            }),
          },
        ]),
  ];
}

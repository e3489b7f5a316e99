import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";
import type { ReleaseArgs } from "./arguments";

export interface ReleaseRole {
  readonly arn: pulumi.Output<string>;
  readonly policy: pulumi.Resource;
}

/** Role of the state machine: it may run this stack's tasks and move its services, but nothing of another stack. */
export function releaseRole(
  name: string,
  args: ReleaseArgs,
  tableArn: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): ReleaseRole {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const { partition } = aws.getPartitionOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const arn = (service: string, resource: pulumi.Input<string>) =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${account}:${resource}`;
  const { serviceNames } = args;
  const statements: Statement[] = [
    {
      sid: "RunOneOffTasks",
      actions: ["ecs:RunTask"],
      // Any revision: a release that goes back runs the previous one.
      resources: (["install", "upgrade", "cron", "web"] as const).map((role) =>
        arn("ecs", pulumi.interpolate`task-definition/${args.taskFamilies[role]}:*`),
      ),
      conditions: { ArnEquals: { "ecs:cluster": args.cluster.clusterArn } },
    },
    {
      sid: "FollowOneOffTasks",
      actions: ["ecs:DescribeTasks", "ecs:StopTask"],
      resources: [arn("ecs", pulumi.interpolate`task/${args.cluster.clusterName}/*`)],
    },
    {
      sid: "FindOneOffTasks",
      actions: ["ecs:ListTasks"],
      // The action's only resource type is a container instance; the condition names the cluster.
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
      resources: ["*"],
      conditions: { ArnEquals: { "ecs:cluster": args.cluster.clusterArn } },
    },
    {
      sid: "MoveServices",
      actions: ["ecs:DescribeServices", "ecs:UpdateService"],
      resources: [serviceNames.web, serviceNames.cron, serviceNames.adhoc].map((service) =>
        arn("ecs", pulumi.interpolate`service/${args.cluster.clusterName}/${service}`),
      ),
    },
    {
      sid: "GiveTasksTheirRoles",
      actions: ["iam:PassRole"],
      resources: args.taskRoleArns,
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    {
      sid: "HoldScaling",
      actions: ["application-autoscaling:RegisterScalableTarget"],
      // The ARN of a target is unknown before it is created, and this action changes no service by itself.
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
      resources: [arn("application-autoscaling", "scalable-target/*")],
      conditions: { StringEquals: { "application-autoscaling:service-namespace": "ecs" } },
    },
    {
      sid: "SeeScaling",
      actions: ["application-autoscaling:DescribeScalableTargets"],
      // No resource type, by the same list.
      resources: ["*"],
    },
    {
      sid: "TakeSnapshots",
      actions: ["rds:CreateDBClusterSnapshot", "rds:DescribeDBClusterSnapshots", "rds:AddTagsToResource"],
      resources: [args.database.clusterArn, arn("rds", pulumi.interpolate`cluster-snapshot:${args.environment}-*`)],
    },
    // A mark adds a tag to an existing image, so this pushes no layers.
    { sid: "MarkWhatRuns", actions: ["ecr:BatchGetImage", "ecr:PutImage"], resources: [args.repositoryArn] },
    {
      sid: "HoldTheLock",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
      resources: [tableArn],
    },
    {
      sid: "UseTheKey",
      // The table, the snapshot and the encrypted topic.
      actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey", "kms:CreateGrant"],
      resources: [args.kmsKeyArn],
    },
    { sid: "Announce", actions: ["sns:Publish"], resources: [args.signalsTopicArn] },
    {
      sid: "SeeWhetherAnotherReleaseRuns",
      actions: ["states:DescribeExecution"],
      resources: [arn("states", `execution:${name}-machine-*:*`)],
    },
    {
      sid: "ReadAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: [arn("cloudwatch", "alarm:*")],
    },
    {
      sid: "WriteItsLog",
      // Log delivery has no resource type: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
      actions: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      resources: ["*"],
    },
    ...(args.page === undefined
      ? []
      : [
          {
            sid: "TurnTheSwitch",
            actions: [
              "cloudfront-keyvaluestore:DescribeKeyValueStore",
              "cloudfront-keyvaluestore:GetKey",
              "cloudfront-keyvaluestore:PutKey",
            ],
            resources: [args.page.storeArn],
          },
        ]),
  ];
  const role = new aws.iam.Role(
    `${name}-role`,
    { description: "Releases Moodle", assumeRolePolicy: serviceTrust("states.amazonaws.com", account) },
    child,
  );
  const policy = new aws.iam.RolePolicy(`${name}-policy`, { role: role.id, policy: policyDocument(statements) }, child);
  return { arn: role.arn, policy };
}

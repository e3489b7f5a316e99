import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust } from "../lib/iam";

export interface InstanceRole {
  readonly roleArn: pulumi.Output<string>;
  readonly profileArn: pulumi.Output<string>;
}

/**
 * The role of a container instance: only the permissions that the ECS agent and a Session Manager shell need.
 *
 * The managed policy AmazonEC2ContainerServiceforEC2Role would also allow every cluster of the account, pulling every
 * image and writing every log group (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html);
 * AmazonSSMManagedInstanceCore would allow reading every SSM parameter. Here images are pulled and logs are written with
 * the tasks' execution role. Actions and their resource types:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function instanceRole(
  name: string,
  clusterArn: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): InstanceRole {
  const role = new aws.iam.Role(
    `${name}-instance-role`,
    {
      description: "ECS agent and Session Manager on the container instances",
      assumeRolePolicy: serviceTrust("ec2.amazonaws.com"),
    },
    opts,
  );
  const inThisCluster = { ArnEquals: { "ecs:cluster": clusterArn } };
  const policy = new aws.iam.RolePolicy(
    `${name}-instance-policy`,
    {
      role: role.id,
      policy: policyDocument([
        {
          sid: "JoinThisCluster",
          actions: [
            "ecs:RegisterContainerInstance",
            "ecs:DeregisterContainerInstance",
            "ecs:SubmitContainerStateChange",
            "ecs:SubmitTaskStateChange",
            "ecs:SubmitAttachmentStateChanges",
          ],
          resources: [clusterArn],
        },
        {
          sid: "TakeOrdersInThisCluster",
          actions: ["ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState"],
          // The ARN of a container instance is unknown before it registers; the condition narrows it instead.
          resources: ["*"],
          conditions: inThisCluster,
        },
        {
          sid: "FindTheAgentsEndpoint",
          actions: ["ecs:DiscoverPollEndpoint"],
          // This action has no resource type.
          resources: ["*"],
        },
        {
          sid: "SessionManager",
          // The least that a shell needs, none of it with a resource type:
          // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
          actions: [
            "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
          ],
          resources: ["*"],
        },
      ]),
    },
    opts,
  );
  const profile = new aws.iam.InstanceProfile(`${name}-instance-profile`, { role: role.name }, opts);
  return {
    roleArn: role.arn,
    // An instance that boots before its role has the policy could not join, so the profile waits for it.
    profileArn: pulumi.all([profile.arn, policy.id]).apply(([arn]) => arn),
  };
}

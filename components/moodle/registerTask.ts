import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture, TaskSize } from "../cluster/instanceTypes";
import { containerDefinitions, type Role, type TaskArgs, taskVolumes } from "./taskDefinition";

export interface RegisterTaskArgs {
  readonly architecture: Architecture;
  readonly size: TaskSize;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
  readonly task: TaskArgs;
}

/** Registers the task definition of one role. A change makes a new revision; the services move to it by themselves. */
export function registerTask(
  name: string,
  role: Role,
  args: RegisterTaskArgs,
  child: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    `${name}-${role}-task`,
    {
      // A name that a pipeline can know: `aws ecs run-task --task-definition moodle-prod-upgrade`.
      family: `${name}-${role}`,
      requiresCompatibilities: [args.task.launchKind === "ec2" ? "EC2" : "FARGATE"],
      networkMode: "awsvpc",
      cpu: String(args.size.cpu),
      memory: String(args.size.memoryMib),
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: args.architecture === "arm64" ? "ARM64" : "X86_64",
      },
      executionRoleArn: args.executionRoleArn,
      taskRoleArn: args.taskRoleArn,
      containerDefinitions: pulumi.jsonStringify(containerDefinitions(role, args.task)),
      volumes: taskVolumes(role, args.task),
    },
    child,
  );
}

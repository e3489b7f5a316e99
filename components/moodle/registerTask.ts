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

/** Registers the task definition of one role. A change makes a new revision; a release moves the services to it (docs/adr/0015). */
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
      // Old revisions stay active: a release that fails goes back to one, and ECS starts no task of an inactive one.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
      skipDestroy: true,
    },
    child,
  );
}

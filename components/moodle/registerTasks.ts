import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture, TaskSize } from "../cluster/instanceTypes";
import type { MoodleArgs } from "./arguments";
import { configurationPrefix } from "./configurationObjects";
import { environment, type SecretArns, viewerAddress } from "./environment";
import { objectFilesVariables } from "./objectFiles";
import type { Permissions } from "./permissions";
import { containerDefinitions, type Role, roles, type TaskArgs, taskVolumes } from "./taskDefinition";

export interface MadeBefore {
  readonly access: Permissions;
  readonly logGroups: Readonly<Record<Role, aws.cloudwatch.LogGroup>>;
  readonly secrets: SecretArns;
  /** See {@link Moodle.configurationVersion}. */
  readonly configurationVersion: string;
}

/** The task definitions of all roles: the same image and variables, plus the needs of single roles. */
export function registerTasks(
  name: string,
  args: MoodleArgs,
  made: MadeBefore,
  child: pulumi.CustomResourceOptions,
): Readonly<Record<Role, aws.ecs.TaskDefinition>> {
  const plain = environment({
    environment: args.environment,
    domain: args.domain,
    region: args.region,
    database: args.database,
    sessionsEndpoint: args.sessions.primaryEndpoint,
    cacheEndpoint: args.cache.primaryEndpoint,
    configurationBucket: args.configurationBucket.bucketName,
    configurationPrefix,
    configurationVersion: made.configurationVersion,
    objectsBucket: args.objectsBucket.bucketName,
    viewerAddress: viewerAddress(args.edge, args.network.cidr),
    phpMaxChildren: args.web.phpMaxChildren,
    limits: args.limits,
    timeZone: args.timeZone ?? "Europe/London",
    mail: args.mail,
  });
  const objectFiles = args.signedFiles ?? args.objectFiles;
  const inBucket = objectFiles && objectFilesVariables(objectFiles);
  // Variables that only one role needs.
  const extra: Readonly<Partial<Record<Role, Readonly<Record<string, pulumi.Input<string>>>>>> = {
    web: { ...inBucket },
    cron: { ...inBucket },
    upgrade: { ...inBucket },
    adhoc: { ...inBucket, MOODLE_ADHOC_RUNNERS: String(args.adhoc.concurrency) },
    install: {
      MOODLE_ADMIN_EMAIL: args.adminEmail,
      ...(args.supportEmail !== undefined && { MOODLE_SUPPORT_EMAIL: args.supportEmail }),
      ...(args.siteName !== undefined && { MOODLE_SITE_NAME: args.siteName }),
    },
  };
  const sizes: Readonly<Record<Role, TaskSize>> = {
    web: args.web,
    cron: args.cron,
    adhoc: args.adhoc,
    install: args.cron,
    upgrade: args.cron,
  };
  const { mount } = args.sharedFiles;
  return byRole((role) =>
    registerTask(
      name,
      role,
      {
        // On instances, ECS places a task that names no architecture on any of them, and each pulls its own image of the index.
        // So a change of the instances' architecture leaves every task that runs a place: docs/adr/0028-any-architecture.md.
        architecture:
          args.cluster.launchKind === "ec2" && args.image.forEveryArchitecture === true
            ? undefined
            : args.cluster.architecture,
        size: sizes[role],
        executionRoleArn: role === "install" ? made.access.installExecutionRoleArn : made.access.executionRoleArn,
        taskRoleArn: made.access.taskRoleArn,
        task: {
          imageUri: args.image.imageUri,
          environment: { ...plain, ...extra[role] },
          secrets: made.secrets,
          logGroupName: made.logGroups[role].name,
          region: args.region,
          launchKind: args.cluster.launchKind,
          sharedFiles:
            mount.kind === "efs"
              ? { kind: "efs", fileSystemId: mount.fileSystemId, accessPointId: mount.accessPointId }
              : { kind: "host", path: args.cluster.sharedFilesHostPath ?? "" },
          localCacheHostPath: args.cluster.localCacheHostPath,
          exec: args.exec ?? false,
        },
      },
      child,
    ),
  );
}

export function byRole<T>(make: (role: Role) => T): Record<Role, T> {
  return Object.fromEntries(roles.map((role) => [role, make(role)])) as Record<Role, T>;
}

interface RegisterTaskArgs {
  /** Undefined: any instance. Fargate needs one. */
  readonly architecture: Architecture | undefined;
  readonly size: TaskSize;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
  readonly task: TaskArgs;
}

/** Registers the task definition of one role. A change makes a new revision; a release moves the services to it (docs/adr/0015). */
function registerTask(
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
      ...(args.architecture !== undefined && {
        runtimePlatform: {
          operatingSystemFamily: "LINUX",
          cpuArchitecture: args.architecture === "arm64" ? "ARM64" : "X86_64",
        },
      }),
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

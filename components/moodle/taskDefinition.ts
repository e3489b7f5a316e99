import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { moodleUser } from "../lib/moodleUser";
import { applicationSecrets, installSecrets, mailSecrets, type SecretArns, type SecretKey } from "./environment";
import { signingSecrets } from "./objectFiles";

/** The tasks that are made of the one image. `install` and `upgrade` have no service: a release runs them. */
export const roles = ["web", "cron", "adhoc", "install", "upgrade"] as const;
export type Role = (typeof roles)[number];

/** The port that nginx listens on, above 1024 because nothing here is root. */
export const webPort = 8080;

/** Seconds a container has after SIGTERM; also the most that Fargate allows. */
export const stopTimeoutSeconds = 120;

/** Shared files, as the storage component describes them. */
export type SharedFilesMount =
  | { readonly kind: "efs"; readonly fileSystemId: pulumi.Input<string>; readonly accessPointId: pulumi.Input<string> }
  | { readonly kind: "host"; readonly path: string };

export interface TaskArgs {
  readonly imageUri: pulumi.Input<string>;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly secrets: SecretArns;
  readonly logGroupName: pulumi.Input<string>;
  readonly region: string;
  readonly launchKind: "ec2" | "fargate";
  readonly sharedFiles: SharedFilesMount;
  /** Folder of the instance for the local cache; a volume of the task's own when there is none. */
  readonly localCacheHostPath?: string;
  /** Whether `aws ecs execute-command` works; it needs three writable folders in each container. */
  readonly exec: boolean;
}

interface Container {
  readonly name: string;
  readonly secrets: Readonly<Record<string, SecretKey>>;
  /** Volumes by name and where they are mounted. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Volumes that it only reads. */
  readonly readOnlyVolumes?: readonly string[];
  /** Whether the image's health check knows this role; a one-off task has none. */
  readonly health: boolean;
  readonly port?: number;
  readonly after?: string;
}

// Folders that the image may write to; all else is read-only. Uploads lie in /tmp until Moodle takes them, so it is a
// volume on disk: as tmpfs it would count against the container's memory.
const scratch = { run: "/run/moodle", tmp: "/tmp" } as const;
const php = { ...scratch, cache: "/var/cache/moodle", moodledata: "/var/moodledata" } as const;

// Where the agent of ECS Exec writes. ECS says that it cannot work with a read-only root file system; with these three
// it does: https://github.com/aws/containers-roadmap/issues/1359. One set for each container, as each has its own agent.
const execFolders = { agents: "/managed-agents", lib: "/var/lib/amazon", log: "/var/log/amazon" } as const;

/** The containers of a role. Each name is also the image's command. */
function containersOf(role: Role): readonly Container[] {
  const worker = { volumes: php, secrets: applicationSecrets };
  switch (role) {
    case "web":
      return [
        // nginx starts when php-fpm answers and is stopped before it, so no request meets a missing back end. It has no
        // secret. It reads users' files, which PHP lets it send (X-Accel-Redirect), and writes none.
        {
          name: "nginx",
          secrets: {},
          volumes: { ...scratch, moodledata: php.moodledata },
          readOnlyVolumes: ["moodledata"],
          health: true,
          port: webPort,
          after: "php-fpm",
        },
        { name: "php-fpm", ...worker, health: true },
      ];
    case "cron":
    case "adhoc":
      return [{ name: role, ...worker, health: true }];
    case "install":
      return [{ name: role, ...worker, secrets: installSecrets, health: false }];
    case "upgrade":
      return [{ name: role, ...worker, health: false }];
  }
}

/** The secrets that a role's containers are given; its execution role must be able to read exactly these. */
export function secretsOf(role: Role): readonly (keyof SecretArns)[] {
  const keys = containersOf(role).flatMap(({ secrets }) => Object.values(secrets));
  return [...new Set(keys.map(({ secret }) => secret))];
}

/** The container definitions of a role. Fields: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
export function containerDefinitions(role: Role, args: TaskArgs): readonly Record<string, unknown>[] {
  return containersOf(role).map(({ name, secrets, volumes, readOnlyVolumes = [], health, port, after }) => ({
    name,
    image: args.imageUri,
    command: [name],
    essential: true,
    user: `${moodleUser.uid}:${moodleUser.gid}`,
    readonlyRootFilesystem: true,
    privileged: false,
    // An init process reaps what PHP leaves behind; nothing here needs a capability.
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    // Not a parameter of Fargate.
    ...(args.launchKind === "ec2" && { dockerSecurityOptions: ["no-new-privileges"] }),
    ulimits: [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }],
    stopTimeout: stopTimeoutSeconds,
    environment: sorted(args.environment).map(([key, value]) => ({ name: key, value })),
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    secrets: sorted({ ...secrets, ...further(role, secrets, args.secrets) }).map(([key, { secret, key: jsonKey }]) => ({
      name: key,
      valueFrom: pulumi.interpolate`${args.secrets[secret]}${jsonKey === undefined ? "" : `:${jsonKey}::`}`,
    })),
    mountPoints: [
      ...Object.entries(volumes).map(([sourceVolume, containerPath]) => ({ sourceVolume, containerPath })),
      ...(args.exec ? execVolumes(name) : []),
    ].map((mount) => ({ ...mount, readOnly: readOnlyVolumes.includes(mount.sourceVolume) })),
    portMappings: port === undefined ? [] : [{ containerPort: port, hostPort: port, protocol: "tcp" }],
    ...(after !== undefined && { dependsOn: [{ containerName: after, condition: "HEALTHY" }] }),
    ...(health && {
      healthCheck: {
        command: ["CMD", "moodle-healthcheck", name],
        // Often, because nginx starts only when php-fpm is healthy: this is part of every scale-out.
        interval: 5,
        timeout: 5,
        retries: 3,
        startPeriod: 60,
      },
    }),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": args.logGroupName,
        "awslogs-region": args.region,
        "awslogs-stream-prefix": name,
        // A slow CloudWatch must not stop requests. The buffer is in memory; when it is full, lines are lost. 25 MiB lost
        // none at 5 MiB/s: https://aws.amazon.com/blogs/containers/preventing-log-loss-with-non-blocking-mode-in-the-awslogs-container-log-driver/
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  }));
}

/**
 * Secrets that only some stacks have: the mail server's sign-in, for every role that runs PHP; and the key that signs
 * files, for every such role but `install`. nginx has no secrets and gets neither.
 */
function further(role: Role, secrets: Container["secrets"], arns: SecretArns): Container["secrets"] {
  if (Object.keys(secrets).length === 0) {
    return {};
  }
  return {
    ...(arns.mail !== undefined && mailSecrets),
    ...(arns.fileSigning !== undefined && role !== "install" && signingSecrets),
  };
}

/** The volumes of a role's task. */
export function taskVolumes(role: Role, args: TaskArgs): aws.types.input.ecs.TaskDefinitionVolume[] {
  const containers = containersOf(role);
  const names = new Set(containers.flatMap(({ volumes }) => Object.keys(volumes)));
  return [
    ...Object.keys(php)
      .filter((name) => names.has(name))
      .map((name) => volume(name, args)),
    ...(args.exec
      ? containers.flatMap((c) => execVolumes(c.name).map(({ sourceVolume }) => ({ name: sourceVolume })))
      : []),
  ];
}

/**
 * A volume without a host path is empty, belongs to the task and goes with it; its owner is that of the folder in the
 * image, which is declared as VOLUME there (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html).
 */
function volume(name: string, args: TaskArgs): aws.types.input.ecs.TaskDefinitionVolume {
  const { sharedFiles } = args;
  if (name === "cache" && args.localCacheHostPath !== undefined) {
    return { name, hostPath: args.localCacheHostPath };
  }
  if (name !== "moodledata") {
    return { name };
  }
  return sharedFiles.kind === "host"
    ? { name, hostPath: sharedFiles.path }
    : {
        name,
        efsVolumeConfiguration: {
          fileSystemId: sharedFiles.fileSystemId,
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: sharedFiles.accessPointId, iam: "ENABLED" },
        },
      };
}

function execVolumes(container: string): { sourceVolume: string; containerPath: string }[] {
  return Object.entries(execFolders).map(([folder, containerPath]) => ({
    sourceVolume: `exec-${folder}-${container}`,
    containerPath,
  }));
}

/** ECS keeps no order of variables; sorted, two plans of the same task are equal. */
function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

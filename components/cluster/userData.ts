import { describeProblem } from "../lib/invalid";
import { moodleUser } from "../lib/moodleUser";
import { reservedMemoryMib } from "./instanceTypes";

/** Folder of an instance that holds Moodle's localcachedir: shared by its tasks, lost with the instance. */
export const localCachePath = "/var/cache/moodle";

/** Mount point of an NFS export with moodledata on an instance, to be bound into the containers. */
export const sharedFilesPath = "/mnt/moodledata";

export interface NfsExport {
  readonly host: string;
  readonly export: string;
  /** Mount options as in fstab. `_netdev` is added when it is missing. */
  readonly options: string;
}

export interface UserDataArgs {
  readonly clusterName: string;
  readonly nfs?: NfsExport;
}

/**
 * The ECS agent's settings (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html and the
 * table in https://github.com/aws/amazon-ecs-agent#environment-variables).
 */
export function agentSettings(clusterName: string): Readonly<Record<string, string>> {
  return {
    ECS_CLUSTER: clusterName,
    // Containers get their task's role, never the instance's. It works beside IMDSv2 with a hop limit of 1.
    ECS_AWSVPC_BLOCK_IMDS: "true",
    // Moodle's tasks finish what they do after SIGTERM; the agent's default is 30 s.
    ECS_CONTAINER_STOP_TIMEOUT: "120s",
    // Images are named by digest, so a cached one is always the right one. This also turns the agent's image clean-up
    // off (same page): old images stay until the weekly replacement of instances, and the root volume has room for them.
    ECS_IMAGE_PULL_BEHAVIOR: "prefer-cached",
    // nginx and php-fpm have the same image, and this hides the pull of the second container behind the first.
    ECS_PULL_DEPENDENT_CONTAINERS_UPFRONT: "true",
    // Volumes of stopped tasks hold uploads; the default keeps them 3 hours.
    ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION: "30m",
    // The log driver writes with the execution role, so the instance's role needs no log permissions.
    ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE: "true",
    ECS_DISABLE_PRIVILEGED: "true",
    ECS_RESERVED_MEMORY: String(reservedMemoryMib),
    // Needed only with Spot instances, and harmless without.
    ECS_ENABLE_SPOT_INSTANCE_DRAINING: "true",
    // An instance that waits in a warm pool must not take tasks: https://docs.aws.amazon.com/autoscaling/ec2/userguide/warm-pools-ecs.html
    ECS_WARM_POOLS_CHECK: "true",
  };
}

/**
 * The user data of an instance: agent settings, the local cache folder and, when given, the NFS mount.
 *
 * It runs at every boot, not only at the first, and may run any number of times: a warm pool can stop an instance while
 * the script is under way, and cloud-init would never run it again
 * (https://repost.aws/knowledge-center/execute-user-data-ec2). The agent's unit starts after cloud-init's last stage, so
 * the settings are always there first.
 */
export function userData(args: UserDataArgs): string {
  const settings = Object.entries(agentSettings(args.clusterName)).map(([key, value]) => `${key}=${value}`);
  const script = [
    "#!/bin/bash",
    "set -euo pipefail",
    "",
    "mkdir -p /etc/ecs",
    "cat > /etc/ecs/ecs.config <<'EOF'",
    ...settings,
    "EOF",
    "",
    `install -d -o ${moodleUser.uid} -g ${moodleUser.gid} -m 0750 ${localCachePath}`,
    ...(args.nfs === undefined ? [] : ["", ...nfsMount(args.nfs)]),
  ];
  const boundary = "==moodle==";
  return [
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    'Content-Type: text/cloud-config; charset="us-ascii"',
    "",
    "#cloud-config",
    "cloud_final_modules:",
    "  - [scripts-user, always]",
    "",
    `--${boundary}`,
    'Content-Type: text/x-shellscript; charset="us-ascii"',
    "",
    ...script,
    "",
    `--${boundary}--`,
    "",
  ].join("\n");
}

/**
 * Mounts the export, and keeps the agent from starting without it: a task that wrote moodledata to the instance's own
 * disk would silently lose files. The drop-in applies at every boot of the instance. When the export cannot be mounted,
 * the instance says so on its console and turns itself off, which makes the Auto Scaling group replace it
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html).
 */
function nfsMount({ host, export: path, options }: NfsExport): string[] {
  for (const [name, value] of Object.entries({ host, export: path, options })) {
    if (!/^[A-Za-z0-9._:/,=@+-]+$/.test(value)) {
      throw new Error(
        describeProblem({
          path: `nfsMount.${name}`,
          given: value,
          allowed: "letters, digits and . _ : / , = @ + -",
          fix: "The value goes into /etc/fstab as it is; remove spaces and quotes.",
        }),
      );
    }
  }
  // Without _netdev the mount is tried before there is a network, and the boot can hang.
  const mountOptions = options.split(",").includes("_netdev") ? options : `${options},_netdev`;
  const { uid, gid } = moodleUser;
  return [
    "fail() {",
    '  echo "moodle: $1; this instance does not join the cluster" | tee /dev/console >&2',
    "  systemctl poweroff --no-block",
    "  exit 1",
    "}",
    "",
    "mkdir -p /etc/systemd/system/ecs.service.d",
    "cat > /etc/systemd/system/ecs.service.d/moodledata.conf <<'EOF'",
    "[Unit]",
    `RequiresMountsFor=${sharedFilesPath}`,
    "[Service]",
    `ExecStartPre=/usr/bin/mountpoint -q ${sharedFilesPath}`,
    "EOF",
    "",
    `mkdir -p ${sharedFilesPath}`,
    `sed -i '\\# ${sharedFilesPath} #d' /etc/fstab`,
    `echo '${host}:${path} ${sharedFilesPath} nfs4 ${mountOptions} 0 0' >> /etc/fstab`,
    "systemctl daemon-reload",
    // The ECS-optimised AMI has mount.nfs4 (it comes with amazon-efs-utils); this line is for an AMI without it.
    "command -v mount.nfs4 > /dev/null || dnf install -y nfs-utils",
    "for attempt in $(seq 1 10); do",
    `  mountpoint -q ${sharedFilesPath} && break`,
    `  timeout 60 mount ${sharedFilesPath} && break`,
    '  echo "moodle: mount attempt $attempt failed, again in 15 s" | tee /dev/console >&2',
    "  sleep 15",
    "done",
    `mountpoint -q ${sharedFilesPath} || fail "the NFS export ${host}:${path} cannot be mounted"`,
    "",
    "# A new export belongs to root. Where the server lets root change that, it is done here; where it does not",
    "# (root_squash), the owner of the server has to.",
    `chown ${uid}:${gid} ${sharedFilesPath} 2> /dev/null || true`,
    `setpriv --reuid=${uid} --regid=${gid} --clear-groups test -w ${sharedFilesPath} \\`,
    `  || fail "user ${uid} cannot write to ${host}:${path}: give it the export's root folder"`,
  ];
}

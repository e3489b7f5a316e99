import { ec2Defaults, minStep } from "../../components/cluster/capacity";
import { instanceLimits, taskMemoryMib } from "../../components/cluster/instanceTypes";
import { maxConnections } from "../../components/database/connections";
import { balancing, healthCheck } from "../../components/load-balancer/listeners";
import { limitChain } from "../../components/moodle/limits";
import { cooldownSeconds } from "../../components/moodle/scaling";
import { cronConnections } from "../../stacks/settings/connectionBudget";
import type { Settings } from "../../stacks/settings/settings";
import type { DatabaseCapacity } from "./simulate/backend";
import type { Platform, ScheduledAction } from "./simulate/platform";
import type { Policy } from "./simulate/scaler";

/**
 * vCPUs of Aurora's instance classes by size:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.Summary.html
 */
const vcpusBySize: Readonly<Record<string, number>> = {
  medium: 2,
  large: 2,
  xlarge: 4,
  "2xlarge": 8,
  "4xlarge": 16,
  "8xlarge": 32,
  "12xlarge": 48,
  "16xlarge": 64,
  "24xlarge": 96,
  "48xlarge": 192,
};

export function databaseVcpus(instanceClass: string): number {
  const vcpus = vcpusBySize[instanceClass.slice(instanceClass.lastIndexOf(".") + 1)];
  if (vcpus === undefined) {
    throw new Error(`The vCPUs of ${instanceClass} are not known: add its size to tools/capacity/stackPlatform.ts.`);
  }
  return vcpus;
}

/**
 * The platform that a stack's settings deploy, in the simulator's terms. The rest are the components' own constants.
 */
export function stackPlatform(settings: Settings, scheduled: readonly ScheduledAction[] = []): Platform {
  const { web, adhoc, cron, database, limits, network, safety } = settings;
  const chain = limitChain(limits);
  return {
    zones: Math.min(network.availabilityZones.length, Math.max(2, safety.availabilityZones)),
    web: {
      cpu: web.cpu,
      memoryMib: web.memoryMib,
      vcpus: web.cpu / 1024,
      children: web.phpMaxChildren,
      minTasks: web.minTasks,
      maxTasks: web.maxTasks,
    },
    policies: webPolicies(settings),
    workers: [cron, ...new Array<Settings["cron"]>(adhoc.minTasks).fill(adhoc)],
    workerConnections: cronConnections + adhoc.maxTasks * adhoc.concurrency,
    compute: compute(settings),
    database: databaseCapacity(database.capacity),
    maxConnections: maxConnections(database.capacity),
    balancing,
    slowStartSeconds: 0,
    requestTimeoutSeconds: chain.nginxFastcgiReadSeconds,
    deregistrationSeconds: chain.deregistrationDelaySeconds,
    health: healthCheck,
    scheduled,
  };
}

function webPolicies({ web }: Settings): readonly Policy[] {
  const cooldowns = { scaleOutCooldown: cooldownSeconds.scaleOut, scaleInCooldown: cooldownSeconds.scaleIn };
  return [
    { kind: "target", metric: "requests", target: web.requestsPerTarget, ...cooldowns },
    { kind: "target", metric: "cpu", target: web.cpuTargetPercent, ...cooldowns },
  ];
}

function compute({ cluster }: Settings): Platform["compute"] {
  if (cluster.kind === "fargate") {
    return { kind: "fargate" };
  }
  const limits = instanceLimits(cluster.instanceType)!;
  return {
    kind: "ec2",
    instanceType: cluster.instanceType,
    room: { cpu: limits.vcpus * 1024, memoryMib: taskMemoryMib(limits), tasks: limits.tasks },
    minInstances: cluster.minInstances,
    maxInstances: cluster.maxInstances,
    warmPool: cluster.warmPoolSize,
    targetCapacityPercent: ec2Defaults.targetCapacityPercent,
    warmupSeconds: ec2Defaults.instanceWarmupSeconds,
    minStep: minStep(cluster),
    maxStep: ec2Defaults.maxStep,
  };
}

function databaseCapacity(capacity: Settings["database"]["capacity"]): DatabaseCapacity {
  return capacity.kind === "provisioned"
    ? { kind: "provisioned", vcpus: databaseVcpus(capacity.instanceClass) }
    : capacity;
}

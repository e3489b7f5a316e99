import type { Problem } from "../lib/invalid";

export type Architecture = "arm64" | "x86_64";

/** Capacity of one EC2 instance type, as far as placing tasks goes. */
export interface InstanceLimits {
  readonly architecture: Architecture;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Tasks with their own network interface: the interfaces of the instance less its primary one. */
  readonly tasks: number;
  /** The same number with the account setting awsvpcTrunking on. */
  readonly tasksWithTrunking: number | undefined;
}

interface Family {
  readonly architecture: Architecture;
  readonly gibPerVcpu: number;
}

// Families fit for PHP: general purpose (m), compute (c) and memory (r), Graviton 3 and Intel Ice Lake.
const families: Readonly<Record<string, Family>> = {
  c7g: { architecture: "arm64", gibPerVcpu: 2 },
  m7g: { architecture: "arm64", gibPerVcpu: 4 },
  r7g: { architecture: "arm64", gibPerVcpu: 8 },
  c6i: { architecture: "x86_64", gibPerVcpu: 2 },
  m6i: { architecture: "x86_64", gibPerVcpu: 4 },
  r6i: { architecture: "x86_64", gibPerVcpu: 8 },
};

// Task limits without and with trunking, the same for all six families:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/eni-trunking-supported-instance-types.html
const sizes: Readonly<Record<string, { vcpus: number; tasks: number; tasksWithTrunking: number }>> = {
  large: { vcpus: 2, tasks: 2, tasksWithTrunking: 10 },
  xlarge: { vcpus: 4, tasks: 3, tasksWithTrunking: 20 },
  "2xlarge": { vcpus: 8, tasks: 3, tasksWithTrunking: 40 },
  "4xlarge": { vcpus: 16, tasks: 7, tasksWithTrunking: 60 },
};

// Burstable types, for development only: three interfaces each and no trunking
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html).
const burstable: Readonly<Record<string, InstanceLimits>> = {
  "t4g.medium": { architecture: "arm64", vcpus: 2, memoryMib: 4096, tasks: 2, tasksWithTrunking: undefined },
  "t4g.large": { architecture: "arm64", vcpus: 2, memoryMib: 8192, tasks: 2, tasksWithTrunking: undefined },
  "t3.medium": { architecture: "x86_64", vcpus: 2, memoryMib: 4096, tasks: 2, tasksWithTrunking: undefined },
  "t3.large": { architecture: "x86_64", vcpus: 2, memoryMib: 8192, tasks: 2, tasksWithTrunking: undefined },
};

/** The instance types that a cluster may use. Other types are refused until their limits are added here. */
export const instanceTypes: Readonly<Record<string, InstanceLimits>> = {
  ...burstable,
  ...Object.fromEntries(
    Object.entries(families).flatMap(([family, { architecture, gibPerVcpu }]) =>
      Object.entries(sizes).map(([size, { vcpus, tasks, tasksWithTrunking }]) => [
        `${family}.${size}`,
        { architecture, vcpus, memoryMib: vcpus * gibPerVcpu * 1024, tasks, tasksWithTrunking },
      ]),
    ),
  ),
};

// Memory that the operating system, Docker and the agent keep: the kernel reserves a few per cent of the nominal memory
// before ECS counts it, and the user data reserves 256 MiB more. Estimate, to be replaced by the registered memory once
// measured (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html).
export const reservedMemoryMib = 256;
const registeredShare = 0.95;

/** Memory that tasks may take on one instance of this size. */
export function taskMemoryMib(limits: InstanceLimits): number {
  return Math.floor(limits.memoryMib * registeredShare) - reservedMemoryMib;
}

/** Size of one task: CPU units (1024 are one vCPU) and MiB. */
export interface TaskSize {
  readonly cpu: number;
  readonly memoryMib: number;
}

/**
 * Number of tasks of one size that an instance holds: the least of its CPU, its memory and its network interfaces.
 *
 * Every task has its own network interface (awsvpc), and interfaces are the scarce part: without trunking an xlarge
 * holds 3 tasks and so does a 2xlarge. So choose tasks of 1 vCPU or more on large and xlarge instances. Trunking raises
 * the limit, but awsvpcTrunking is a setting of the whole account and Region: a stack that turned it on, or off when it
 * is destroyed, would change every other cluster there, so this program takes it into account and never sets it.
 */
export function tasksPerInstance(limits: InstanceLimits, task: TaskSize, trunking = false): number {
  const interfaces = trunking ? (limits.tasksWithTrunking ?? limits.tasks) : limits.tasks;
  return Math.min(
    Math.floor((limits.vcpus * 1024) / task.cpu),
    Math.floor(taskMemoryMib(limits) / task.memoryMib),
    interfaces,
  );
}

/** Problems of an instance type for a cluster of one architecture. */
export function instanceTypeProblems(path: string, type: string, architecture: Architecture): Problem[] {
  const fitting = Object.entries(instanceTypes)
    .filter(([, limits]) => limits.architecture === architecture)
    .map(([name]) => name);
  if (fitting.includes(type)) {
    return [];
  }
  const other = instanceTypes[type];
  return [
    {
      path,
      given: type,
      allowed: fitting.join(", "),
      fix: other
        ? `It is ${other.architecture} and the cluster is ${architecture}: change one of the two.`
        : "Choose one of these, or add the type with its limits to components/cluster/instanceTypes.ts.",
    },
  ];
}

/** Problems of a task that no instance of this type could ever hold; ECS would wait for capacity forever. */
export function taskFitProblems(path: string, task: TaskSize, type: string): Problem[] {
  const limits = instanceTypes[type];
  if (limits === undefined || tasksPerInstance(limits, task) >= 1) {
    return [];
  }
  return [
    {
      path,
      given: { cpu: task.cpu, memoryMib: task.memoryMib },
      allowed: `at most ${limits.vcpus * 1024} CPU units and ${taskMemoryMib(limits)} MiB on ${type}`,
      fix: "Make the task smaller or choose a larger instance type.",
    },
  ];
}

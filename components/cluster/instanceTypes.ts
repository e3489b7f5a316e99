import type { Problem } from "../lib/invalid";
import table from "./typeTable.json";

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

type Row = readonly [Architecture, number, number, number, number | null];

/**
 * Limits of the types in typeTable.json, which `make instance-types` writes from EC2's own answers and AWS's table of
 * network interfaces. Task limits with trunking are those of
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/eni-trunking-supported-instance-types.html
 */
export const instanceTypes: Readonly<Record<string, InstanceLimits>> = Object.fromEntries(
  Object.entries(table.types as unknown as Readonly<Record<string, Row>>).map(
    ([type, [architecture, vcpus, memoryMib, tasks, trunking]]) => [
      type,
      { architecture, vcpus, memoryMib, tasks, tasksWithTrunking: trunking ?? undefined },
    ],
  ),
);

/**
 * The newest family whose sizes are taken for a type that is not in the table. Families of one kind have had the same
 * sizes, memory and interfaces since the fifth generation.
 */
const modelFamilies = { arm64: "7g", x86_64: "7i" } as const;

/**
 * Limits of an instance type: of the table, or for a newer family those of an older one of its kind; undefined for what
 * no cluster can use.
 */
export function instanceLimits(type: string): InstanceLimits | undefined {
  return instanceTypes[type] ?? assumedLimits(type)?.limits;
}

/** The newest generation in the table. */
const newestGeneration = Math.max(
  ...Object.keys(instanceTypes).map((name) => Number(/^[mcr](\d+)/.exec(name)?.[1] ?? 0)),
);

/** For a type that is newer than the table: what is assumed of it. */
export function assumedLimits(type: string): { readonly like: string; readonly limits: InstanceLimits } | undefined {
  // Kind, generation, attributes, size: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
  const [, kind, generation, attributes = "", size] = /^([mcr])(\d+)([a-z]*)\.([a-z0-9]+)$/.exec(type) ?? [];
  const like = `${kind}${modelFamilies[attributes.startsWith("g") ? "arm64" : "x86_64"]}.${size}`;
  const limits = instanceTypes[like];
  return limits !== undefined && Number(generation) >= newestGeneration && instanceTypes[type] === undefined
    ? { like, limits }
    : undefined;
}

/** What is said of a type that is newer than the table; undefined for one that is in it. */
export function assumptionOf(type: string): string | undefined {
  const assumed = assumedLimits(type);
  return assumed === undefined
    ? undefined
    : `${type} is newer than the table of ${table.date}: it is taken for ${assumed.like}, with ${assumed.limits.vcpus} vCPUs, ` +
        `${assumed.limits.memoryMib} MiB and ${assumed.limits.tasks} tasks. make instance-types writes a newer table.`;
}

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
  const limits = instanceLimits(type);
  if (limits?.architecture === architecture) {
    return [];
  }
  const ours = Object.entries(instanceTypes).filter(([, one]) => one.architecture === architecture);
  const families = [...new Set(ours.map(([name]) => name.split(".")[0]!))];
  return [
    {
      path,
      given: type,
      allowed: `an ${architecture} type from medium to 8xlarge of ${families.join(", ")}, or of a newer family of m, c and r`,
      fix: limits
        ? `It is ${limits.architecture} and the cluster is ${architecture}: change one of the two.`
        : `Write it like ${architecture === "arm64" ? "m7g" : "m7i"}.large.`,
    },
  ];
}

/** Problems of a task that no instance of this type could ever hold; ECS would wait for capacity forever. */
export function taskFitProblems(path: string, task: TaskSize, type: string): Problem[] {
  const limits = instanceLimits(type);
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

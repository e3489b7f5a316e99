import { z } from "zod";
import { fargateSizeProblems } from "../../components/cluster/fargateSizes";
import {
  instanceLimits,
  type TaskSize,
  taskFitProblems,
  tasksPerInstance,
} from "../../components/cluster/instanceTypes";
import { childrenProblems, diskProblems } from "../../components/moodle/limits";
import type { cluster } from "./cluster";
import { type Groups, integer } from "./fields";
import { instancesNeeded } from "./packing";
import type { limits } from "./limits";
import { order, type Rules } from "./rule";
import { below, type safety } from "./safety";
import type { Site } from "./site";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html: 0.25 to 16 vCPU here. */
const cpu = integer(256, 16384, "CPU units of a task; 1024 is one vCPU.");
const memoryMib = integer(512, 122880, "Memory of a task; the task is killed above it.");

export const web = z.strictObject({
  cpu,
  memoryMib,
  minTasks: integer(1, 500, "Never fewer web tasks."),
  maxTasks: integer(1, 500, "Never more web tasks; bounds the database connections."),
  requestsPerTarget: integer(10, 100000, "Requests a minute per task that scaling aims at. Take it from a load test."),
  cpuTargetPercent: integer(20, 80, "CPU that scaling aims at, as the backstop."),
  phpMaxChildren: integer(2, 500, "PHP processes of a task, each with a database connection."),
});

export const cron = z.strictObject({ cpu, memoryMib });

export const adhoc = z.strictObject({
  cpu,
  memoryMib,
  minTasks: integer(1, 100, "Never fewer ad-hoc workers."),
  maxTasks: integer(1, 100, "Never more ad-hoc workers."),
  concurrency: integer(1, 16, "Jobs at once per worker."),
  cpuTargetPercent: integer(20, 80, "CPU that scaling of the workers aims at.").default(60),
});

type Tasks = Groups<{ web: typeof web; cron: typeof cron; adhoc: typeof adhoc }>;

function sizes({ web, cron, adhoc }: Tasks): readonly (readonly [path: string, size: TaskSize, most: number])[] {
  return [
    ["moodle:web", web, web.maxTasks],
    ["moodle:cron", cron, 1],
    ["moodle:adhoc", adhoc, adhoc.maxTasks],
  ];
}

/** Rules for the sizes of tasks, by themselves and on the cluster that they run on. */
export const taskRules: Rules<
  Site & Tasks & Groups<{ cluster: typeof cluster; safety: typeof safety; limits: typeof limits }>
> = [
  ({ web }) => order("moodle:web", "minTasks", "maxTasks", [web.minTasks, web.maxTasks]),
  ({ adhoc }) => order("moodle:adhoc", "minTasks", "maxTasks", [adhoc.minTasks, adhoc.maxTasks]),
  ({ web, safety, profile }) =>
    below("moodle:web.minTasks", web.minTasks, safety.webTasks, "one for each zone that may be lost", profile),

  ({ web }) => childrenProblems("moodle:web.phpMaxChildren", web.phpMaxChildren, web.memoryMib),

  ({ cluster, web, limits: { uploadMaxMb } }) => {
    const type = cluster.kind === "ec2" ? instanceLimits(cluster.instanceType) : undefined;
    if (cluster.kind === "ec2" && type === undefined) {
      return [];
    }
    const disk =
      cluster.kind === "ec2" && type !== undefined
        ? ({ kind: "ec2", gib: cluster.rootVolumeGib, tasks: tasksPerInstance(type, web) } as const)
        : ({ kind: "fargate" } as const);
    return diskProblems("moodle:limits.uploadMaxMb", web.phpMaxChildren, uploadMaxMb, disk);
  },

  ({ cluster, web, cron, adhoc }) => {
    // Without the other settings: reading an invalid one would end this rule.
    const tasks = { web, cron, adhoc };
    if (cluster.kind === "fargate") {
      return sizes(tasks).flatMap(([path, size]) => fargateSizeProblems(path, size));
    }
    const misfits = sizes(tasks).flatMap(([path, size]) => taskFitProblems(path, size, cluster.instanceType));
    // A rollout at the peak starts one new task of each kind before an old one stops, and a release runs one of its own.
    const beside = [web, adhoc, cron];
    const all = [...sizes(tasks).flatMap(([, size, most]) => Array.from({ length: most }, () => size)), ...beside];
    const needed = instancesNeeded(cluster.instanceType, all);
    if (misfits.length > 0 || needed === undefined || needed <= cluster.maxInstances) {
      return misfits;
    }
    return [
      {
        path: "moodle:cluster.maxInstances",
        given: cluster.maxInstances,
        allowed: `${needed} or more: that many ${cluster.instanceType} hold ${all.length} tasks, the most that moodle:web, moodle:cron and moodle:adhoc may start, and one of each beside them during a rollout`,
        fix: "Raise it, lower the tasks, or choose a larger type. Each task needs a network interface besides CPU and memory.",
      },
    ];
  },
];

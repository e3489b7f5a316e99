import { fargateSizeProblems } from "../../../components/cluster/fargateSizes";
import { instanceTypeProblems, type TaskSize, taskFitProblems } from "../../../components/cluster/instanceTypes";
import type { Problem } from "../../../components/lib/invalid";
import { childrenProblems } from "../../../components/moodle/limits";
import { instancesNeeded } from "../packing";
import type { Settings } from "../settings";
import { below, order, type Rule } from "./rule";

type Tasks = Pick<Settings, "web" | "cron" | "adhoc">;

function sizes({ web, cron, adhoc }: Tasks): readonly (readonly [path: string, size: TaskSize, most: number])[] {
  return [
    ["moodle:web", web, web.maxTasks],
    ["moodle:cron", cron, 1],
    ["moodle:adhoc", adhoc, adhoc.maxTasks],
  ];
}

/** Spot capacity or a burstable type where the profile wants capacity that is always there. */
export function unsteady(path: string, given: unknown, profile: string): Problem {
  return {
    path,
    given,
    allowed: `neither Spot nor the burstable T family: the floor "steadyCapacity" of profile ${profile}`,
    mend: "Choose an m, c or r type. T types slow down to a fraction of their speed when their CPU credit is used up.",
  };
}

export const computeRules: readonly Rule[] = [
  ({ cluster }) =>
    cluster.kind === "ec2"
      ? [
          ...instanceTypeProblems("moodle:cluster.instanceType", cluster.instanceType, cluster.architecture),
          ...order("moodle:cluster", "minInstances", "maxInstances", [cluster.minInstances, cluster.maxInstances]),
        ]
      : [],

  ({ cluster, safety }, profile) =>
    cluster.kind === "ec2"
      ? below(
          "moodle:cluster.minInstances",
          cluster.minInstances,
          safety.instances,
          "container instances that are always there",
          profile,
        )
      : [],

  ({ cluster, safety }, { name }) => {
    if (!safety.steadyCapacity) {
      return [];
    }
    if (cluster.kind === "fargate") {
      return cluster.spot ? [unsteady("moodle:cluster.spot", true, name)] : [];
    }
    return /^t\d/.test(cluster.instanceType)
      ? [unsteady("moodle:cluster.instanceType", cluster.instanceType, name)]
      : [];
  },

  ({ web }) => order("moodle:web", "minTasks", "maxTasks", [web.minTasks, web.maxTasks]),
  ({ adhoc }) => order("moodle:adhoc", "minTasks", "maxTasks", [adhoc.minTasks, adhoc.maxTasks]),
  ({ web, safety }, profile) =>
    below("moodle:web.minTasks", web.minTasks, safety.webTasks, "one for each zone that may be lost", profile),

  ({ web }) => childrenProblems("moodle:web.phpMaxChildren", web.phpMaxChildren, web.memoryMib),

  ({ cluster, web, cron, adhoc }) => {
    // Not the rest of the settings: reading one that is wrong would end this rule.
    const tasks = { web, cron, adhoc };
    if (cluster.kind === "fargate") {
      return sizes(tasks).flatMap(([path, size]) => fargateSizeProblems(path, size));
    }
    const misfits = sizes(tasks).flatMap(([path, size]) => taskFitProblems(path, size, cluster.instanceType));
    const all = sizes(tasks).flatMap(([, size, most]) => Array.from({ length: most }, () => size));
    const needed = instancesNeeded(cluster.instanceType, all);
    if (misfits.length > 0 || needed === undefined || needed <= cluster.maxInstances) {
      return misfits;
    }
    return [
      {
        path: "moodle:cluster.maxInstances",
        given: cluster.maxInstances,
        allowed: `${needed} or more: that many ${cluster.instanceType} hold ${all.length} tasks, the most that moodle:web, moodle:cron and moodle:adhoc may start`,
        mend: "Raise it, lower the tasks, or choose a larger type. Each task needs a network interface besides CPU and memory.",
      },
    ];
  },

  ({ cluster, storage }) =>
    cluster.kind === "fargate" && storage.kind !== "efs"
      ? [
          {
            path: "moodle:storage.kind",
            given: storage.kind,
            allowed: "efs with moodle:cluster.kind fargate",
            mend: "NFS is mounted by the instance and bound into the container, and Fargate has no instance of ours. Use efs, or cluster.kind ec2.",
          },
        ]
      : [],
];

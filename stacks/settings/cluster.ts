import { z } from "zod";
import { instanceTypeProblems } from "../../components/cluster/instanceTypes";
import { choice, flag, type Groups, integer, kind, text } from "./fields";
import { order, type Rules } from "./rule";
import { below, type safety, unsteady } from "./safety";
import type { Site } from "./site";

const architecture = choice(
  ["arm64", "x86_64"],
  "Of instances and image; arm64 is cheaper for the same work. How to change it: docs/runbooks/instances.md.",
).default("arm64");

export const cluster = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("ec2", "Instances in an Auto Scaling group; node-local caches survive a task."),
    architecture,
    instanceType: text(
      /^[a-z0-9]+\.[a-z0-9]+$/,
      "an EC2 instance type such as m7g.large",
      "Type of every instance; sets how many tasks fit on one.",
    ),
    minInstances: integer(0, 100, "Never fewer instances."),
    maxInstances: integer(1, 200, "Never more instances: the ceiling on the bill."),
    warmPoolSize: integer(
      0,
      50,
      "Instances that wait stopped, beside those that run; each costs its disk only. 0 is no pool.",
    ),
    rootVolumeGib: integer(30, 1000, "Disk of an instance, for images and uploads.").default(50),
  }),
  z.strictObject({
    kind: kind("fargate", "No instances. EFS only, and each task starts with cold local caches."),
    architecture,
    spot: flag("Spare capacity at a discount; a task may be stopped with two minutes' warning.").default(false),
  }),
]);

export const clusterRules: Rules<Site & Groups<{ cluster: typeof cluster; safety: typeof safety }>> = [
  ({ cluster }) =>
    cluster.kind === "ec2"
      ? [
          ...instanceTypeProblems("moodle:cluster.instanceType", cluster.instanceType, cluster.architecture),
          ...order("moodle:cluster", "minInstances", "maxInstances", [cluster.minInstances, cluster.maxInstances]),
        ]
      : [],

  ({ cluster, safety, profile }) =>
    cluster.kind === "ec2"
      ? below(
          "moodle:cluster.minInstances",
          cluster.minInstances,
          safety.instances,
          "container instances that are always there",
          profile,
        )
      : [],

  ({ cluster, safety, profile }) => {
    if (!safety.steadyCapacity) {
      return [];
    }
    if (cluster.kind === "fargate") {
      return cluster.spot ? [unsteady("moodle:cluster.spot", true, profile)] : [];
    }
    return /^t\d/.test(cluster.instanceType)
      ? [unsteady("moodle:cluster.instanceType", cluster.instanceType, profile)]
      : [];
  },
];

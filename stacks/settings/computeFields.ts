import { z } from "zod";
import type { Profile } from "../profiles";
import { choice, flag, integer, kind, text } from "./fields";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html: 0.25 to 16 vCPU here. */
const cpu = integer(256, 16384, "CPU units of a task; 1024 is one vCPU.");
const memoryMib = integer(512, 122880, "Memory of a task; the task is killed above it.");

const architecture = choice(["arm64", "x86_64"], "Of instances and image; arm64 is cheaper for the same work.");

export function cluster({ sizes }: Profile) {
  const { ec2, fargate } = sizes.cluster;
  return z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("ec2", "Instances in an Auto Scaling group; node-local caches survive a task."),
      architecture: architecture.default(ec2.architecture),
      instanceType: text(
        /^[a-z0-9]+\.[a-z0-9]+$/,
        "an EC2 instance type such as m7g.large",
        "Type of every instance; sets how many tasks fit on one.",
      ).default(ec2.instanceType),
      minInstances: integer(0, 100, "Never fewer instances.").default(ec2.minInstances),
      maxInstances: integer(1, 200, "Never more instances: the ceiling on the bill.").default(ec2.maxInstances),
      warmPoolSize: integer(
        0,
        50,
        "Instances that wait stopped, beside those that run; each costs its disk only. 0 is no pool.",
      ).default(ec2.warmPoolSize),
      rootVolumeGib: integer(30, 1000, "Disk of an instance: old images and uploads lie there.").default(
        ec2.rootVolumeGib,
      ),
    }),
    z.strictObject({
      kind: kind("fargate", "No instances. EFS only, and each task starts with cold local caches."),
      architecture: architecture.default(fargate.architecture),
      spot: flag("Spare capacity at a discount; a task may be stopped with two minutes' warning.").default(
        fargate.spot,
      ),
    }),
  ]);
}

export function web({ sizes: { web: size } }: Profile) {
  return z.strictObject({
    cpu: cpu.default(size.cpu),
    memoryMib: memoryMib.default(size.memoryMib),
    minTasks: integer(1, 500, "Never fewer web tasks.").default(size.minTasks),
    maxTasks: integer(1, 500, "Never more web tasks; bounds the database connections.").default(size.maxTasks),
    requestsPerTarget: integer(
      10,
      100000,
      "Requests a minute per task that scaling aims at. Take it from a load test.",
    ).default(size.requestsPerTarget),
    cpuTargetPercent: integer(20, 80, "CPU that scaling aims at, as the backstop.").default(size.cpuTargetPercent),
    phpMaxChildren: integer(2, 500, "PHP processes of a task, each with a database connection.").default(
      size.phpMaxChildren,
    ),
  });
}

export function cron({ sizes: { cron: size } }: Profile) {
  return z.strictObject({ cpu: cpu.default(size.cpu), memoryMib: memoryMib.default(size.memoryMib) });
}

export function adhoc({ sizes: { adhoc: size } }: Profile) {
  return z.strictObject({
    cpu: cpu.default(size.cpu),
    memoryMib: memoryMib.default(size.memoryMib),
    minTasks: integer(1, 100, "Never fewer ad-hoc workers.").default(size.minTasks),
    maxTasks: integer(1, 100, "Never more ad-hoc workers.").default(size.maxTasks),
    concurrency: integer(1, 16, "Jobs at once per worker.").default(size.concurrency),
    cpuTargetPercent: integer(20, 80, "CPU that scaling of the workers aims at.").default(size.cpuTargetPercent),
  });
}

export function calendar({ name }: Profile) {
  return z.strictObject({
    name: text(
      /^[a-z0-9-]{1,40}$/,
      "none, or the name of a file in stacks/calendar/",
      "Academic year that capacity is made ready by; none leaves it to the load alone.",
    ).default(name),
    overrideFreeze: text(
      /^[a-z0-9-]{1,40}$/,
      "the name of an exam in the calendar",
      "Deploy during this exam all the same, if MOODLE_OVERRIDE_FREEZE in the environment says so too.",
    ).optional(),
  });
}

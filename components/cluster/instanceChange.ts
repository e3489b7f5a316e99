import { AsyncLocalStorage } from "node:async_hooks";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describeProblem, type Problem } from "../lib/invalid";
import { instanceLimits, taskFitProblems, type TaskSize } from "./instanceTypes";

/** What decides where ECS can place a task that a service runs now. */
export interface RunningTask {
  /** Family and revision, such as `moodle-prod-web:12`. */
  readonly taskDefinition: string;
  readonly size: TaskSize;
  /** `ARM64` or `X86_64`. Undefined: any instance. ECS places a task that names one only on instances of that one. */
  readonly cpuArchitecture: string | undefined;
}

/**
 * Problems of another instance type for the tasks that run. An update replaces all instances at once, and a drained
 * task starts again from the task definition that is in operation, which only a release changes. A task that no new instance can
 * hold finds no place, and ECS ends it when its time to drain is over.
 */
export function instanceChangeProblems(type: string, running: readonly RunningTask[]): Problem[] {
  const architecture = instanceLimits(type)?.architecture === "x86_64" ? "X86_64" : "ARM64";
  return running.flatMap(({ taskDefinition, size, cpuArchitecture }) => [
    ...(cpuArchitecture === undefined || cpuArchitecture === architecture
      ? []
      : [
          {
            path: "moodle:cluster.instanceType",
            given: type,
            allowed: `a type for ${cpuArchitecture}, while ${taskDefinition} is in operation and can run nowhere else`,
            fix: "First release an image by digest that was built for both architectures: docs/runbooks/instances.md.",
          },
        ]),
    ...taskFitProblems(`${taskDefinition}, which is in operation`, size, type).map((problem) => ({
      ...problem,
      fix: `It does not fit on ${type}. First release the smaller task: docs/runbooks/instances.md.`,
    })),
  ]);
}

/**
 * Stops an update of the launch template to another instance type that the running tasks do not fit on: in the preview
 * too, before anything is changed.
 *
 * Running tasks are looked up on AWS (tag:GetResources, ecs:DescribeServices, ecs:DescribeTaskDefinition), only for such a
 * change. What cannot be looked up stops the update as well.
 */
export function refuseUnfitInstances(
  name: string,
  clusterName: pulumi.Input<string>,
  opts: pulumi.InvokeOptions,
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    `${name}-running-tasks-fit`,
    // The engine calls a hook outside of the program's context, in which alone the SDK finds the engine for a look-up.
    AsyncLocalStorage.bind(async ({ oldInputs, newInputs }: pulumi.ResourceHookArgs) => {
      const type = newInputs?.["instanceType"] as string;
      if (oldInputs?.["instanceType"] === type) {
        return;
      }
      const problems = instanceChangeProblems(type, await runningTasks(await known(clusterName), opts));
      if (problems.length > 0) {
        throw new Error(problems.map(describeProblem).join("\n"));
      }
    }),
    { onDryRun: true },
  );
}

/** The cluster is there when its launch template is changed. */
function known(value: pulumi.Input<string>): Promise<string> {
  return new Promise((resolve) => pulumi.output(value).apply(resolve));
}

/** The tasks of all services of the cluster, those of a release under way too. */
async function runningTasks(clusterName: string, opts: pulumi.InvokeOptions): Promise<readonly RunningTask[]> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources(
    { resourceTypeFilters: ["ecs:service"] },
    opts,
  );
  const services = resourceTagMappingLists
    .map(({ resourceArn }) => /^(arn:.+):service\/([^/]+)\/(.+)$/.exec(resourceArn) ?? [])
    .filter(([, , cluster]) => cluster === clusterName);
  const found = await Promise.all(
    services.map(([, prefix, cluster, serviceName = ""]) =>
      aws.ecs.getService({ clusterArn: `${prefix}:cluster/${cluster}`, serviceName }, opts),
    ),
  );
  const definitions = new Set(
    found.flatMap((service) => [service.taskDefinition, ...service.deployments.map((one) => one.taskDefinition)]),
  );
  return Promise.all(
    [...definitions].map(async (taskDefinition) => {
      const { cpu, memory, runtimePlatforms } = await aws.ecs.getTaskDefinition({ taskDefinition }, opts);
      return {
        taskDefinition: taskDefinition.split("/").pop() ?? taskDefinition,
        size: { cpu: Number(cpu), memoryMib: Number(memory) },
        cpuArchitecture: runtimePlatforms[0]?.cpuArchitecture || undefined,
      };
    }),
  );
}

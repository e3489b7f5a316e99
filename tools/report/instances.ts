import { instanceChangeProblems } from "../../components/cluster/instanceChange";
import { describeProblem } from "../../components/lib/invalid";
import type { Change, Resource } from "./changes";

/**
 * Tasks of the base that would find no place on the change's instances. The update itself is refused for what runs on AWS by then
 * (components/cluster/instanceChange.ts); here the base's task definitions stand for it. Pure.
 */
export function unfitInstances(changes: readonly Change[], before: readonly Resource[]): readonly string[] {
  const types = changes
    .filter(({ type, action }) => type === "aws:ec2/launchTemplate:LaunchTemplate" && action === "updated")
    .flatMap(({ values }) => values.filter(({ path }) => path === "instanceType").map(({ after }) => String(after)));
  const services = before.filter(({ type }) => type === "aws:ecs/service:Service");
  const running = before.filter(
    ({ type, outputs }) =>
      type === "aws:ecs/taskDefinition:TaskDefinition" &&
      services.some(({ inputs }) => inputs?.["taskDefinition"] === outputs?.["arn"]),
  );
  const tasks = running.map(({ name, inputs }) => ({
    taskDefinition: name,
    size: { cpu: Number(inputs?.["cpu"]), memoryMib: Number(inputs?.["memory"]) },
    cpuArchitecture: (inputs?.["runtimePlatform"] as { readonly cpuArchitecture?: string } | undefined)
      ?.cpuArchitecture,
  }));
  return types.flatMap((type) => instanceChangeProblems(type, tasks)).map(describeProblem);
}

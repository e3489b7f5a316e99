import { readFileSync } from "node:fs";
import {
  type ContainerDefinition,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { asked } from "./awsCall";
import { type OneOffRole, type OneOffTask, runOnce } from "./oneOffTask";

/** Path of the script in the container, relative to Moodle's code: the role `cli` starts scripts from there. */
export const scriptPath = "../../../tmp/script.php";

/**
 * Before the image's own entry point: writes the script to /tmp, a volume of the task. Its arguments are the script in
 * base64, and then the command. The image contains no such script: only a separate task definition brings one in.
 */
export const entryPoint = (script: Buffer): readonly string[] => [
  "sh",
  "-c",
  'printf %s "$1" | base64 -d >/tmp/script.php && shift && exec moodle-entrypoint "$@"',
  "script",
  script.toString("base64"),
];

/**
 * Runs a PHP file of this machine once, with Moodle's code and settings, in a task that is registered for it and
 * deregistered after it. Its caller needs the permissions of `runOnce`, and ecs:RegisterTaskDefinition and iam:PassRole
 * for the task's two roles.
 *
 * @param args the script's. No secrets that are worth anything: ECS and CloudTrail keep them.
 * @returns what the task wrote.
 * @throws Error as `runOnce`.
 */
export async function runScript(
  task: OneOffTask,
  role: OneOffRole,
  file: string,
  args: readonly string[],
): Promise<string> {
  return withScript(task, role, file, (own, command) => runOnce(own, role, [...command, ...args]));
}

/** The same for another use of the task than to wait for its end: `command` starts the script. */
export async function withScript<T>(
  task: OneOffTask,
  role: OneOffRole,
  file: string,
  use: (own: OneOffTask, command: readonly string[]) => Promise<T>,
): Promise<T> {
  const script = readFileSync(file);
  const change = (container: ContainerDefinition) => ({ ...container, entryPoint: [...entryPoint(script)] });
  return withOwnDefinition(task, role, "script", change, (own) => use(own, ["cli", scriptPath]));
}

/**
 * Runs tasks of a role with a changed container, in a task definition that is registered for it and deregistered after
 * it. Its caller needs the permissions of `runOnce`, and ecs:RegisterTaskDefinition, ecs:DeregisterTaskDefinition and
 * iam:PassRole for the task's two roles.
 *
 * @param purpose the end of the family's name
 */
export async function withOwnDefinition<T>(
  task: OneOffTask,
  role: OneOffRole,
  purpose: string,
  change: (container: ContainerDefinition) => ContainerDefinition,
  use: (own: OneOffTask) => Promise<T>,
): Promise<T> {
  const ecs = new ECSClient({ region: task.region });
  const arn = await register(ecs, task.taskDefinitionArns[role], purpose, (container) =>
    container.name === role ? change(container) : container,
  );
  try {
    return await use({ ...task, taskDefinitionArns: { ...task.taskDefinitionArns, [role]: arn } });
  } finally {
    const done = new DeregisterTaskDefinitionCommand({ taskDefinition: arn });
    await asked("ecs DeregisterTaskDefinition", ecs.send(done));
  }
}

/**
 * The role's task definition with other containers, as a separate family: a release looks for the newest revision of
 * the role's. 64 KiB is the most that a definition may have (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html).
 */
async function register(
  ecs: ECSClient,
  arn: string,
  purpose: string,
  change: (container: ContainerDefinition) => ContainerDefinition,
): Promise<string> {
  const describe = new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ["TAGS"] });
  const { taskDefinition: given = {}, tags } = await asked("ecs DescribeTaskDefinition", ecs.send(describe));
  const { taskRoleArn, executionRoleArn, networkMode, volumes, cpu, memory, runtimePlatform } = given;
  const command = new RegisterTaskDefinitionCommand({
    family: `${given.family}-${purpose}`,
    taskRoleArn,
    executionRoleArn,
    networkMode,
    volumes,
    cpu,
    memory,
    runtimePlatform,
    requiresCompatibilities: given.requiresCompatibilities,
    containerDefinitions: given.containerDefinitions?.map(change),
    // An empty list is refused.
    ...(tags !== undefined && tags.length > 0 && { tags }),
  });
  const { taskDefinition } = await asked("ecs RegisterTaskDefinition", ecs.send(command));
  return taskDefinition!.taskDefinitionArn!;
}

import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTasksCommand,
  ECSClient,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksStopped,
} from "@aws-sdk/client-ecs";
import { setTimeout as sleep } from "node:timers/promises";
import { asked } from "./awsCall";
import { pulumiUp } from "./pulumiUp";

/** The stack's output `oneOffTask`: where a task that runs once is started. */
export interface OneOffTask {
  readonly region: string;
  readonly clusterName: string;
  readonly capacityProviderName: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** Whether a shell in a task is allowed: the setting moodle.exec. @default false */
  readonly exec?: boolean;
  readonly taskDefinitionArns: Readonly<Record<OneOffRole, string>>;
  readonly logGroupNames: Readonly<Record<OneOffRole, string>>;
}

/** Task definition to use: `install` may read the database's master secret, so use `upgrade` wherever it is enough. */
export type OneOffRole = "install" | "upgrade";

/** @throws Error when the stack was not deployed, or before it had this output. */
export function oneOffTask(stack: string, outputs: Readonly<Record<string, unknown>>): OneOffTask {
  const found = outputs["oneOffTask"];
  if (found === undefined) {
    throw new Error(`Stack ${stack} has no output "oneOffTask". Fix: ${pulumiUp(stack)}`);
  }
  return found as OneOffTask;
}

/**
 * Runs the image once with this command and waits for its end, however long that takes.
 *
 * @param command the image's role and its arguments. No secrets: ECS and CloudTrail keep the words.
 * @param everySeconds how often it looks for the end
 * @returns what the task wrote.
 * @throws Error with ECS's reason when the task did not start, or with its last words when it did not end with 0.
 */
export async function runOnce(
  task: OneOffTask,
  role: OneOffRole,
  command: readonly string[],
  everySeconds = 6,
): Promise<string> {
  const { exitCode, said } = await runToEnd(task, role, command, { everySeconds });
  if (exitCode !== 0) {
    throw new Error(`The task ended with ${exitCode}: ${said.trim().slice(-2000)}`);
  }
  return said;
}

/**
 * The same for a command whose exit status is an answer.
 *
 * @param options.environment further variables of the image. No secrets, as above.
 * @throws Error with ECS's reason when the task did not start.
 */
export async function runToEnd(
  task: OneOffTask,
  role: OneOffRole,
  command: readonly string[],
  { everySeconds = 6, environment = {} }: RunToEndOptions = {},
): Promise<{ readonly exitCode: number; readonly said: string }> {
  const ecs = new ECSClient({ region: task.region });
  const arn = await started(ecs, task, role, command, { environment });
  const which = { cluster: task.clusterName, tasks: [arn] };
  const pace = { client: ecs, minDelay: everySeconds, maxDelay: everySeconds, maxWaitTime: longestSeconds };
  await asked("ecs DescribeTasks", waitUntilTasksStopped(pace, which));
  const { container, notStarted } = await look(ecs, which, role);
  if (container?.exitCode === undefined) {
    throw notStarted;
  }
  return { exitCode: container.exitCode, said: await log(task, role, arn) };
}

interface RunToEndOptions {
  readonly everySeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts the image once with this command, and waits until a shell can be opened in it.
 *
 * @returns the task's ARN.
 * @throws Error with ECS's reason when the task or its agent did not start.
 */
export async function startShellTask(
  task: OneOffTask,
  role: OneOffRole,
  command: readonly string[],
  everySeconds = 6,
): Promise<string> {
  const ecs = new ECSClient({ region: task.region });
  const arn = await started(ecs, task, role, command, { exec: true });
  const which = { cluster: task.clusterName, tasks: [arn] };
  for (let left = shellSeconds; left > 0; left -= everySeconds) {
    const { container, lastStatus, notStarted } = await look(ecs, which, role);
    if (lastStatus === "STOPPED") {
      throw notStarted;
    }
    const agent = container?.managedAgents?.find(({ name }) => name === "ExecuteCommandAgent");
    if (agent?.lastStatus === "RUNNING") {
      return arn;
    }
    await sleep(everySeconds * 1000);
  }
  await asked("ecs StopTask", ecs.send(new StopTaskCommand({ cluster: task.clusterName, task: arn })));
  throw new Error(
    `No shell after ${shellSeconds / 60} minutes, so ${arn} was stopped. Fix: deploy the stack with moodle:moodle.exec true.`,
  );
}

/** Ten minutes: a new instance, the image, and Moodle's configuration. */
const shellSeconds = 600;

/** A week: an upgrade of the largest site takes hours. */
const longestSeconds = 7 * 86_400;

async function started(
  ecs: ECSClient,
  task: OneOffTask,
  role: OneOffRole,
  command: readonly string[],
  {
    exec = false,
    environment = {},
  }: { readonly exec?: boolean; readonly environment?: Readonly<Record<string, string>> },
): Promise<string> {
  const variables = Object.entries(environment).map(([name, value]) => ({ name, value }));
  const run = new RunTaskCommand({
    cluster: task.clusterName,
    taskDefinition: task.taskDefinitionArns[role],
    capacityProviderStrategy: [{ capacityProvider: task.capacityProviderName }],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...task.subnetIds],
        securityGroups: [task.securityGroupId],
        assignPublicIp: "DISABLED",
      },
    },
    ...(exec && { enableExecuteCommand: true }),
    overrides: {
      containerOverrides: [
        { name: role, command: [...command], ...(variables.length > 0 && { environment: variables }) },
      ],
    },
  });
  const { tasks = [], failures } = await asked("ecs RunTask", ecs.send(run));
  const arn = tasks[0]?.taskArn;
  if (arn === undefined) {
    throw new Error(`ECS started no task: ${JSON.stringify(failures)}`);
  }
  return arn;
}

/** The task's container now, and the error to throw when it did not start. */
async function look(ecs: ECSClient, which: { readonly cluster: string; readonly tasks: string[] }, role: OneOffRole) {
  const { tasks = [] } = await asked("ecs DescribeTasks", ecs.send(new DescribeTasksCommand(which)));
  const [{ containers = [], lastStatus, stoppedReason } = {}] = tasks;
  const container = containers.find(({ name }) => name === role);
  const notStarted = new Error(
    `The task did not start: ${container?.reason ?? stoppedReason ?? "ECS gives no reason"}`,
  );
  return { container, lastStatus, notStarted };
}

/** The stream's name is the prefix, the container and the task's id: components/moodle/taskDefinition.ts. */
async function log({ logGroupNames, region }: OneOffTask, role: OneOffRole, arn: string): Promise<string> {
  const command = new GetLogEventsCommand({
    logGroupName: logGroupNames[role],
    logStreamName: `${role}/${role}/${arn.split("/").at(-1)}`,
  });
  const { events = [] } = await asked("logs GetLogEvents", new CloudWatchLogsClient({ region }).send(command));
  return events.map(({ message }) => message).join("\n");
}

import type { Run } from "./programs";

/** The stack's output `oneOffTask`: where a task that runs once is started. */
export interface OneOffTask {
  readonly region: string;
  readonly clusterName: string;
  readonly capacityProviderName: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly taskDefinitionArns: Readonly<Record<OneOffRole, string>>;
  readonly logGroupNames: Readonly<Record<OneOffRole, string>>;
}

/** Whose task definition is used: `install` may read the database's master secret, so `upgrade` wherever that is enough. */
export type OneOffRole = "install" | "upgrade";

interface DescribedTask {
  readonly lastStatus: string;
  readonly stoppedReason?: string;
  readonly containers: readonly { readonly name: string; readonly exitCode?: number; readonly reason?: string }[];
}

/** All outputs of a stack. @throws Error when the CLI is not signed in to the stack's state. */
export function readOutputs(stack: string, run: Run): Readonly<Record<string, unknown>> {
  return JSON.parse(run("pulumi", ["stack", "output", "--json", "--stack", stack])) as Readonly<
    Record<string, unknown>
  >;
}

/** @throws Error when the stack was not deployed, or before it had this output. */
export function oneOffTask(stack: string, outputs: Readonly<Record<string, unknown>>): OneOffTask {
  const found = outputs["oneOffTask"];
  if (found === undefined) {
    throw new Error(`Stack ${stack} has no output "oneOffTask". Fix: pulumi up --stack ${stack}`);
  }
  return found as OneOffTask;
}

/**
 * Runs the image once with this command and waits for its end, however long that takes.
 *
 * @param command the image's role and its arguments. No secrets: ECS and CloudTrail keep the words.
 * @returns what the task wrote.
 * @throws Error with ECS's reason when the task did not start, or with its last words when it did not end with 0.
 */
export function runOnce(task: OneOffTask, role: OneOffRole, command: readonly string[], run: Run): string {
  const aws = (...args: readonly string[]): string => run("aws", [...args, "--region", task.region]);
  const started = JSON.parse(
    aws(
      "ecs",
      "run-task",
      "--cluster",
      task.clusterName,
      "--task-definition",
      task.taskDefinitionArns[role],
      "--capacity-provider-strategy",
      `capacityProvider=${task.capacityProviderName}`,
      "--network-configuration",
      JSON.stringify({
        awsvpcConfiguration: {
          subnets: task.subnetIds,
          securityGroups: [task.securityGroupId],
          assignPublicIp: "DISABLED",
        },
      }),
      "--overrides",
      JSON.stringify({ containerOverrides: [{ name: role, command }] }),
      "--output",
      "json",
    ),
  ) as { readonly tasks: readonly { readonly taskArn: string }[]; readonly failures: readonly unknown[] };
  const arn = started.tasks[0]?.taskArn;
  if (arn === undefined) {
    throw new Error(`ECS started no task: ${JSON.stringify(started.failures)}`);
  }
  const { containers, stoppedReason } = ended(arn, task, aws);
  const container = containers.find(({ name }) => name === role);
  if (container?.exitCode === undefined) {
    throw new Error(`The task did not start: ${container?.reason ?? stoppedReason ?? "ECS gives no reason"}`);
  }
  const said = log(task, role, arn, aws);
  if (container.exitCode !== 0) {
    throw new Error(`The task ended with ${container.exitCode}: ${said.trim().slice(-2000)}`);
  }
  return said;
}

type Aws = (...args: readonly string[]) => string;

function ended(arn: string, { clusterName }: OneOffTask, aws: Aws): DescribedTask {
  const which = ["--cluster", clusterName, "--tasks", arn];
  for (;;) {
    try {
      aws("ecs", "wait", "tasks-stopped", ...which);
    } catch (error) {
      // The CLI looks 100 times, each 6 seconds: https://docs.aws.amazon.com/cli/latest/reference/ecs/wait/tasks-stopped.html
      if (!/Max attempts exceeded/.test(String(error))) {
        throw error;
      }
      continue;
    }
    const { tasks } = JSON.parse(aws("ecs", "describe-tasks", ...which, "--output", "json")) as {
      readonly tasks: readonly DescribedTask[];
    };
    return tasks[0] ?? { lastStatus: "STOPPED", containers: [] };
  }
}

/** The stream's name is the prefix, the container and the task's id: components/moodle/taskDefinition.ts. */
function log({ logGroupNames }: OneOffTask, role: OneOffRole, arn: string, aws: Aws): string {
  const events = JSON.parse(
    aws(
      "logs",
      "get-log-events",
      "--log-group-name",
      logGroupNames[role],
      "--log-stream-name",
      `${role}/${role}/${arn.split("/").at(-1)}`,
      "--query",
      "events[].message",
      "--output",
      "json",
    ),
  ) as readonly string[] | null;
  return (events ?? []).join("\n");
}

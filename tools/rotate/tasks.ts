import {
  type Deployment,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListTasks,
  type Task,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { asked } from "../lib/awsCall";

/** Holders of a secret that they read once: every task of the cluster, of services and one-off. */
export interface Holders {
  readonly region: string;
  readonly clusterName: string;
  readonly serviceNames: Readonly<Record<string, string>>;
}

export interface Pace {
  /** Waits between two looks. */
  readonly pause: () => Promise<void>;
  /** Looks before it gives up. At one each 10 seconds: three hours, longer than the largest service takes to be replaced. */
  readonly looks: number;
}

/**
 * Replaces every task that may hold an old secret, without fewer tasks than are wanted: ECS starts new ones first, as in a release. The
 * measure is ECS's own clock: a task that was made after the new deployments read the secret as it is now.
 *
 * @throws Error when a service gives up, or when a task stays for too long. The old secret is good then still.
 */
export async function replaceTasks(
  holders: Holders,
  { pause, looks }: Pace,
  at: (step: string) => void,
): Promise<void> {
  const ecs = new ECSClient({ region: holders.region });
  const deployments: Deployment[] = [];
  for (const service of Object.values(holders.serviceNames)) {
    const command = new UpdateServiceCommand({ cluster: holders.clusterName, service, forceNewDeployment: true });
    const answer = await asked("ecs UpdateService", ecs.send(command));
    deployments.push(...(answer.service?.deployments ?? []).filter(({ status }) => status === "PRIMARY"));
  }
  const since = new Date(Math.min(...deployments.map(({ createdAt }) => createdAt!.getTime())));
  const old = async () =>
    (await tasksOf(ecs, holders)).filter(({ createdAt }) => createdAt === undefined || createdAt <= since);
  for (let look = 0; look < looks; look++) {
    const left = await old();
    if (left.length === 0) {
      return;
    }
    await refuseFailed(ecs, holders, deployments);
    at(`waiting for ${left.length} tasks that read the secret before: ${[...groups(left)].join(", ")}`);
    await pause();
  }
  const names = (await old()).map(({ taskArn, group }) => `${taskArn} (${group})`).join(", ");
  throw new Error(
    `Tasks that hold the old secret still run: ${names}. Both secrets are good. Wait for their end, or stop them; then run the same command again.`,
  );
}

const groups = (tasks: readonly Task[]) => new Set(tasks.map(({ group }) => group ?? "a task of its own"));

/** Tasks that have not stopped. A task that is stopping may still answer its last request. */
async function tasksOf(ecs: ECSClient, { clusterName: cluster }: Holders): Promise<readonly Task[]> {
  const list = async (): Promise<readonly string[]> => {
    const arns: string[] = [];
    for (const desiredStatus of ["RUNNING", "STOPPED"] as const) {
      for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, { cluster, desiredStatus })) {
        arns.push(...taskArns);
      }
    }
    return arns;
  };
  const arns = await asked("ecs ListTasks", list());
  const found: Task[] = [];
  // The most that one call takes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
  for (let from = 0; from < arns.length; from += 100) {
    const command = new DescribeTasksCommand({ cluster, tasks: arns.slice(from, from + 100) });
    const { tasks = [] } = await asked("ecs DescribeTasks", ecs.send(command));
    found.push(...tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED"));
  }
  return found;
}

async function refuseFailed(
  ecs: ECSClient,
  { clusterName, serviceNames }: Holders,
  started: readonly Deployment[],
): Promise<void> {
  const command = new DescribeServicesCommand({ cluster: clusterName, services: Object.values(serviceNames) });
  const { services = [] } = await asked("ecs DescribeServices", ecs.send(command));
  for (const { serviceName, deployments = [] } of services) {
    const failed = deployments.find(
      ({ id, rolloutState }) => rolloutState === "FAILED" && started.some((one) => one.id === id),
    );
    if (failed !== undefined) {
      const why = failed.rolloutStateReason ?? "ECS gives no reason";
      throw new Error(
        `${serviceName} was not replaced: ${why}. Both secrets are good. Fix that, then run the same command again.`,
      );
    }
  }
}

/** @throws Error while tasks of a service are of a definition that does not read this secret: they are those of before the release. */
export async function refuseOldDefinitions(holders: Holders, secretArn: string): Promise<void> {
  const ecs = new ECSClient({ region: holders.region });
  const command = new DescribeServicesCommand({
    cluster: holders.clusterName,
    services: Object.values(holders.serviceNames),
  });
  const { services = [] } = await asked("ecs DescribeServices", ecs.send(command));
  for (const { serviceName, deployments = [] } of services) {
    for (const { taskDefinition } of deployments) {
      const describe = new DescribeTaskDefinitionCommand({ taskDefinition });
      const answer = await asked("ecs DescribeTaskDefinition", ecs.send(describe));
      const secrets =
        answer.taskDefinition?.containerDefinitions?.flatMap((container) => container.secrets ?? []) ?? [];
      if (!secrets.some(({ valueFrom }) => valueFrom?.startsWith(secretArn))) {
        throw new Error(
          `${serviceName} still signs with the old key. Fix: make release, then run the same command again.`,
        );
      }
    }
  }
}

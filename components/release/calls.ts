import type { DraftName } from "../observability/draft";
import { type DefinitionArgs, lockKey } from "./arguments";
import { call, choose, failing, firstLookSeconds, is, joined, type OnError, type Part, poll, sequence } from "./asl";

/** Marks of the tasks that a release starts: a clean-up waits for those that upgrade, and stops the others. */
export const startedBy = { upgrade: "release-upgrade", other: "release" } as const;

/** Run and judgement of a one-off task. */
export interface OneOff {
  /** ARN, or a path to it such as `$.before.cron.definition`. */
  readonly definition: string;
  /** Container that gets the command, and whose exit code counts. */
  readonly container: "install" | "upgrade" | "cron" | "php-fpm";
  /** Command of the image: its role and arguments. */
  readonly command: readonly string[];
  readonly minutes: number;
  /** `startedBy` of the task, by which a clean-up finds it. @default startedBy.other */
  readonly by?: string;
  /** Next state after a task that took too long. @default that of other errors */
  readonly onLate?: OnError;
  /** Exit codes, each with the state that it leads to. */
  readonly exits: readonly (readonly [code: number, to: string | undefined])[];
  /** Where all else leads. */
  readonly onError: OnError;
}

/**
 * Runs a task to its end and branches on its exit code. It does not use `ecs:runTask.sync`, for which every code except
 * 0 is a failure: Moodle answers questions by its exit code.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
 */
export function oneOff(id: string, args: DefinitionArgs, task: OneOff): Part {
  const { onError, onLate = onError } = task;
  const isPath = task.definition.startsWith("$.");
  const failed = `${id}: failed`;
  const late = `${id}: too long`;
  return (next) => {
    const run = sequence(
      call(
        id,
        "ecs:runTask",
        {
          Cluster: args.clusterArn,
          [isPath ? "TaskDefinition.$" : "TaskDefinition"]: task.definition,
          CapacityProviderStrategy: [{ CapacityProvider: args.capacityProviderName, Weight: 1, Base: 0 }],
          NetworkConfiguration: {
            AwsvpcConfiguration: {
              Subnets: args.subnetIds,
              SecurityGroups: [args.securityGroupId],
              AssignPublicIp: "DISABLED",
            },
          },
          Overrides: { ContainerOverrides: [{ Name: task.container, Command: task.command }] },
          // A retried call starts no second task. A token has at most 64 characters, the length of a SHA-256.
          "ClientToken.$": `States.Hash(States.Format('{} {}', $$.Execution.Id, $$.State.EnteredTime), 'SHA-256')`,
          StartedBy: task.by ?? startedBy.other,
        },
        { result: "$.run", select: { "tasks.$": "$.Tasks[*].TaskArn", "failures.$": "$.Failures" }, onError },
      ),
      choose(`${id}: started`, [[{ Not: { Variable: "$.run.tasks[0]", IsPresent: true } }, `${id}: no room`]]),
      poll(`${id}: end`, {
        look: call(
          `${id}: look`,
          "ecs:describeTasks",
          { Cluster: args.clusterArn, "Tasks.$": "$.run.tasks" },
          {
            result: "$.described",
            // The order of containers is undefined, and a web task has two.
            select: {
              "Tasks.$": "$.Tasks",
              "container.$": `$.Tasks[*].Containers[?(@.Name == '${task.container}')]`,
            },
            onError,
          },
        ),
        firstSeconds: firstLookSeconds,
        minutes: task.minutes,
        ends: [[is("$.described.Tasks[0].LastStatus", { StringEquals: "STOPPED" }), undefined]],
        tooLong: late,
      }),
      choose(
        `${id}: exit code`,
        task.exits.map(([code, to]) => [is("$.described.container[0].ExitCode", { NumericEquals: code }), to ?? next]),
      ),
    )(failed);
    const stop = call(
      late,
      "ecs:stopTask",
      { Cluster: args.clusterArn, "Task.$": "$.run.tasks[0]", Reason: "The release does not wait any longer" },
      { onError },
    );
    return {
      start: run.start,
      states: joined(
        run.states,
        stop(`${late}, said`).states,
        failing(
          `${late}, said`,
          id,
          { Cause: `The task had not ended after ${task.minutes} minutes and was stopped.` },
          onLate,
        ),
        failing(
          `${id}: no room`,
          id,
          { "Cause.$": "States.Format('ECS started no task: {}', States.JsonToString($.run.failures))" },
          onError,
        ),
        failing(
          failed,
          id,
          { "Cause.$": "States.Format('The task ended badly: {}', States.JsonToString($.described.Tasks[0]))" },
          onError,
        ),
      ),
    };
  };
}

/**
 * Publishes to the topic. A release goes on even when the message cannot be sent.
 *
 * @param draft Words that the channel offers the status page's editors with it.
 */
export function announce(
  id: string,
  args: DefinitionArgs,
  subject: string,
  message: Readonly<Record<string, unknown>>,
  draft?: DraftName,
): Part {
  return (next) =>
    call(
      id,
      "sns:publish",
      // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: a subject has at most 100 characters.
      {
        TopicArn: args.topicArn,
        Subject: `${args.environment}: ${subject}`.slice(0, 100),
        ...message,
        ...(draft !== undefined && { MessageAttributes: { draft: { DataType: "String", StringValue: draft } } }),
      },
      { onError: { next, path: "$.untold" } },
    )(next);
}

/** Writes to the item of this release; refused when another release holds the lock by now. */
export function note(
  id: string,
  args: DefinitionArgs,
  values: Readonly<Record<string, unknown>>,
  onError: OnError,
): Part {
  const names = Object.keys(values);
  return call(
    id,
    "dynamodb:updateItem",
    {
      TableName: args.lockTableName,
      Key: { id: { S: lockKey } },
      UpdateExpression: `SET ${names.map((name) => `#${plain(name)} = :${plain(name)}`).join(", ")}`,
      ConditionExpression: "#owner = :owner",
      ExpressionAttributeNames: Object.fromEntries(["owner", ...names].map((name) => [`#${plain(name)}`, plain(name)])),
      ExpressionAttributeValues: {
        ":owner": { "S.$": "$$.Execution.Id" },
        ...Object.fromEntries(
          names.map((name) => [`:${plain(name)}`, name.endsWith(".$") ? { "S.$": values[name] } : { S: values[name] }]),
        ),
      },
    },
    { onError },
  );
}

function plain(name: string): string {
  return name.replace(/\.\$$/, "");
}

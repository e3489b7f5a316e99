import type { DefinitionArgs } from "./arguments";
import { call, choose, firstLookSeconds, is, joined, type OnError, type Part, poll, sequence } from "./asl";
import { announce, startedBy } from "./calls";

/** Number of looks within which a task that was requested as a release ended is in the list. */
const looks = 3;

/**
 * Waits until no task of a release runs any more: tasks outlive their execution. It waits for an upgrade to end, since
 * stopping one leaves the database half upgraded; it stops the other tasks at once. Leads to `onError` when a task does
 * not end.
 */
export function leftTasks(args: DefinitionArgs, onError: OnError): Part {
  const stop = { minutes: 10, stops: true, tooLong: onError.next };
  return (next) => {
    const others = gone("Restore: stop its tasks", args, { ...stop, by: startedBy.other }, onError)(next);
    const late = { ...stop, by: startedBy.upgrade };
    const stopped = gone("Restore: stop the upgrade", args, late, onError)(others.start);
    const waited = upgradeEnds("Restore: does an upgrade run?", args, stopped.start, onError)(others.start);
    return { start: waited.start, states: joined(waited.states, stopped.states, others.states) };
  };
}

/**
 * Waits, between two tries, until the task of the first one has ended: AWS may have received its call although the
 * answer was lost.
 */
export function upgradeIsOver(id: string, args: DefinitionArgs, onError: OnError): Part {
  return upgradeEnds(id, args, onError.next, onError);
}

function upgradeEnds(id: string, args: DefinitionArgs, tooLong: string, onError: OnError): Part {
  return gone(id, args, { by: startedBy.upgrade, minutes: args.upgradeMinutes, stops: false, tooLong }, onError);
}

interface Gone {
  /** Owner of the tasks: a value of `startedBy`. */
  readonly by: string;
  readonly minutes: number;
  /** Whether to stop them, or to wait for them. */
  readonly stops: boolean;
  readonly tooLong: string;
}

function gone(id: string, args: DefinitionArgs, { by, minutes, stops, tooLong }: Gone, onError: OnError): Part {
  const task = "$.left.tasks[0]";
  const list = call(
    `${id}: look`,
    "ecs:listTasks",
    // `startedBy` must be the only filter: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
    { Cluster: args.clusterArn, StartedBy: by },
    { result: "$.left", select: { "tasks.$": "$.TaskArns" }, onError },
  );
  const end: Part = stops
    ? call(
        `${id}: stop`,
        "ecs:stopTask",
        { Cluster: args.clusterArn, "Task.$": task, Reason: "The release that started it has ended" },
        // It may have ended meanwhile; the next look shows it.
        { onError: { next: `${id}: judge`, path: "$.untold" } },
      )
    : sequence(
        choose(`${id}: is it the first look?`, [[{ Not: is("$.poll.n", { NumericEquals: 0 }) }, `${id}: judge`]]),
        announce(`${id}: it does`, args, "an upgrade runs on, and is waited for", {
          "Message.$": `States.Format('${args.environment}: an upgrade of the database runs, of a release or a try that has ended. It is waited for, ${minutes} minutes at most. Task: {}. Execution {}.', ${task}, $$.Execution.Name)`,
        }),
      );
  const look: Part = sequence(
    list,
    choose(`${id}: is there one?`, [[{ Not: { Variable: task, IsPresent: true } }, `${id}: judge`]]),
    end,
  );
  return poll(id, {
    look,
    firstSeconds: firstLookSeconds,
    minutes,
    ends: [
      [
        { And: [{ Not: { Variable: task, IsPresent: true } }, is("$.poll.n", { NumericGreaterThanEquals: looks })] },
        undefined,
      ],
    ],
    tooLong,
  });
}

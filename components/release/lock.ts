import { type DefinitionArgs, lockKey } from "./arguments";
import { call, choose, is, joined, type OnError, type Part, sequence, set, type States } from "./asl";
import { note } from "./calls";
import { personStart, restoreStart } from "./names";

const refused: OnError = { next: "Report the refusal", path: "$.failure" };
const conflict = "DynamoDb.ConditionalCheckFailedException";

export function readLock(id: string, args: DefinitionArgs, onError: OnError): Part {
  return call(
    id,
    "dynamodb:getItem",
    { TableName: args.lockTableName, Key: { id: { S: lockKey } }, ConsistentRead: true },
    { result: "$.record", onError },
  );
}

/**
 * A release with this phase keeps the lock, and its site shows the outage page: the next release continues from there.
 */
const closed = is("$.record.Item.phase.S", { StringEquals: "closed" });

/** The first state of {@link takeOver}. */
export const takeOverStart = "Take over the closed site";

/**
 * The outage page that an earlier release left on, and a database that is half upgraded, belong to this release now.
 */
function takeOver(args: DefinitionArgs): Part {
  const taken = { phase: "prepared", image: args.imageDigest, "started.$": "$$.State.EnteredTime" };
  const whole = "Take over a whole database";
  return (next) => {
    const half = sequence(
      readLock(takeOverStart, args, refused),
      set("Forget the trouble of before", "$.problem", {}),
      choose("Is the database half upgraded?", [
        [{ Not: is("$.record.Item.database.S", { StringEquals: "half" }) }, whole],
      ]),
      note("Take over a half upgraded database", args, taken, refused),
    )(next);
    const complete = note(
      whole,
      args,
      { ...taken, database: "unchanged", snapshot: "none", upgrading: "never", begun: "" },
      refused,
    )(next);
    return { start: half.start, states: joined(half.states, complete.states) };
  };
}

/** One release at a time. If the lock's owner has ended, clean up after it and then take the lock. */
export function lock(args: DefinitionArgs): Part {
  return (next) => {
    const again = "Take the free lock";
    const put = (id: string, taken: string) =>
      call(
        id,
        "dynamodb:putItem",
        {
          TableName: args.lockTableName,
          Item: {
            id: { S: lockKey },
            owner: { "S.$": "$$.Execution.Id" },
            image: { S: args.imageDigest },
            started: { "S.$": "$$.State.EnteredTime" },
            phase: { S: "prepared" },
            page: { S: "theirs" },
            before: { S: "" },
            snapshot: { S: "none" },
            upgrading: { S: "never" },
            database: { S: "unchanged" },
            begun: { S: "" },
            target: { S: "" },
          },
          ConditionExpression: "attribute_not_exists(id)",
        },
        { onError: refused, answers: { [conflict]: taken } },
      )(next);
    const take = put("Take the lock", "Who has the lock?");
    const taken = sequence(
      readLock("Who has the lock?", args, refused),
      choose("Is it still there?", [
        [{ Not: { Variable: "$.record.Item.owner.S", IsPresent: true } }, again],
        // The first try was written, but its answer was lost.
        [{ Variable: "$.record.Item.owner.S", StringEqualsPath: "$.me.id" }, next],
      ]),
      owner("lock", "Refuse a second release", refused),
      claim("Claim the dead lock", args, "Refuse a second release", refused),
      choose("Was the site left closed on purpose?", [[closed, takeOverStart]]),
      set("Clean up first", "$.then", { again: true }),
      died("What was found"),
    )(restoreStart);
    const states = [take, put(again, "Refuse a second release"), taken, takeOver(args)(next)].map((one) => one.states);
    return { start: take.start, states: joined(...states) };
  };
}

/**
 * Cleans up after a release that was aborted, timed out or broke; does nothing if the release has cleaned up itself.
 */
export function recover(args: DefinitionArgs): States {
  const onError: OnError = { next: personStart, path: "$.problem" };
  return joined(
    sequence(
      set("Recover", "$.failure", { Error: "CleanUp", Cause: "A release ended without cleaning up after itself." }),
      readLock("What did the release leave?", args, onError),
      choose("Is anything left?", [
        [{ Not: { Variable: "$.record.Item.owner.S", IsPresent: true } }, "Nothing to clean up"],
      ]),
      choose("Is it closed on purpose?", [[closed, "Nothing to clean up"]]),
      owner("remains", "Nothing to clean up", onError),
      claim("Claim what is left", args, "Nothing to clean up", onError),
      set("Only clean up", "$.then", { again: false }),
      died("What is left"),
    )(restoreStart).states,
    { "Nothing to clean up": { Type: "Succeed" } },
  );
}

function owner(what: string, atWork: string, onError: OnError): Part {
  return sequence(
    call(
      `Is the owner of the ${what} at work?`,
      "sfn:describeExecution",
      { "ExecutionArn.$": "$.record.Item.owner.S" },
      { result: "$.owner", select: { "status.$": "$.Status" }, onError },
    ),
    choose(`Owner of the ${what}`, [[{ Variable: "$.owner.status", StringEquals: "RUNNING" }, atWork]]),
  );
}

/** Takes the lock for this execution; of two that try, one gets it. */
function claim(id: string, args: DefinitionArgs, lost: string, onError: OnError): Part {
  return call(
    id,
    "dynamodb:updateItem",
    {
      TableName: args.lockTableName,
      Key: { id: { S: lockKey } },
      UpdateExpression: "SET #owner = :me",
      ConditionExpression: "#owner = :old",
      ExpressionAttributeNames: { "#owner": "owner" },
      ExpressionAttributeValues: { ":me": { "S.$": "$$.Execution.Id" }, ":old": { "S.$": "$.record.Item.owner.S" } },
    },
    { onError, answers: { [conflict]: lost } },
  );
}

function died(id: string): Part {
  return set(id, "$.failure", {
    Error: "ReleaseDied",
    "Cause.$": "States.Format('{} ended without cleaning up ({}).', $.record.Item.owner.S, $.owner.status)",
  });
}

/** Deletes the lock, if it is still this execution's. */
export function unlock(id: string, args: DefinitionArgs, onError: OnError): Part {
  return (next) =>
    call(
      id,
      "dynamodb:deleteItem",
      {
        TableName: args.lockTableName,
        Key: { id: { S: lockKey } },
        ConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": { "S.$": "$$.Execution.Id" } },
      },
      { onError, answers: { [conflict]: next } },
    )(next);
}

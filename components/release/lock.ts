import { type DefinitionArgs, lockKey } from "./arguments";
import { call, choose, joined, type OnError, type Part, sequence, set, type States } from "./asl";
import { restoreStart } from "./names";

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

/** One at a time. A lock whose owner has ended is cleaned up after, and then taken. */
export function lock(args: DefinitionArgs): Part {
  return (next) => {
    const take = call(
      "Take the lock",
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
        },
        ConditionExpression: "attribute_not_exists(id)",
      },
      { onError: refused, answers: { [conflict]: "Who has the lock?" } },
    )(next);
    const taken = sequence(
      readLock("Who has the lock?", args, refused),
      choose("Is it still there?", [
        [{ Not: { Variable: "$.record.Item.owner.S", IsPresent: true } }, "Take the lock"],
        // The first try was written, and its answer was lost.
        [{ Variable: "$.record.Item.owner.S", StringEqualsPath: "$.me.id" }, next],
      ]),
      owner("lock", "Refuse a second release"),
      claim("Claim the dead lock", args, "Refuse a second release"),
      set("Clean up first", "$.then", { again: true }),
      died("What was found"),
    )(restoreStart);
    return { start: take.start, states: joined(take.states, taken.states) };
  };
}

/** Cleans up after a release that was aborted, timed out or broke; nothing is left to do where it has done so itself. */
export function recover(args: DefinitionArgs): States {
  return joined(
    sequence(
      readLock("Recover", args, refused),
      choose("Is anything left?", [
        [{ Not: { Variable: "$.record.Item.owner.S", IsPresent: true } }, "Nothing to clean up"],
      ]),
      owner("remains", "Nothing to clean up"),
      claim("Claim what is left", args, "Nothing to clean up"),
      set("Only clean up", "$.then", { again: false }),
      died("What is left"),
    )(restoreStart).states,
    { "Nothing to clean up": { Type: "Succeed" } },
  );
}

function owner(what: string, atWork: string): Part {
  return sequence(
    call(
      `Is the owner of the ${what} at work?`,
      "sfn:describeExecution",
      { "ExecutionArn.$": "$.record.Item.owner.S" },
      { result: "$.owner", select: { "status.$": "$.Status" }, onError: refused },
    ),
    choose(`Owner of the ${what}`, [[{ Variable: "$.owner.status", StringEquals: "RUNNING" }, atWork]]),
  );
}

/** From now on it is this execution's; of two that try, one gets it. */
function claim(id: string, args: DefinitionArgs, lost: string): Part {
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
    { onError: refused, answers: { [conflict]: lost } },
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

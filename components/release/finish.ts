import { type DefinitionArgs, lastKey } from "./arguments";
import { call, choose, is, joined, type OnError, type Part, sequence, type States, to } from "./asl";
import { announce } from "./calls";
import { readLock, unlock } from "./lock";
import { markAtEnd, markAtEndStart } from "./marks";
import { finishStart } from "./names";
import { pageOff } from "./page";

const image = "$.record.Item.image.S";

/**
 * The end of a release whose new image is in operation: page off, lock free. Nothing here leads back. A clean-up does
 * this too, for a release that came this far.
 *
 * @param unlocking The announcement of the last step.
 */
export function finish(args: DefinitionArgs, unlocking: Part): States {
  const onError: OnError = { next: "Finishing failed", path: "$.problem" };
  const main = sequence(
    readLock(finishStart, args, onError),
    pageOff("Page off", args, ["ours", "kept"], onError),
    unlocking,
    call(
      "Write what is in operation",
      "dynamodb:putItem",
      {
        TableName: args.lockTableName,
        Item: {
          id: { S: lastKey },
          image: { "S.$": image },
          finished: { "S.$": "$$.State.EnteredTime" },
          execution: { "S.$": "$$.Execution.Id" },
        },
      },
      // Without it the next release tries to install, finds tables and does nothing.
      { onError: { next: markAtEndStart, path: "$.untold" } },
    ),
    markAtEnd(args, { next: "Unlock", path: "$.untold" }),
    unlock("Unlock", args, onError),
    choose("Finished: and then?", [[is("$.then.again", { BooleanEquals: true }), "Forget the clean-up"]]),
    announce("Report the end", args, "released", {
      "Message.$": `States.Format('{} is in operation in ${args.environment} since {}. Outage page: {}. Execution {}.', ${image}, $$.State.EnteredTime, $.record.Item.page.S, $$.Execution.Name)`,
    }),
  )("Released");
  return joined(
    main.states,
    to(
      "Unlocking failed",
      announce("Finishing failed", args, "released, and a person is needed", {
        "Message.$": `States.Format('${args.environment}: the new image is in operation, and the end of its release failed: {} The outage page may be on. The clean-up tries again. Execution {}.', States.JsonToString($.problem), $$.Execution.Name)`,
      }),
    )("unreachable").states,
    {
      Released: { Type: "Succeed" },
      "Unlocking failed": {
        Type: "Fail",
        Error: "FinishIncomplete",
        Cause:
          "The new image is in operation. The outage page may be on, and the lock is kept; the clean-up tries again.",
      },
    },
  );
}

import type { DefinitionArgs } from "./arguments";
import { choose, is, joined, type OnError, type Part, sequence, set, type States } from "./asl";
import { announce, oneOff } from "./calls";
import { readLock, unlock } from "./lock";
import { restoreStart } from "./names";
import { pageOff } from "./page";
import { roll, startWorkers } from "./services";

const was = "$.back.was";
const end = "Restore: is it complete?";

/**
 * Back to what was before: the old image everywhere, cron on, the page off, the lock free. Each part is done whatever became of
 * the others, and all of it can be done twice. The database is left as it is: to restore it is a person's decision.
 */
export function restore(args: DefinitionArgs): States {
  const old = (id: string, command: readonly string[], onError: OnError): Part =>
    oneOff(id, args, {
      definition: `${was}.cron.definition`,
      container: "cron",
      command: ["cli", ...command],
      minutes: 10,
      exits: [[0, undefined]],
      onError,
    });
  const parts: readonly ((onError: OnError) => Part)[] = [
    (onError) =>
      roll("Restore: web", args, { service: args.serviceNames.web, definition: `${was}.web.definition`, onError }),
    (onError) =>
      old(
        "Restore: unlock upgrades in the browser",
        ["admin/cli/cfg.php", "--name=outagelessupgrade", "--set=0"],
        onError,
      ),
    (onError) => old("Restore: enable cron", ["admin/cli/cron.php", "--enable"], onError),
    (onError) =>
      startWorkers("Restore: workers", args, {
        cron: `${was}.cron.definition`,
        adhoc: `${was}.adhoc.definition`,
        before: was,
        onError,
      }),
    (onError) => pageOff("Restore: page off", args, onError),
  ];
  const fixed = parts.reduceRight<{ start: string; states: States }>(
    (rest, part) => {
      // A part that fails is noted, and the next one begins.
      const { start, states } = part({ next: rest.start, path: "$.problem" })(rest.start);
      return { start, states: joined(rest.states, states) };
    },
    { start: end, states: {} },
  );
  const begin = sequence(
    readLock(restoreStart, args, { next: "A person is needed", path: "$.problem" }),
    set("Restore: what is known", "$.database", { state: "as it was" }),
    choose("Restore: was anything changed?", [
      [is("$.record.Item.phase.S", { StringEquals: "prepared" }), end],
      [is("$.record.Item.phase.S", { StringEquals: "done" }), end],
      [{ Not: { Variable: "$.record.Item.before.S", IsPresent: true } }, end],
    ]),
    set("Restore: read what was before", "$.back", { "was.$": "States.StringToJson($.record.Item.before.S)" }),
    databaseState(old, fixed.start),
  )(fixed.start);

  const finish = sequence(
    choose(end, [[{ Variable: "$.problem", IsPresent: true }, "A person is needed"]]),
    unlock("Restore: unlock", args, { next: "A person is needed", path: "$.problem" }),
    choose("Restore: and then?", [
      [is("$.then.again", { BooleanEquals: true }), "Forget the clean-up"],
      [is("$.then.again", { BooleanEquals: false }), "Report the clean-up"],
    ]),
    announce("Report the failure", args, "release failed, the old image is in operation", message(args)),
  )("Failed");

  return joined(
    begin.states,
    fixed.states,
    finish.states,
    set("Forget the clean-up", "$.then", {})("Take the lock").states,
    announce("Report the clean-up", args, "a release that had ended was cleaned up after", message(args))("Cleaned up")
      .states,
    announce("A person is needed", args, "release failed, and a person is needed", {
      "Message.$": `States.Format('${args.environment}: {}: {} What was before could not be brought back completely: {} See docs/releasing.md, When a person is needed. Execution {}.', $.failure.Error, $.failure.Cause, States.JsonToString($.problem), $$.Execution.Name)`,
    })("Restore incomplete").states,
    {
      Failed: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
      "Cleaned up": { Type: "Succeed" },
      "Restore incomplete": {
        Type: "Fail",
        Error: "RestoreIncomplete",
        Cause: "The lock is kept, and the clean-up tries again. See docs/releasing.md.",
      },
    },
  );
}

/** Asks the old code whether the database is still its own, so that the message can say it. An upgrade may have stopped half-way. */
function databaseState(old: (id: string, command: readonly string[], onError: OnError) => Part, next: string): Part {
  return () => {
    const changed = "Restore: the database has changed";
    const asked = old("Restore: does the database fit the old code?", ["admin/cli/upgrade.php", "--is-pending"], {
      next: changed,
      path: "$.answer",
    })(next);
    return {
      start: asked.start,
      states: joined(
        asked.states,
        set(changed, "$.database", { state: "NOT what the old code expects: decide, see docs/releasing.md" })(next)
          .states,
      ),
    };
  };
}

function message(args: DefinitionArgs): Readonly<Record<string, unknown>> {
  return {
    "Message.$": `States.Format('${args.environment}: {}: {} The image of before is in operation, cron is on, the page is as it was. The database is {}. Snapshot: {}; upgrade began: {}. Execution {}.', $.failure.Error, $.failure.Cause, $.database.state, $.record.Item.snapshot.S, $.record.Item.upgrading.S, $$.Execution.Name)`,
  };
}

import { type DefinitionArgs, lastKey, type Step, steps, stepState } from "./arguments";
import { call, choose, is, joined, type Part, sequence, type States, to } from "./asl";
import { announce, note, oneOff } from "./calls";
import { lock, recover, unlock } from "./lock";
import { markAtEnd, markAtEndStart, markAtStart } from "./marks";
import { failed, pagesCheck } from "./names";
import { pageOff, pageOn } from "./page";
import { check, drain, install, refusals, refused, remember, snapshot } from "./preparation";
import { restore } from "./restore";
import { roll, startWorkers, watchAlarms } from "./services";

/** Seconds after which Step Functions ends a release that goes on and on; the sum of all waits is less. */
export const releaseTimeoutSeconds = 10 * 3600;

/** A release as a state machine's definition. Pure: the same arguments give the same text. */
export function definition(args: DefinitionArgs): {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: States;
} {
  const step = (name: Step): Part =>
    announce(stepState(name), args, `release, step ${steps.indexOf(name) + 1} of ${steps.length}`, {
      // Step Functions cannot subtract times: each message has its own, and the log has all.
      "Message.$": `States.Format('${args.environment}, ${args.imageDigest}: step ${steps.indexOf(name) + 1} of ${steps.length}, ${name}, began at {}. Execution {}.', $$.State.EnteredTime, $$.Execution.Name)`,
    });
  const upgradeTask = (id: string, command: readonly string[], minutes: number) =>
    oneOff(id, args, {
      definition: args.taskDefinitionArns.upgrade,
      container: "upgrade",
      command,
      minutes,
      exits: [[0, undefined]],
      onError: failed,
    });

  const main = sequence(
    refusals(args),
    step("lock"),
    lock(args),
    remember(args),
    markAtStart(args),
    install(args, step),
    step("upgrade check"),
    check(args),
    // Only when an upgrade is pending.
    step("database snapshot"),
    snapshot(args),
    step("drain cron and workers"),
    note("Note that cron may be off", args, { phase: "draining" }, failed),
    drain(args),
    choose("Is an outage needed?", [[is("$.upgrade.outage", { BooleanEquals: false }), stepState("upgrade")]]),
    step("outage page on"),
    pageOn(args, failed),
    step("upgrade"),
    note(
      "Note that the database may change",
      args,
      { phase: "upgrading", "upgrading.$": "$$.State.EnteredTime" },
      failed,
    ),
    choose("Which upgrade?", [[is("$.upgrade.outage", { BooleanEquals: false }), "Upgrade without outage"]]),
    to(stepState("roll web"), twice("Upgrade", args, ["upgrade"])),
  )("unreachable");

  const lightUpgrade = sequence(
    // Nobody can start an upgrade in the browser meanwhile; the lock goes with "workers on".
    twice("Upgrade without outage", args, ["upgrade", "--maintenance=false", "--set-ui-upgrade-lock"]),
  )(stepState("roll web"));

  const rest = sequence(
    step("roll web"),
    note("Note that web is replaced", args, { phase: "rolling" }, failed),
    roll("Roll web", args, {
      service: args.serviceNames.web,
      definition: args.taskDefinitionArns.web,
      watch: true,
      onError: failed,
    }),
    step("purge caches and build the theme"),
    choose("What is stale?", [
      [is("$.upgrade.outage", { BooleanEquals: true }), stepState("workers on")],
      [is("$.upgrade.pending", { BooleanEquals: true }), "Purge all but the theme"],
      [is("$.last.Item.image.S", { StringEquals: args.imageDigest }), stepState("workers on")],
    ]),
    upgradeTask(
      "Purge theme, scripts and texts",
      ["cli", "admin/cli/purge_caches.php", "--theme", "--js", "--lang"],
      15,
    ),
    to(stepState("workers on"), upgradeTask("Build the theme", ["cli", "admin/cli/build_theme_css.php"], 30)),
  )("unreachable");

  const purgeMost = upgradeTask(
    "Purge all but the theme",
    // Moodle's own advice after an upgrade without maintenance; the upgrade has made the theme already.
    ["cli", "admin/cli/purge_caches.php", "--muc", "--js", "--lang", "--filter", "--other"],
    15,
  )(stepState("workers on"));

  const end = sequence(
    step("workers on"),
    upgradeTask(
      "Unlock upgrades in the browser",
      ["cli", "admin/cli/cfg.php", "--name=outagelessupgrade", "--set=0"],
      10,
    ),
    upgradeTask("Enable cron", ["cli", "admin/cli/cron.php", "--enable"], 10),
    startWorkers("New workers", args, { ...args.taskDefinitionArns, before: "$.before", onError: failed }),
    step("smoke test"),
    upgradeTask("Do code and database agree?", ["upgrade", "--is-pending"], 10),
    // A web task that no user reaches, with `smoke` in the place of php-fpm: it asks its own nginx (docs/adr/0006).
    oneOff(pagesCheck, args, {
      definition: args.taskDefinitionArns.web,
      container: "php-fpm",
      command: ["smoke"],
      // Five at most in the task (moodle-image/rootfs/opt/moodle/lib/front.php), and its start, perhaps on a new instance.
      minutes: 20,
      exits: [[0, undefined]],
      onError: failed,
    }),
    watchAlarms("Watch alarms", args, 3, failed),
    step("outage page off"),
    pageOff("Page off", args, failed),
    step("unlock"),
    note("Note that all is done", args, { phase: "done" }, failed),
    call(
      "Write what is in operation",
      "dynamodb:putItem",
      {
        TableName: args.lockTableName,
        Item: {
          id: { S: lastKey },
          image: { S: args.imageDigest },
          finished: { "S.$": "$$.State.EnteredTime" },
          execution: { "S.$": "$$.Execution.Id" },
        },
      },
      // Without it the next release tries to install, which finds tables and does nothing.
      { onError: { next: markAtEndStart, path: "$.untold" } },
    ),
    markAtEnd(args, { next: "Unlock", path: "$.untold" }),
    unlock("Unlock", args, { next: "Unlocking failed", path: "$.problem" }),
    announce("Report the end", args, "released", {
      "Message.$": `States.Format('${args.imageDigest} is in operation in ${args.environment} since {}. Execution {}.', $$.State.EnteredTime, $$.Execution.Name)`,
    }),
  )("Released");

  return {
    Comment: `Releases ${args.imageDigest} to ${args.environment}`,
    StartAt: main.start,
    TimeoutSeconds: releaseTimeoutSeconds,
    States: joined(
      main.states,
      lightUpgrade.states,
      rest.states,
      purgeMost.states,
      end.states,
      restore(args),
      recover(args),
      refused(args),
      {
        Released: { Type: "Succeed" },
        "Unlocking failed": {
          Type: "Fail",
          Error: "UnlockFailed",
          Cause: "The release is in operation, but its lock could not be deleted; the clean-up tries again.",
        },
      },
    ),
  };

  /** Moodle goes on with an upgrade where it stopped, so a database that was away for a moment gets a second try. */
  function twice(id: string, given: DefinitionArgs, command: readonly string[]): Part {
    const again = `${id}, second try`;
    const task = { definition: given.taskDefinitionArns.upgrade, container: "upgrade", command, minutes: 120 } as const;
    return (next) => {
      const second = oneOff(again, given, { ...task, exits: [[0, undefined]], onError: failed })(next);
      const first = oneOff(id, given, {
        ...task,
        exits: [[0, undefined]],
        onError: { next: again, path: "$.failure" },
      })(next);
      return { start: first.start, states: joined(first.states, second.states) };
    };
  }
}

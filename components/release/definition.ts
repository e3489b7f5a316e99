import { countFromHere, watchAlarms } from "./alarms";
import { type DefinitionArgs, type Step, steps, stepState } from "./arguments";
import { choose, is, joined, type Part, sequence, type States, to } from "./asl";
import { announce, note, oneOff, startedBy } from "./calls";
import { finish } from "./finish";
import { upgradeIsOver } from "./leftTasks";
import { longestSeconds } from "./limits";
import { lock, recover } from "./lock";
import { markAtStart } from "./marks";
import { failed, finishStart, pagesCheck } from "./names";
import { pageOn } from "./page";
import { check, drain, install, refusals, refused, remember, snapshot } from "./preparation";
import { restore } from "./restore";
import { roll, startWorkers } from "./services";

/** Seconds for AWS calls and their retries, in addition to all waits of a release's longest path. */
const spareSeconds = 3600;

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
  const moveRevisions = "Move the revisions";
  const upgradeTask = (id: string, command: readonly string[], minutes: number) =>
    oneOff(id, args, {
      definition: args.taskDefinitionArns.upgrade,
      container: "upgrade",
      command,
      minutes,
      exits: [[0, undefined]],
      onError: failed,
    });

  const lightStart = "Note that the database may change a little";
  const { web, cron, adhoc, upgrade } = args.taskDefinitionArns;
  const begun = {
    phase: "upgrading",
    database: "half",
    begun: args.imageDigest,
    target: JSON.stringify({ web, cron, adhoc, upgrade }),
  };
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
    choose("Which upgrade?", [
      [is("$.upgrade.outage", { BooleanEquals: false }), lightStart],
      // A person needs to know when the first upgrade began.
      [is("$.record.Item.database.S", { StringEquals: "half" }), "Note who goes on with the upgrade"],
    ]),
    note("Note that the database may change", args, { ...begun, "upgrading.$": "$$.State.EnteredTime" }, failed),
    note("Note who goes on with the upgrade", args, begun, failed),
    twice("Upgrade", args, ["upgrade"]),
    // From here on the database must not be used with old code, and no upgrade is half done.
    note("Note that the database is upgraded", args, { database: "upgraded" }, failed),
  )(stepState("roll web"));

  const lightUpgrade = sequence(
    // Moodle allows the old code to go on meanwhile, also after a failure.
    note(lightStart, args, { phase: "upgrading", database: "light", "upgrading.$": "$$.State.EnteredTime" }, failed),
    // The lock prevents an upgrade in the browser meanwhile; "workers on" removes it.
    twice("Upgrade without outage", args, ["upgrade", "--maintenance=false", "--set-ui-upgrade-lock"]),
  )(stepState("roll web"));

  const rest = sequence(
    step("roll web"),
    note("Note that web is replaced", args, { phase: "rolling" }, failed),
    countFromHere("Alarms count from here"),
    roll("Roll web", args, {
      service: args.serviceNames.web,
      definition: args.taskDefinitionArns.web,
      watch: true,
      onError: failed,
    }),
    step("purge caches and build the theme"),
    choose("What is stale?", [
      [is("$.upgrade.outage", { BooleanEquals: true }), moveRevisions],
      [is("$.upgrade.pending", { BooleanEquals: true }), "Purge all but the theme"],
      [is("$.last.Item.image.S", { StringEquals: args.imageDigest }), stepState("workers on")],
    ]),
    // All addresses that CloudFront and browsers keep (components/cdn/cacheBehaviours.ts). An upgrade has moved their revisions too, but
    // while old tasks ran, which answer a new address with their old file: whoever met one has it for 90 days.
    upgradeTask(moveRevisions, ["upgrade", "--revisions"], 15),
    to(stepState("workers on"), upgradeTask("Build the theme", ["cli", "admin/cli/build_theme_css.php"], 30)),
  )("unreachable");

  const purgeMost = upgradeTask(
    "Purge all but the theme",
    // Moodle's own advice after an upgrade without maintenance.
    ["cli", "admin/cli/purge_caches.php", "--muc", "--filter", "--other"],
    15,
  )(moveRevisions);

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
    // A web task without users, with `smoke` in the place of php-fpm: it requests pages from its own nginx
    // (docs/adr/0006).
    oneOff(pagesCheck, args, {
      definition: args.taskDefinitionArns.web,
      container: "php-fpm",
      command: ["smoke"],
      // At most five in the task (moodle-image/rootfs/opt/moodle/lib/front.php), plus its start, perhaps on a new
      // instance.
      minutes: 20,
      exits: [[0, undefined]],
      onError: failed,
    }),
    watchAlarms("Watch alarms", args, 3, failed),
    // Nothing leads back from here.
    note("Note that all is done", args, { phase: "done" }, failed),
    step("outage page off"),
  )(finishStart);

  const states = joined(
    main.states,
    lightUpgrade.states,
    rest.states,
    purgeMost.states,
    end.states,
    finish(args, step("unlock")),
    restore(args),
    recover(args),
    refused(args),
  );
  return {
    Comment: `Releases ${args.imageDigest} to ${args.environment}`,
    StartAt: main.start,
    TimeoutSeconds: longestSeconds(states, main.start) + spareSeconds,
    States: states,
  };
}

/** Moodle continues an upgrade where it stopped, so a database that was briefly unavailable gets a second try. */
function twice(id: string, args: DefinitionArgs, command: readonly string[]): Part {
  const again = `${id}, second try`;
  const task = {
    definition: args.taskDefinitionArns.upgrade,
    container: "upgrade",
    command,
    minutes: args.upgradeMinutes,
    by: startedBy.upgrade,
    exits: [[0, undefined]],
    // A try that timed out is not repeated: the second one would have no more time.
    onLate: failed,
  } as const;
  return (next) => {
    const second = oneOff(again, args, { ...task, onError: failed })(next);
    const between = upgradeIsOver(`${id}: is the first try over?`, args, failed)(again);
    const first = oneOff(id, args, { ...task, onError: { next: between.start, path: "$.failure" } })(next);
    return { start: first.start, states: joined(first.states, between.states, second.states) };
  };
}

import { type DefinitionArgs } from "./arguments";
import { call, choose, is, joined, type OnError, type Part, type Rule, sequence, set, type States } from "./asl";
import { announce, note, oneOff } from "./calls";
import { leftTasks } from "./leftTasks";
import { readLock, takeOverStart, unlock } from "./lock";
import { finishStart, personStart, restoreStart, siteClosed } from "./names";
import { pageOff } from "./page";
import { roll, startWorkers } from "./services";

const was = "$.back.was";
const end = "Restore: is it complete?";
const person: OnError = { next: personStart, path: "$.problem" };

const database = (state: string): Rule => is("$.record.Item.database.S", { StringEquals: state });
/** An upgrade with outage has begun: no old code may use the database, and users must not reach the site. */
const changed: Rule = { Or: [database("half"), database("upgraded")] };
const closing: Rule = { Or: [changed, is("$.record.Item.page.S", { StringEquals: "kept" })] };
const again = is("$.then.again", { BooleanEquals: true });
const problem: Rule = { Variable: "$.problem.Error", IsPresent: true };

/**
 * States after a failure. First, everything that the release started is stopped. If the database is still what the old
 * code expects, then back: the old image everywhere, cron on, the page off, the lock free. If an upgrade with outage
 * has begun, then forward: workers of the new code, which Moodle itself suspends until the upgrade is complete; the
 * page stays on, and a person is notified. Each part runs whatever the result of the others, and all parts can run
 * twice. The database is left as it is.
 */
export function restore(args: DefinitionArgs): States {
  const fixed = inTurn(backward(args));
  const forward = inTurn(onward(args));
  const begin = sequence(
    set(restoreStart, "$.problem", {}),
    leftTasks(args, person),
    readLock("Restore: how far did it get?", args, person),
    set("Restore: what is known", "$.database", { state: "as it was" }),
    choose("Restore: was anything changed?", [
      [is("$.record.Item.phase.S", { StringEquals: "done" }), finishStart],
      [{ Not: { Variable: "$.record.Item.before.S", StringMatches: "{*" } }, end],
      [{ And: [{ Not: changed }, is("$.record.Item.phase.S", { StringEquals: "prepared" })] }, end],
    ]),
    set("Restore: read what was before", "$.back", { "was.$": "States.StringToJson($.record.Item.before.S)" }),
    choose("Restore: back or forward?", [[changed, forward.start]]),
    databaseState(args, fixed.start),
  )(fixed.start);

  const finish = sequence(
    choose(end, [
      [{ And: [problem, { Not: { And: [again, closing] } }] }, person.next],
      [closing, "Restore: the site stays closed"],
    ]),
    unlock("Restore: unlock", args, person),
    choose("Restore: and then?", [
      [again, "Forget the clean-up"],
      [is("$.then.again", { BooleanEquals: false }), "Report the clean-up"],
    ]),
    announce("Report the failure", args, "release failed, the old image is in operation", message(args)),
  )("Failed");

  return joined(
    begin.states,
    fixed.states,
    forward.states,
    finish.states,
    staysClosed(args),
    set("Forget the clean-up", "$.then", {})("Take the lock").states,
    announce("Report the clean-up", args, "a release that had ended was cleaned up after", message(args))("Cleaned up")
      .states,
    announce(person.next, args, "release failed, and a person is needed", {
      "Message.$": `States.Format('${args.environment}: {}: {} What was before could not be brought back completely: {} See make runbook NAME=release STACK=${args.environment}, When a person is needed. Execution {}.', $.failure.Error, $.failure.Cause, States.JsonToString($.problem), $$.Execution.Name)`,
    })("Restore incomplete").states,
    {
      Failed: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
      "Cleaned up": { Type: "Succeed" },
      "Restore incomplete": {
        Type: "Fail",
        Error: "RestoreIncomplete",
        Cause: `The lock is kept, and the clean-up tries again. See make runbook NAME=release STACK=${args.environment}.`,
      },
    },
  );
}

/** Runs the parts one after the other: a failure is noted, and the next part begins. */
function inTurn(parts: readonly ((onError: OnError) => Part)[]): { readonly start: string; readonly states: States } {
  return parts.reduceRight<{ readonly start: string; readonly states: States }>(
    (rest, part) => {
      const { start, states } = part({ next: rest.start, path: person.path })(rest.start);
      return { start, states: joined(rest.states, states) };
    },
    { start: end, states: {} },
  );
}

/** A command of Moodle, run with the code of the task definition at this path. */
function command(
  id: string,
  args: DefinitionArgs,
  container: "cron" | "upgrade",
  definition: string,
  words: readonly string[],
  onError: OnError,
): Part {
  return oneOff(id, args, { definition, container, command: words, minutes: 10, exits: [[0, undefined]], onError });
}

function backward(args: DefinitionArgs): readonly ((onError: OnError) => Part)[] {
  const old = (id: string, words: readonly string[], onError: OnError) =>
    command(id, args, "cron", `${was}.cron.definition`, ["cli", ...words], onError);
  return [
    (onError) =>
      roll("Restore: web", args, { service: args.serviceNames.web, definition: `${was}.web.definition`, onError }),
    // By the image that was to come, since an older one may not know how. Its web tasks have answered addresses of before.
    (onError) =>
      oneOff("Restore: move the revisions", args, {
        definition: args.taskDefinitionArns.upgrade,
        container: "upgrade",
        command: ["upgrade", "--revisions"],
        minutes: 15,
        exits: [[0, undefined]],
        onError,
      }),
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
    (onError) => pageOff("Restore: page off", args, ["ours"], onError),
  ];
}

/** Uses the code that began the upgrade, even if the stack names another image by now. */
function onward(args: DefinitionArgs): readonly ((onError: OnError) => Part)[] {
  const target = "$.back.target";
  return [
    () =>
      set("Restore: the database may be half upgraded", "$.database", { state: "half upgraded, as far as is known" }),
    () =>
      set("Restore: read what was to come", target, {
        "is.$": "States.StringToJson($.record.Item.target.S)",
      }),
    (onError) => (next) => {
      const asked = command(
        "Restore: is the upgrade complete?",
        args,
        "upgrade",
        `${target}.is.upgrade`,
        ["upgrade", "--is-pending"],
        { next, path: "$.answer" },
      )("Restore: note that it is");
      const noted = note("Restore: note that it is", args, { database: "upgraded" }, onError)("Restore: so it is");
      const known = set("Restore: so it is", "$.database", { state: "upgraded, completely" })(next);
      return { start: asked.start, states: joined(asked.states, noted.states, known.states) };
    },
    (onError) =>
      // The step does not wait, since users do not see the site: this rollout may be what failed.
      call(
        "Restore: web goes forward",
        "ecs:updateService",
        { Cluster: args.clusterArn, Service: args.serviceNames.web, "TaskDefinition.$": `${target}.is.web` },
        { onError },
      ),
    (onError) =>
      command(
        "Restore: enable cron for the new code",
        args,
        "upgrade",
        `${target}.is.upgrade`,
        ["cli", "admin/cli/cron.php", "--enable"],
        onError,
      ),
    (onError) =>
      startWorkers("Restore: new workers", args, {
        cron: `${target}.is.cron`,
        adhoc: `${target}.is.adhoc`,
        before: was,
        onError,
      }),
  ];
}

/**
 * The lock keeps the known state under the name of this execution; the next release takes it over. The message is sent
 * before the phase becomes `closed`: a clean-up does not touch a closed release.
 */
function staysClosed(args: DefinitionArgs): States {
  const kept = "Restore: keep the page";
  const told = "Restore: goes a release on?";
  const ours = is("$.record.Item.page.S", { StringEquals: "ours" });
  const ended = sequence(
    choose("Restore: the site stays closed", [[{ Not: ours }, told]]),
    note(kept, args, { page: "kept" }, person),
    choose(told, [[again, "Forget the clean-up of a closed site"]]),
    announce(
      "Report that the site stays closed",
      args,
      "release failed, and the site stays closed: a person is needed",
      {
        "Message.$": `States.Format('${args.environment}: {}: {} The database is {}. Snapshot: {}; upgrade began: {}. Outage page: {}. Further trouble: {}. Release again, or go back: make runbook NAME=release STACK=${args.environment}, After a failed upgrade. Execution {}.', $.failure.Error, $.failure.Cause, $.database.state, $.record.Item.snapshot.S, $.record.Item.upgrading.S, $.record.Item.page.S, States.JsonToString($.problem), $$.Execution.Name)`,
      },
      args.page && "releaseStaysClosed",
    ),
    note("Restore: note that the site is closed", args, { phase: "closed" }, person),
    set("Restore: why the site stays closed", "$.closed", {
      "Cause.$":
        "States.Format('{}: {} The site stays closed; the mail says what the database is.', $.failure.Error, $.failure.Cause)",
    }),
  )("Site stays closed");
  return joined(ended.states, set("Forget the clean-up of a closed site", "$.then", {})(takeOverStart).states, {
    "Site stays closed": { Type: "Fail", Error: siteClosed, CausePath: "$.closed.Cause" },
  });
}

/** Asks the old code whether the database is still its own, so that the message can say it. */
function databaseState(args: DefinitionArgs, next: string): Part {
  return () => {
    const not = "Restore: the database has changed";
    const asked = command(
      "Restore: does the database fit the old code?",
      args,
      "cron",
      `${was}.cron.definition`,
      ["cli", "admin/cli/upgrade.php", "--is-pending"],
      { next: not, path: "$.answer" },
    )(next);
    const state = `NOT what the old code expects: decide, see make runbook NAME=release STACK=${args.environment}`;
    return { start: asked.start, states: joined(asked.states, set(not, "$.database", { state })(next).states) };
  };
}

function message(args: DefinitionArgs): Readonly<Record<string, unknown>> {
  return {
    "Message.$": `States.Format('${args.environment}: {}: {} The image of before is in operation, cron is on, the page is as it was. The database is {}. Snapshot: {}; upgrade began: {}. Execution {}.', $.failure.Error, $.failure.Cause, $.database.state, $.record.Item.snapshot.S, $.record.Item.upgrading.S, $$.Execution.Name)`,
  };
}

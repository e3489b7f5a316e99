import { type DefinitionArgs, lastKey, type Step, stepState } from "./arguments";
import { call, choose, failing, is, joined, type Part, poll, type Rule, sequence, set, type States } from "./asl";
import { announce, note, oneOff } from "./calls";
import { readLock } from "./lock";
import { failed } from "./names";
import { recallScaling, rememberScaling, stopWorkers, suspendScaling } from "./services";

/** Refusals before anything is touched. */
export function refusals(args: DefinitionArgs): Part {
  const inFreeze = args.freezes.map(({ exam, from, to: until, overridable }): readonly [Rule, string] => [
    {
      And: [
        { Variable: "$.me.now", TimestampGreaterThanEquals: from },
        { Variable: "$.me.now", TimestampLessThan: until },
        ...(overridable ? [{ Not: is("$.overrideFreeze", { StringEquals: exam }) }] : []),
      ],
    },
    "Refuse in an exam freeze",
  ]);
  return sequence(
    set("Who and when", "$.me", { "id.$": "$$.Execution.Id", "now.$": "$$.State.EnteredTime" }),
    choose("Is it a clean-up?", [[is("$.recover", { BooleanEquals: true }), "Recover"]]),
    choose("Is it the image that is meant?", [
      [{ Not: is("$.image", { StringEquals: args.imageDigest }) }, "Refuse another image"],
    ]),
    ...(inFreeze.length > 0 ? [choose("Is there an exam?", inFreeze)] : []),
  );
}

export function refused(args: DefinitionArgs): States {
  const refuse = (id: string, error: string, cause: string): States => ({
    [id]: {
      Type: "Pass",
      Result: { Error: error, Cause: cause },
      ResultPath: "$.failure",
      Next: "Report the refusal",
    },
  });
  return joined(
    refuse(
      "Refuse another image",
      "OtherImage",
      `The stack's task definitions are of ${args.imageDigest}. Deploy the image first: set moodle:image (kind digest, and the digest) and run pulumi up.`,
    ),
    args.freezes.length === 0
      ? {}
      : refuse("Refuse in an exam freeze", "ExamFreeze", "An exam is protected now. Nothing was changed."),
    refuse("Refuse a second release", "ReleaseUnderWay", "Another release holds the lock. Nothing was changed."),
    announce("Report the refusal", args, "release refused", {
      "Message.$": `States.Format('${args.environment}: {}: {} Execution {}.', $.failure.Error, $.failure.Cause, $$.Execution.Name)`,
    })("Refused").states,
    { Refused: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" } },
  );
}

/** Writes down the state to go back to, before anything changes: for this execution, and for a later clean-up. */
export function remember(args: DefinitionArgs): Part {
  const { web, cron, adhoc } = args.serviceNames;
  const one = (role: string, service: string): Part =>
    call(
      `Look at ${role}`,
      "ecs:describeServices",
      { Cluster: args.clusterArn, Services: [service] },
      {
        result: `$.before.${role}`,
        select: { "definition.$": "$.Services[0].TaskDefinition", "count.$": "$.Services[0].DesiredCount" },
        onError: failed,
      },
    );
  // If an earlier release left the site closed, take the counts and suspensions that it wrote down: the workers may be stopped now.
  const count = (role: string): Part =>
    set(`Count of ${role} before the site was closed`, `$.before.${role}`, {
      "definition.$": `$.before.${role}.definition`,
      "count.$": `$.read.before.${role}.count`,
    });
  return sequence(
    set("Nothing known yet", "$.before", {}),
    one("web", web),
    one("cron", cron),
    one("adhoc", adhoc),
    ...rememberScaling(args, failed),
    readLock("Was the site left closed?", args, failed),
    choose("Is anything known from before?", [
      [{ Not: { Variable: "$.record.Item.before.S", StringMatches: "{*" } }, "Write down what to go back to"],
    ]),
    set("Read what is known from before", "$.read", { "before.$": "States.StringToJson($.record.Item.before.S)" }),
    count("cron"),
    count("adhoc"),
    ...recallScaling(args, "$.read.before"),
    note("Write down what to go back to", args, { "before.$": "States.JsonToString($.before)" }, failed),
    call(
      "What was released last?",
      "dynamodb:getItem",
      { TableName: args.lockTableName, Key: { id: { S: lastKey } } },
      { result: "$.last", onError: failed },
    ),
  );
}

/** The first release makes the database's user and the tables; if they exist, this does nothing. */
export function install(args: DefinitionArgs, step: (name: Step) => Part): Part {
  return sequence(
    choose("Was anything ever installed?", [
      [{ Variable: "$.last.Item.image.S", IsPresent: true }, stepState("upgrade check")],
    ]),
    step("first installation"),
    oneOff("Install", args, {
      definition: args.taskDefinitionArns.install,
      container: "install",
      command: ["install"],
      minutes: 60,
      exits: [[0, undefined]],
      onError: failed,
    }),
  );
}

/**
 * One question for both: 0 nothing to upgrade, 2 an outage is needed, 3 it is not. Anything else is an error, such as code that
 * is older than the database. https://github.com/moodle/moodle/blob/MOODLE_501_STABLE/admin/cli/upgrade.php
 */
export function check(args: DefinitionArgs): Part {
  const answer = (id: string, pending: boolean, outage: boolean, next: string): States =>
    set(id, "$.upgrade", { pending, outage })(next).states;
  const half = is("$.record.Item.database.S", { StringEquals: "half" });
  return (next) => {
    const asked = oneOff("Is an upgrade pending?", args, {
      definition: args.taskDefinitionArns.upgrade,
      container: "upgrade",
      command: ["upgrade", "--is-maintenance-required"],
      minutes: 10,
      exits: [
        [0, "Is the upgrade before complete?"],
        [2, "Upgrade with outage"],
        [3, "May the site be open?"],
      ],
      onError: failed,
    })("unreachable");
    // Moodle records the upgrade only at its end: old code sees nothing pending in a half upgraded database.
    const complete = sequence(
      choose("Is the upgrade before complete?", [
        [{ Not: half }, "No upgrade"],
        [{ Not: is("$.record.Item.begun.S", { StringEquals: args.imageDigest }) }, "Refuse a half upgraded database"],
      ]),
      note("Note that the upgrade before is complete", args, { database: "unchanged" }, failed),
    )("No upgrade");
    const open = choose("May the site be open?", [[half, "Upgrade with outage"]])("Upgrade with no outage");
    const cause = `States.Format('The upgrade by {} was not completed, and ${args.imageDigest} does not continue it. Release that image, or a newer one, or restore the database first.', $.record.Item.begun.S)`;
    const refusal = failing("Refuse a half upgraded database", "HalfUpgraded", { "Cause.$": cause }, failed);
    return {
      start: asked.start,
      states: joined(
        asked.states,
        complete.states,
        open.states,
        refusal,
        answer("No upgrade", false, false, stepState("roll web")),
        answer("Upgrade with outage", true, true, next),
        answer("Upgrade with no outage", true, false, next),
      ),
    };
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html; members as the SDK for Java has them. */
export function snapshot(args: DefinitionArgs): Part {
  const cluster = args.databaseClusterIdentifier;
  const status = "$.described.status[0]";
  return (next) => {
    const made = sequence(
      set("Name the snapshot", "$.snapshot", {
        "name.$": `States.Format('${args.environment}-{}', $$.Execution.Name)`,
      }),
      call(
        "Snapshot",
        "rds:createDBClusterSnapshot",
        { DbClusterIdentifier: cluster, "DbClusterSnapshotIdentifier.$": "$.snapshot.name" },
        {
          onError: failed,
          // AWS received the first try, but its answer was lost.
          answers: { "Rds.DbClusterSnapshotAlreadyExistsException": "Snapshot: end" },
        },
      ),
      poll("Snapshot: end", {
        look: call(
          "Snapshot: look",
          "rds:describeDBClusterSnapshots",
          { DbClusterIdentifier: cluster, "DbClusterSnapshotIdentifier.$": "$.snapshot.name" },
          { result: "$.described", select: { "status.$": "$.DbClusterSnapshots[*].Status" }, onError: failed },
        ),
        firstSeconds: 20,
        minutes: 120,
        ends: [
          [is(status, { StringEquals: "available" }), undefined],
          [is(status, { StringEquals: "failed" }), "Snapshot: failed"],
        ],
        tooLong: "Snapshot: failed",
      }),
      // The snapshot from before the first try counts.
      choose("Is it the first snapshot?", [[is("$.record.Item.database.S", { StringEquals: "half" }), next]]),
      note("Note the snapshot", args, { "snapshot.$": "$.snapshot.name" }, failed),
    )(next);
    return {
      start: made.start,
      states: joined(
        made.states,
        set("Snapshot: failed", "$.failure", {
          Error: "Snapshot",
          Cause: "The snapshot failed, or was not available after two hours.",
        })(failed.next).states,
      ),
    };
  };
}

/**
 * No worker is scaled in while its task still runs. Cron's tasks get ten minutes to end (`--disable-wait=600`); then the
 * workers are stopped. Remaining tasks get two more minutes, and Moodle runs them again later.
 */
export function drain(args: DefinitionArgs): Part {
  return sequence(
    ...suspendScaling("Suspend scaling", args, failed),
    oneOff("Disable cron", args, {
      definition: "$.before.cron.definition",
      container: "cron",
      command: ["cli", "admin/cli/cron.php", "--disable-wait=600"],
      minutes: 20,
      exits: [
        [0, undefined],
        // Cron is disabled, but some task still runs.
        [1, undefined],
      ],
      onError: failed,
    }),
    stopWorkers("Stop workers", args, failed),
  );
}

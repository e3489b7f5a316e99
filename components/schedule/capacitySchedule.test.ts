import * as assert from "node:assert/strict";
import { build, isUnknown } from "../../testing/build";
import type { ScheduledAction } from "./action";
import { CapacitySchedule, type CapacityScheduleArgs } from "./capacitySchedule";

const weekly = {
  kind: "weekly",
  weekdays: ["MON", "FRI"],
  time: "07:05",
  from: "2026-10-12T06:05:00Z",
  until: "2026-10-30T07:06:00Z",
} as const;
const once = { kind: "once", at: "2026-10-20T08:10:00Z" } as const;

const actions: readonly ScheduledAction[] = [
  { name: "autumn-up", target: "web", when: weekly, min: 6 },
  { name: "law-start", target: "web", when: once, min: 20 },
  { name: "autumn-down", target: "cron", when: weekly, min: 0, max: 0 },
  { name: "autumn-up", target: "instances", when: { ...weekly, from: undefined }, min: 5 },
  { name: "law-start", target: "instances", when: once, min: 14 },
  { name: "law-start", target: "database", when: once, min: 15.5, max: 64 },
];

const args: CapacityScheduleArgs = {
  timeZone: "Europe/London",
  actions,
  services: { web: { resourceId: "service/c/web" }, cron: { resourceId: "service/c/cron" } },
  autoScalingGroupName: "group",
  database: { clusterIdentifier: "db", clusterArn: "arn:aws:rds:eu-west-2:123456789012:cluster:db" },
};

const make = (changes: Partial<CapacityScheduleArgs> = {}, preview = false) =>
  build((opts) => new CapacitySchedule("s", { ...args, ...changes }, opts), {
    preview,
    outputs: { "aws:scheduler/scheduleGroup:ScheduleGroup": (name) => ({ name }) },
  });

describe("CapacitySchedule", () => {
  it("makes one resource per action, and a role only for the database", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:appautoscaling/scheduledAction:ScheduledAction::s-cron-autumn-down",
      "aws:appautoscaling/scheduledAction:ScheduledAction::s-web-autumn-up",
      "aws:appautoscaling/scheduledAction:ScheduledAction::s-web-law-start",
      "aws:autoscaling/schedule:Schedule::s-instances-autumn-up",
      "aws:autoscaling/schedule:Schedule::s-instances-law-start",
      "aws:iam/role:Role::s-database-role",
      "aws:iam/rolePolicy:RolePolicy::s-database-policy",
      "aws:scheduler/schedule:Schedule::s-database-law-start",
      "aws:scheduler/scheduleGroup:ScheduleGroup::s-calls",
      "moodle:schedule:CapacitySchedule::s",
    ]);
    const without = await make({ actions: actions.slice(0, 2) });
    assert.equal(without.identities.length, 3);
  });

  it("tells services when: weekly in local time between two instants, once in UTC", async () => {
    const built = await make();
    assert.deepEqual(built.get("s-web-autumn-up").inputs, {
      name: "autumn-up",
      serviceNamespace: "ecs",
      resourceId: "service/c/web",
      scalableDimension: "ecs:service:DesiredCount",
      schedule: "cron(5 7 ? * MON,FRI *)",
      timezone: "Europe/London",
      startTime: "2026-10-12T06:05:00Z",
      endTime: "2026-10-30T07:06:00Z",
      scalableTargetAction: { minCapacity: 6 },
    });
    const { schedule, timezone } = built.get("s-web-law-start").inputs;
    assert.deepEqual([schedule, timezone], ["at(2026-10-20T08:10:00)", "UTC"]);
    assert.deepEqual(built.get("s-cron-autumn-down").inputs["scalableTargetAction"], {
      minCapacity: 0,
      maxCapacity: 0,
    });
  });

  it("moves the smallest number of instances only, and makes an action again when its time changes", async () => {
    const built = await make();
    const { inputs, options } = built.get("s-instances-autumn-up");
    assert.deepEqual(inputs, {
      scheduledActionName: "autumn-up",
      autoscalingGroupName: "group",
      minSize: 5,
      maxSize: -1,
      desiredCapacity: -1,
      recurrence: "5 7 * * MON,FRI",
      timeZone: "Europe/London",
      endTime: "2026-10-30T07:06:00Z",
    });
    // Not one field is left to an update, which would send a start of the past: names alone stay.
    const fields = Object.keys({ ...inputs, ...built.get("s-instances-law-start").inputs });
    assert.deepEqual(
      fields.filter((field) => !options.replaceOnChanges?.includes(field)),
      ["autoscalingGroupName", "scheduledActionName"],
    );
    assert.equal(options.deleteBeforeReplace, true);
    assert.equal(built.get("s-instances-law-start").inputs["startTime"], once.at);
  });

  it("may change the range of this one cluster, and no other", async () => {
    const built = await make();
    const { target, groupName } = built.get("s-database-law-start").inputs;
    assert.equal(groupName, "s-calls");
    assert.equal(target.arn, "arn:aws:scheduler:::aws-sdk:rds:modifyDBCluster");
    assert.deepEqual(JSON.parse(target.input), {
      DbClusterIdentifier: "db",
      ServerlessV2ScalingConfiguration: { MinCapacity: 15.5, MaxCapacity: 64 },
      ApplyImmediately: true,
    });
    const { Statement } = JSON.parse(built.get("s-database-policy").inputs["policy"]);
    assert.deepEqual(Statement, [
      {
        Sid: "ChangeCapacityRange",
        Effect: "Allow",
        Action: ["rds:ModifyDBCluster"],
        Resource: ["arn:aws:rds:eu-west-2:123456789012:cluster:db"],
      },
    ]);
  });

  it("builds in a preview, with ids unknown", async () => {
    const built = await make({}, true);
    assert.equal(built.identities.length, 10);
    assert.ok(isUnknown(built.get("s-database-policy").inputs["role"]));
  });

  it("refuses what it could not carry out, all at once", async () => {
    const wrong: readonly ScheduledAction[] = [
      { name: "a", target: "adhoc", when: once, min: 1 },
      { name: "b", target: "web", when: once, min: 2, max: 1 },
      { name: "b", target: "web", when: once, min: 2 },
      { name: "c", target: "database", when: weekly, min: 1, max: 2 },
    ];
    await assert.rejects(make({ actions: wrong }), (error: Error) => {
      for (const words of [
        /actions\[0\].*a target that was given/,
        /actions\[1\].*min <= max/,
        /actions\[2\].*a name of/,
        /actions\[3\].*one moment/,
      ]) {
        assert.match(error.message, words);
      }
      return true;
    });
  });
});

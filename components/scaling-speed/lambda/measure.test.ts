import assert from "node:assert/strict";
import { loadBundle } from "../../../testing/loadBundle";
import { lambdaCode } from "../../lib/lambdaFunction";
import { measureEntry } from "../scalingSpeed";
import type { SpeedEvent, SpeedWorld } from "./measure";

const bundled = loadBundle<typeof import("./measure")>(lambdaCode(measureEntry));
const measure = (event: object, world: SpeedWorld): Promise<any> => bundled.measure(event as SpeedEvent, world);

const alarmed = {
  source: "aws.cloudwatch",
  "detail-type": "CloudWatch Alarm State Change",
  time: "2026-10-05T09:00:01Z",
  detail: {
    alarmName: "TargetTracking-service/prod/web-AlarmHigh-1",
    state: { value: "ALARM", timestamp: "2026-10-05T09:00:00.000+0000" },
  },
};

/** A world whose clock moves by waiting; `targets` by seconds since the alarm. */
function world(targets: (second: number) => Readonly<Record<string, string>>, running = 6, desired = 6) {
  const start = Date.parse("2026-10-05T09:00:00Z");
  let now = start + 1000;
  return {
    settings: { cluster: "prod", budgetSeconds: 240 },
    targets: async () => Object.entries(targets((now - start) / 1000)).map(([id, state]) => ({ id, state })),
    service: async () => ({ desired, running, events: ["has started 2 tasks"] }),
    now: () => now,
    wait: async (milliseconds: number) => void (now += milliseconds),
  };
}

describe("the function that measures the speed of scaling", () => {
  it("counts from the alarm to the first target that is healthy and new", async () => {
    const coming = world((second) => ({
      old: "healthy",
      ...(second > 20 && { new: second > 60 ? "healthy" : "initial" }),
    }));
    const record = await measure(alarmed, coming);
    assert.equal(record.outcome, "healthy");
    assert.equal(record.SecondsToFirstHealthyTask, 61);
    assert.deepEqual(
      [record.alarmAt, record.firstHealthyAt, record.firstHealthy, record.healthyBefore],
      ["2026-10-05T09:00:00.000Z", "2026-10-05T09:01:01.000Z", "new", 1],
    );
    assert.deepEqual(record._aws.CloudWatchMetrics, [
      {
        Namespace: "Moodle/Scaling",
        Dimensions: [["ClusterName"]],
        Metrics: [{ Name: "SecondsToFirstHealthyTask", Unit: "Seconds" }],
      },
    ]);
    assert.equal(record.ClusterName, "prod");
    assert.equal(record._aws.Timestamp, Date.parse("2026-10-05T09:01:01Z"));
  });

  it("is over the budget when tasks are wanted and none comes", async () => {
    const record = await measure(
      alarmed,
      world(() => ({ old: "healthy" }), 6, 9),
    );
    assert.equal(record.outcome, "late");
    assert.ok(record.SecondsToFirstHealthyTask > 240 && record.SecondsToFirstHealthyTask <= 246);
    assert.deepEqual([record.desired, record.running], [9, 6]);
  });

  it("leaves a record and no metric when nothing was added", async () => {
    const record = await measure(
      alarmed,
      world(() => ({ old: "healthy" })),
    );
    assert.equal(record.outcome, "nothing was added");
    assert.equal(record._aws, undefined);
    assert.equal(record.SecondsToFirstHealthyTask, undefined);
  });

  it("takes an event that was delivered after the budget for late, at once", async () => {
    const late = world(() => ({ old: "healthy" }), 6, 9);
    await late.wait(300_000);
    assert.equal((await measure(alarmed, late)).SecondsToFirstHealthyTask, 301);
  });

  it("times a task by its own timestamps, once", async () => {
    const detail = {
      taskArn: "arn:task/1",
      createdAt: "2026-10-05T09:00:02.5Z",
      pullStartedAt: "2026-10-05T09:00:40Z",
      pullStoppedAt: "2026-10-05T09:01:00Z",
      startedAt: "2026-10-05T09:01:02.75Z",
      containerInstanceArn: "arn:instance/1",
    };
    const event = { source: "aws.ecs", detail };
    const record = await measure(
      event,
      world(() => ({})),
    );
    assert.equal(record.SecondsToRunningTask, 60.3);
    assert.deepEqual([record.kind, record.task, record.pullStoppedAt], ["task", "arn:task/1", "2026-10-05T09:01:00Z"]);
    // ECS sends RUNNING once more when the task's health changes.
    const again = await measure(
      { ...event, detail: { ...detail, healthStatus: "HEALTHY" } },
      world(() => ({})),
    );
    assert.deepEqual([again.task, again._aws, again.SecondsToRunningTask], ["arn:task/1", undefined, undefined]);
    const early = await measure(
      { source: "aws.ecs", detail: { taskArn: "x", createdAt: "?" } },
      world(() => ({})),
    );
    assert.equal(early._aws, undefined);
  });

  it("times an instance, and says of one that failed why", async () => {
    const detail = {
      EC2InstanceId: "i-1",
      AutoScalingGroupName: "group",
      StartTime: "2026-10-05T09:00:00Z",
      EndTime: "2026-10-05T09:00:33Z",
      Cause: "capacity",
      StatusMessage: "none left",
    };
    const event = { source: "aws.autoscaling", "detail-type": "EC2 Instance Launch Successful", detail };
    assert.equal(
      (
        await measure(
          event,
          world(() => ({})),
        )
      ).SecondsToInstance,
      33,
    );
    const failed = await measure(
      { ...event, "detail-type": "EC2 Instance Launch Unsuccessful" },
      world(() => ({})),
    );
    assert.deepEqual([failed.outcome, failed.message, failed._aws], ["failed", "none left", undefined]);
  });

  it("refuses what no rule sends", async () => {
    await assert.rejects(
      measure(
        { source: "aws.s3" },
        world(() => ({})),
      ),
      /An event of aws\.s3/,
    );
  });
});

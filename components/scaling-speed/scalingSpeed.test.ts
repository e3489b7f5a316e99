import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { build, isUnknown } from "../../testing/build";
import { lambdaCode } from "../lib/lambdaFunction";
import { measureEntry, ScalingSpeed, type ScalingSpeedArgs } from "./scalingSpeed";

const args: ScalingSpeedArgs = {
  clusterName: "prod-cluster",
  clusterArn: "arn:aws:ecs:eu-west-2:123456789012:cluster/prod-cluster",
  serviceName: "web",
  targetGroupArn: "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/x/1",
  autoScalingGroupName: "group",
  signalsTopicArn: "arn:aws:sns:eu-west-2:123456789012:alerts",
  kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
  logRetentionDays: 90,
};
const make = (changes: Partial<ScalingSpeedArgs> = {}, preview = false) =>
  build((opts) => new ScalingSpeed("speed", { ...args, ...changes }, opts), { preview });

const common = [
  "aws:cloudwatch/eventRule:EventRule::speed-alarms",
  "aws:cloudwatch/eventRule:EventRule::speed-tasks",
  "aws:cloudwatch/eventTarget:EventTarget::speed-alarms-target",
  "aws:cloudwatch/eventTarget:EventTarget::speed-tasks-target",
  "aws:cloudwatch/logGroup:LogGroup::speed-logs",
  "aws:cloudwatch/metricAlarm:MetricAlarm::speed-errors-alarm",
  "aws:cloudwatch/metricAlarm:MetricAlarm::speed-slow-alarm",
  "aws:cloudwatch/metricAlarm:MetricAlarm::speed-slow-task-alarm",
  "aws:iam/role:Role::speed-role",
  "aws:iam/rolePolicy:RolePolicy::speed-permissions",
  "aws:lambda/function:Function::speed-measure",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::speed-retries",
  "aws:lambda/permission:Permission::speed-alarms-permission",
  "aws:lambda/permission:Permission::speed-tasks-permission",
  "moodle:scaling-speed:ScalingSpeed::speed",
];

describe("ScalingSpeed", () => {
  for (const preview of [true, false]) {
    it(`makes these resources, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      const instances = ["eventRule:EventRule::speed-instances", "eventTarget:EventTarget::speed-instances-target"];
      assert.deepEqual(
        built.identities,
        [
          ...common,
          ...instances.map((name) => `aws:cloudwatch/${name}`),
          "aws:lambda/permission:Permission::speed-instances-permission",
        ].sort(),
      );
      const children = built.resources.filter(({ name }) => name !== "speed");
      assert.ok(children.every(({ options }) => options.parent === built.component));
      assert.equal(isUnknown(built.get("speed-measure").inputs.role), preview);
    });
  }

  it("has no rule for instances on Fargate", async () => {
    assert.deepEqual((await make({ autoScalingGroupName: undefined })).identities, [...common].sort());
  });

  it("listens to this service's alarms and tasks and this group's instances alone", async () => {
    const built = await make();
    const pattern = (role: string) => JSON.parse(built.get(`speed-${role}`).inputs.eventPattern);
    assert.deepEqual(pattern("alarms").detail, {
      alarmName: [{ prefix: "TargetTracking-service/prod-cluster/web-AlarmHigh-" }],
      state: { value: ["ALARM"] },
    });
    assert.deepEqual(pattern("tasks").detail.group, ["service:web"]);
    assert.deepEqual(pattern("tasks").detail.clusterArn, [args.clusterArn]);
    assert.deepEqual(pattern("instances").detail, { AutoScalingGroupName: ["group"] });
    for (const role of ["alarms", "tasks", "instances"]) {
      const { sourceArn, principal } = built.get(`speed-${role}-permission`).inputs;
      assert.equal(principal, "events.amazonaws.com");
      assert.match(sourceArn, new RegExp(`speed-${role}$`));
    }
  });

  it("alarms over the simulator's budget, and tells somebody", async () => {
    const built = await make();
    for (const alarm of built.ofType("aws:cloudwatch/metricAlarm:MetricAlarm")) {
      assert.deepEqual(alarm.inputs.alarmActions, [args.signalsTopicArn]);
      assert.equal(alarm.inputs.treatMissingData, "notBreaching");
    }
    const { threshold, metricName, statistic, dimensions } = built.get("speed-slow-alarm").inputs;
    assert.deepEqual([threshold, metricName, statistic], [240, "SecondsToFirstHealthyTask", "Maximum"]);
    assert.deepEqual(dimensions, { ClusterName: "prod-cluster" });
    const { timeout, environment, runtime } = built.get("speed-measure").inputs;
    assert.deepEqual([timeout, environment.variables.BUDGET_SECONDS, runtime], [270, "240", "nodejs24.x"]);
    assert.equal((await make({ budgetSeconds: 60 })).get("speed-slow-alarm").inputs.threshold, 60);
  });

  it("may write its log and read what it measures, nothing else", async () => {
    const { policy } = (await make()).get("speed-permissions").inputs;
    const statements = JSON.parse(policy).Statement;
    assert.deepEqual(
      statements.flatMap(({ Action }: any) => Action),
      [
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "ecs:DescribeServices",
        "elasticloadbalancing:DescribeTargetHealth",
      ],
    );
    assert.deepEqual(statements[1].Resource, ["arn:aws:ecs:eu-west-2:123456789012:service/prod-cluster/web"]);
  });

  it("keeps its records encrypted, for as long as it was told", async () => {
    const { retentionInDays, kmsKeyId } = (await make()).get("speed-logs").inputs;
    assert.deepEqual([retentionInDays, kmsKeyId], [90, args.kmsKeyArn]);
  });

  it("hands over the code that its own tests run", async () => {
    const { code, handler } = (await make()).get("speed-measure").inputs;
    const { "index.js": index } = await code.assets;
    assert.deepEqual([handler, await index.text], ["index.handler", lambdaCode(measureEntry)]);
  });

  it("refuses what cannot be", async () => {
    const error = await make({ budgetSeconds: 30, logRetentionDays: 8 }).catch((reason: unknown) => reason);
    assert.ok(error instanceof pulumi.ResourceError);
    assert.match(String(error), /logRetentionDays: got 8.*budgetSeconds: got 30, expected a whole number from 60/s);
  });
});

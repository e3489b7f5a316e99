import assert from "node:assert/strict";
import { build, isUnknown } from "../../testing/build";
import type { ReleaseArgs } from "./arguments";
import { Release } from "./release";

const roles = ["web", "cron", "adhoc", "install", "upgrade"] as const;
const byRole = <T>(make: (role: string) => T) =>
  Object.fromEntries(roles.map((role) => [role, make(role)])) as Record<(typeof roles)[number], T>;
const args: ReleaseArgs = {
  environment: "prod",
  imageUri: `123456789012.dkr.ecr.eu-west-2.amazonaws.com/moodle@sha256:${"2".repeat(64)}`,
  repositoryArn: "arn:aws:ecr:eu-west-2:123456789012:repository/moodle",
  cluster: {
    clusterArn: "arn:aws:ecs:eu-west-2:123456789012:cluster/prod",
    clusterName: "prod",
    capacityProviderName: "capacity",
  },
  subnetIds: ["subnet-1"],
  securityGroupId: "sg-1",
  serviceNames: { web: "web", cron: "cron", adhoc: "adhoc" },
  taskDefinitionArns: byRole((role) => `arn:aws:ecs:eu-west-2:123456789012:task-definition/prod-${role}:7`),
  taskFamilies: byRole((role) => `prod-${role}`),
  taskRoleArns: ["arn:aws:iam::123456789012:role/task", "arn:aws:iam::123456789012:role/execution"],
  scalableWorkers: ["service/prod/adhoc"],
  database: { clusterIdentifier: "db", clusterArn: "arn:aws:rds:eu-west-2:123456789012:cluster:db" },
  loadBalancer: { arnSuffix: "app/x/1", targetGroupArnSuffix: "targetgroup/x/1" },
  page: { storeArn: "arn:aws:cloudfront::123456789012:key-value-store/1", key: "state", value: "planned" },
  userAlarmNames: ["canary"],
  upgradeMinutes: 120,
  freezes: [],
  signalsTopicArn: "arn:aws:sns:eu-west-2:123456789012:alerts",
  kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
  logRetentionDays: 90,
  protect: true,
};
const make = (changes: Partial<ReleaseArgs> = {}, preview = false) =>
  build((opts) => new Release("release", { ...args, ...changes }, opts), { preview });

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}
const statements = (policy: string): readonly Statement[] =>
  (JSON.parse(policy) as { readonly Statement: readonly Statement[] }).Statement;

describe("Release", () => {
  for (const preview of [true, false]) {
    it(`makes these resources, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/eventRule:EventRule::release-ended",
        "aws:cloudwatch/eventTarget:EventTarget::release-clean-up",
        "aws:cloudwatch/logGroup:LogGroup::release-logs",
        "aws:cloudwatch/logMetricFilter:LogMetricFilter::release-events",
        "aws:cloudwatch/metricAlarm:MetricAlarm::release-errors-alarm",
        "aws:cloudwatch/metricAlarm:MetricAlarm::release-many-errors-alarm",
        "aws:dynamodb/table:Table::release-lock",
        "aws:iam/role:Role::release-clean-up-role",
        "aws:iam/role:Role::release-role",
        "aws:iam/rolePolicy:RolePolicy::release-clean-up-policy",
        "aws:iam/rolePolicy:RolePolicy::release-policy",
        "aws:sfn/stateMachine:StateMachine::release-machine",
        "moodle:release:Release::release",
      ]);
      const children = built.resources.filter(({ name }) => name !== "release");
      assert.ok(children.every(({ options }) => options.parent === built.component));
      assert.equal(isUnknown(built.get("release-machine").inputs["definition"]), preview);
      assert.equal(built.get("release-lock").options.protect, true);
    });
  }

  it("watches failures that Moodle answers with 404 or 200 beside the load balancer's errors", async () => {
    const built = await make();
    for (const role of ["errors", "many-errors"]) {
      const { metricQueries } = built.get(`release-${role}-alarm`).inputs;
      assert.match(metricQueries[0].expression, /FILL\(errors, 0\) \+ FILL\(untold, 0\)/);
      const { metric } = metricQueries.find(({ id }: { id: string }) => id === "untold");
      assert.deepEqual(metric, {
        namespace: "Moodle/Requests/prod",
        metricName: "untold-errors",
        stat: "Sum",
        period: 60,
      });
    }
  });

  it("has the stack's own revisions and digest in its definition", async () => {
    const { get } = await make();
    const { definition, type, loggingConfiguration } = get("release-machine").inputs;
    assert.equal(type, "STANDARD");
    assert.equal(loggingConfiguration.level, "ALL");
    const { States } = JSON.parse(definition) as { States: Record<string, Record<string, Record<string, unknown>>> };
    assert.equal(States["Roll web"]!["Parameters"]!["TaskDefinition"], args.taskDefinitionArns.web);
    const watched = States["Watch alarms: look"]!["Parameters"]!["AlarmNames"] as readonly string[];
    assert.deepEqual([watched.length, watched[2]], [3, "canary"]);
    assert.match(JSON.stringify(States["Is it the image that is meant?"]), new RegExp(`"sha256:${"2".repeat(64)}"`));
  });

  it("may touch this stack's tasks, services, database and lock, and all of nothing but logs", async () => {
    const { get } = await make();
    const all = statements(get("release-policy").inputs["policy"]);
    assert.deepEqual(
      all.filter(({ Resource }) => Resource.includes("*")).map(({ Sid }) => Sid),
      ["FindOneOffTasks", "SeeScaling", "WriteItsLog"],
    );
    const of = (sid: string) => all.find(({ Sid }) => Sid === sid)!.Resource;
    assert.deepEqual(of("RunOneOffTasks"), [
      "arn:aws:ecs:eu-west-2:123456789012:task-definition/prod-install:*",
      "arn:aws:ecs:eu-west-2:123456789012:task-definition/prod-upgrade:*",
      "arn:aws:ecs:eu-west-2:123456789012:task-definition/prod-cron:*",
      "arn:aws:ecs:eu-west-2:123456789012:task-definition/prod-web:*",
    ]);
    assert.deepEqual(of("GiveTasksTheirRoles"), args.taskRoleArns);
    assert.deepEqual(of("MarkWhatRuns"), [args.repositoryArn]);
    assert.ok(!all.some(({ Action }) => Action.some((action) => /rds:(Restore|Delete|Modify)/.test(action))));
    const without = statements((await make({ page: undefined })).get("release-policy").inputs["policy"]);
    assert.ok(!without.some(({ Sid }) => Sid === "TurnTheSwitch"));
  });

  it("is cleaned up after when an execution that a person started ends badly", async () => {
    const { get } = await make();
    const { detail } = JSON.parse(get("release-ended").inputs["eventPattern"]) as { detail: Record<string, unknown> };
    assert.deepEqual(detail["status"], ["FAILED", "TIMED_OUT", "ABORTED"]);
    assert.deepEqual(detail["name"], [{ prefix: "release-" }]);
    assert.equal(get("release-clean-up").inputs["input"], '{"recover":true}');
  });
});

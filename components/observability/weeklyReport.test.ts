import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { build, isUnknown } from "../../testing/build";
import { lambdaCode } from "../lib/lambdaFunction";
import { actionsFile, weeklyEntry, WeeklyReport, type WeeklyReportArgs } from "./weeklyReport";

const args: WeeklyReportArgs = {
  environment: "prod",
  slos: [{ pathClass: "login", availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3, windowDays: 28 }],
  clusterName: "prod-cluster",
  webServiceName: "web",
  taskVcpu: 2,
  logGroupNames: ["web-logs", pulumi.output("cron-logs")],
  loadBalancerArnSuffix: "app/prod-lb/0123456789abcdef",
  cacheNodeIds: ["sessions-001", pulumi.output("cache-001")],
  bucket: { bucketName: pulumi.output("logs"), arn: pulumi.output("arn:aws:s3:::logs") },
  topicArn: "arn:aws:sns:eu-west-2:123456789012:alerts",
  kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
  logRetentionDays: 90,
};
const make = (changes: Partial<WeeklyReportArgs> = {}, preview = false) =>
  build((opts) => new WeeklyReport("report", { ...args, ...changes }, opts), { preview });

describe("WeeklyReport", () => {
  for (const preview of [true, false]) {
    it(`makes these resources, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/logGroup:LogGroup::report-logs",
        "aws:iam/role:Role::report-role",
        "aws:iam/role:Role::report-schedule-role",
        "aws:iam/rolePolicy:RolePolicy::report-permissions",
        "aws:iam/rolePolicy:RolePolicy::report-schedule-policy",
        "aws:lambda/function:Function::report-function",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::report-retries",
        "aws:scheduler/schedule:Schedule::report-schedule",
        "moodle:observability:WeeklyReport::report",
      ]);
      const children = built.resources.filter(({ name }) => name !== "report");
      assert.ok(children.every(({ options }) => options.parent === built.component));
      assert.equal(isUnknown(built.get("report-function").inputs["role"]), preview);
    });
  }

  it("tells the function all that it asks CloudWatch for", async () => {
    const { SETTINGS, BUCKET, TOPIC_ARN } = (await make()).get("report-function").inputs["environment"].variables;
    assert.deepEqual(JSON.parse(SETTINGS), {
      environment: "prod",
      namespace: "Moodle/Requests/prod",
      objectives: args.slos,
      cluster: "prod-cluster",
      service: "web",
      loadBalancer: "app/prod-lb/0123456789abcdef",
      cacheNodes: ["sessions-001", "cache-001"],
      taskVcpu: 2,
      logGroups: ["web-logs", "cron-logs"],
    });
    assert.deepEqual([BUCKET, TOPIC_ARN], ["logs", args.topicArn]);
  });

  it("hands over the code that its own tests run", async () => {
    const { code, handler } = (await make()).get("report-function").inputs;
    const { "index.js": index } = await code.assets;
    assert.deepEqual([handler, await index.text], ["index.handler", lambdaCode(weeklyEntry)]);
  });

  it("hands over what is open after incidents, in the file that the function reads", async () => {
    const actions = { open: [{ action: "a", owner: "b", due: "2026-12-15" }], unreadable: ["c.md"] };
    const file = async (changes: Partial<WeeklyReportArgs>) => {
      const { assets } = (await make(changes)).get("report-function").inputs["code"];
      return JSON.parse(await (await assets)[actionsFile].text);
    };
    assert.deepEqual(await file({ actions }), actions);
    assert.deepEqual(await file({}), { open: [], unreadable: [] });
  });

  it("starts on Mondays, by a role that can start it and nothing else", async () => {
    const built = await make();
    const { scheduleExpression, scheduleExpressionTimezone, target } = built.get("report-schedule").inputs;
    assert.deepEqual([scheduleExpression, scheduleExpressionTimezone], ["cron(0 7 ? * MON *)", "UTC"]);
    assert.equal(target.arn, "arn:aws:test:eu-west-2:123456789012:report-function");
    const { Statement } = JSON.parse(built.get("report-schedule-policy").inputs["policy"]);
    assert.deepEqual([Statement[0].Action, Statement[0].Resource], [["lambda:InvokeFunction"], [target.arn]]);
  });

  it("writes below reports/ alone", async () => {
    const { Statement } = JSON.parse((await make()).get("report-permissions").inputs["policy"]);
    const of = (sid: string) => Statement.find(({ Sid }: any) => Sid === sid);
    assert.deepEqual(of("WriteReports").Resource, ["arn:aws:s3:::logs/reports/*"]);
    assert.deepEqual(of("FindReports").Condition, { StringLike: { "s3:prefix": "reports/*" } });
    assert.deepEqual(
      Statement.filter(({ Resource }: any) => Resource.includes("*")).map(({ Sid }: any) => Sid),
      ["ReadMetrics", "ReadTaskDefinition"],
    );
  });

  it("asks the logs of Moodle's tasks and no others", async () => {
    const { Statement } = JSON.parse((await make()).get("report-permissions").inputs["policy"]);
    const { Action, Resource } = Statement.find(({ Sid }: any) => Sid === "AskLogs");
    const group = "arn:aws:logs:eu-west-2:123456789012:log-group";
    assert.deepEqual(Action, ["logs:StartQuery", "logs:GetQueryResults"]);
    assert.deepEqual(
      Resource,
      ["web-logs", "cron-logs"].flatMap((name) => [`${group}:${name}`, `${group}:${name}:*`]),
    );
  });

  it("refuses what cannot be", async () => {
    await assert.rejects(make({ logRetentionDays: 8 }), /logRetentionDays: got 8/);
  });
});

import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, type BuildOptions } from "../../testing/build";
import { StatusWebhooks, type StatusWebhooksArgs } from "./statusWebhooks";

const secretArn = (name: string) => `arn:aws:secretsmanager:us-east-1:123456789012:secret:${name}-AbCdEf`;
const args: StatusWebhooksArgs = {
  bucket: { bucketName: pulumi.output("pages"), arn: pulumi.output("arn:aws:s3:::pages") },
  statusKey: "outage/status.json",
  marks: "journal/told",
  webhooks: [
    { name: "students", kind: "slack", secretArn: secretArn("slack") },
    { name: "library", kind: "json", secretArn: secretArn("json") },
  ],
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1a2b",
  logRetentionDays: 365,
};
const outputs: BuildOptions["outputs"] = {
  "aws:lambda/function:Function": (name) => ({ arn: `arn:${name}`, name }),
  "aws:cloudwatch/eventRule:EventRule": (name) => ({ arn: `arn:rule:${name}`, name }),
  "aws:sqs/queue:Queue": (name) => ({ arn: `arn:queue:${name}`, url: `url:${name}`, name }),
};
const make = (changes: Partial<StatusWebhooksArgs> = {}, options: BuildOptions = {}) =>
  build((opts) => new StatusWebhooks("told", { ...args, ...changes }, opts), { outputs, ...options });

describe("StatusWebhooks", () => {
  it("builds exactly these resources, in a preview too", async () => {
    for (const preview of [false, true]) {
      const built = await make({}, { preview });
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/eventRule:EventRule::told-library",
        "aws:cloudwatch/eventRule:EventRule::told-students",
        "aws:cloudwatch/eventTarget:EventTarget::told-library-message",
        "aws:cloudwatch/eventTarget:EventTarget::told-students-message",
        "aws:cloudwatch/logGroup:LogGroup::told-logs",
        "aws:iam/role:Role::told-role",
        "aws:iam/rolePolicy:RolePolicy::told-permissions",
        "aws:lambda/eventSourceMapping:EventSourceMapping::told-source",
        "aws:lambda/function:Function::told-function",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::told-retries",
        "aws:sqs/queue:Queue::told-failed",
        "aws:sqs/queue:Queue::told-queue",
        "aws:sqs/queuePolicy:QueuePolicy::told-policy",
        "moodle:outage:StatusWebhooks::told",
      ]);
    }
  });

  it("puts a message for each receiver into the queue when a status is written, and nobody else may", async () => {
    const built = await make();
    const { eventPattern } = built.get("told-students").inputs;
    assert.deepEqual(JSON.parse(eventPattern), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: ["pages"] }, object: { key: ["outage/status.json"] } },
    });
    const { arn, inputTransformer } = built.get("told-library-message").inputs;
    assert.equal(arn, "arn:queue:told-queue");
    const filled = inputTransformer.inputTemplate.replace("<key>", '"a"').replace("<version>", '"b"');
    assert.deepEqual(JSON.parse(filled), { webhook: "library", key: "a", versionId: "b" });
    const [statement] = JSON.parse(built.get("told-policy").inputs["policy"]).Statement;
    assert.partialDeepStrictEqual(statement, {
      Action: ["sqs:SendMessage"],
      Principal: { Service: "events.amazonaws.com" },
      Condition: { ArnEquals: { "aws:SourceArn": ["arn:rule:told-students", "arn:rule:told-library"] } },
    });
  });

  it("tries for an hour and a half, then keeps the message", async () => {
    const built = await make();
    const { visibilityTimeoutSeconds, redrivePolicy } = built.get("told-queue").inputs;
    assert.deepEqual(JSON.parse(redrivePolicy), { deadLetterTargetArn: "arn:queue:told-failed", maxReceiveCount: 20 });
    assert.equal(visibilityTimeoutSeconds * 20, 90 * 60);
    assert.equal(built.get("told-function").inputs["timeout"] * 6, visibilityTimeoutSeconds);
    assert.equal(built.get("told-source").inputs["batchSize"], 1);
  });

  it("lets the function read the status and the addresses, and nothing else", async () => {
    const built = await make();
    const [, ...statements] = JSON.parse(built.get("told-permissions").inputs["policy"]).Statement;
    assert.deepEqual(
      statements.map(({ Action, Resource }: any) => [Action, Resource]),
      [
        [["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], ["arn:queue:told-queue"]],
        [["s3:GetObjectVersion"], ["arn:aws:s3:::pages/outage/status.json"]],
        [["s3:GetObject", "s3:PutObject"], ["arn:aws:s3:::pages/journal/told/*"]],
        [["secretsmanager:GetSecretValue"], [secretArn("slack"), secretArn("json")]],
      ],
    );
    const { variables } = built.get("told-function").inputs["environment"];
    assert.deepEqual(JSON.parse(variables.WEBHOOKS), args.webhooks);
  });

  const refused: readonly [string, Partial<StatusWebhooksArgs>, RegExp][] = [
    ["no receivers", { webhooks: [] }, /webhooks: got \[\]/],
    ["a name with spaces", { webhooks: [{ ...args.webhooks[0]!, name: "a b" }] }, /webhooks\[0\]\.name: got "a b"/],
    ["a name twice", { webhooks: [args.webhooks[0]!, args.webhooks[0]!] }, /webhooks\[1\]\.name.*each name once/],
    ["logs that never end", { logRetentionDays: 0 }, /logRetentionDays: got 0/],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(changes), message));
  }
});

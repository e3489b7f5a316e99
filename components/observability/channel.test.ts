import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { build, isUnknown } from "../../testing/build";
import { lambdaCode } from "../lib/lambdaFunction";
import { Channel, type ChannelArgs, relayEntry } from "./channel";

const topic = (name: string) => `arn:aws:sns:eu-west-2:123456789012:${name}`;
const args: ChannelArgs = {
  environment: "prod",
  routes: [
    { role: "alerts", fromTopicArn: topic("alerts"), toTopicArn: topic("mail") },
    { role: "pages", fromTopicArn: topic("pages"), toTopicArn: topic("woken") },
  ],
  mailTopicArn: topic("mail"),
  links: { dashboard: "https://console.example.org/d", statusPage: "https://moodle.example.org/status" },
  kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
  logRetentionDays: 90,
};
const slack = { kind: "slack", workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" } as const;
const teams = {
  kind: "teams",
  tenantId: "12345678-1234-1234-1234-123456789012",
  teamId: "12345678-1234-1234-1234-123456789013",
  channelId: "19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
} as const;
const make = (changes: Partial<ChannelArgs> = {}, preview = false) =>
  build((opts) => new Channel("channel", { ...args, ...changes }, opts), { preview });

const common = [
  "aws:cloudwatch/logGroup:LogGroup::channel-relay-logs",
  "aws:cloudwatch/metricAlarm:MetricAlarm::channel-errors-alarm",
  "aws:iam/role:Role::channel-relay-role",
  "aws:iam/rolePolicy:RolePolicy::channel-relay-permissions",
  "aws:lambda/function:Function::channel-relay-function",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::channel-relay-retries",
  "moodle:observability:Channel::channel",
  ...["alerts", "pages"].flatMap((role) => [
    `aws:lambda/permission:Permission::channel-${role}-permission`,
    `aws:sns/topicSubscription:TopicSubscription::channel-${role}`,
  ]),
];

describe("Channel", () => {
  for (const preview of [true, false]) {
    it(`makes these resources, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      assert.deepEqual(built.identities, [...common].sort());
      const children = built.resources.filter(({ name }) => name !== "channel");
      assert.ok(children.every(({ options }) => options.parent === built.component));
      assert.equal(isUnknown(built.get("channel-relay-function").inputs["role"]), preview);
    });
  }

  it("reads each topic of signals, and writes to those with people", async () => {
    const built = await make();
    const { ROUTES, CHAT_TOPIC_ARN } = built.get("channel-relay-function").inputs["environment"].variables;
    assert.deepEqual(JSON.parse(ROUTES), { [topic("alerts")]: topic("mail"), [topic("pages")]: topic("woken") });
    assert.equal(CHAT_TOPIC_ARN, undefined);
    const { topic: from, protocol } = built.get("channel-pages").inputs;
    assert.deepEqual([from, protocol], [topic("pages"), "lambda"]);
    const { Statement } = JSON.parse(built.get("channel-relay-permissions").inputs["policy"]);
    assert.deepEqual(Statement[1].Resource, [topic("mail"), topic("woken")]);
    assert.ok(Statement.every(({ Resource }: any) => !Resource.includes("*")));
  });

  it("loses no message: what fails three times goes to the mail topic as it was, and its errors alarm there", async () => {
    const built = await make();
    const { destinationConfig, maximumRetryAttempts } = built.get("channel-relay-retries").inputs;
    assert.deepEqual([destinationConfig.onFailure.destination, maximumRetryAttempts], [topic("mail"), 2]);
    assert.deepEqual(built.get("channel-errors-alarm").inputs["alarmActions"], [topic("mail")]);
  });

  it("writes to Slack, by a topic of its own and a role that can do nothing", async () => {
    const built = await make({ chat: slack, furtherChatTopicArns: [topic("edge")] });
    const { inputs } = built.get("channel-slack");
    assert.deepEqual(
      [inputs["slackTeamId"], inputs["slackChannelId"], inputs["region"]],
      ["T07EA123LEP", "C07EZ1ABC23", "us-east-2"],
    );
    assert.match(inputs["guardrailPolicyArns"][0], /:iam::aws:policy\/CloudWatchReadOnlyAccess$/);
    const [chatTopic, further] = inputs["snsTopicArns"];
    assert.equal(further, topic("edge"));
    assert.match(chatTopic, /channel-chat-topic$/);
    assert.equal(built.get("channel-relay-function").inputs["environment"].variables.CHAT_TOPIC_ARN, chatTopic);
    assert.equal(built.get("channel-chat-topic").inputs["kmsMasterKeyId"], args.kmsKeyArn);
    assert.ok(
      !built.resources.some(
        ({ type, inputs: of }) => type.includes("rolePolicy") && of["role"] === "channel-chat-role-id",
      ),
    );
    assert.equal(built.ofType("aws:sns/topicSubscription:TopicSubscription").length, 2, "no e-mail on the chat topic");
  });

  it("writes to a chat channel that another region has made, by a topic of its own region", async () => {
    const chatTopicArn = pulumi.output(topic("edge-chat"));
    const built = await make({ chatTopicArn });
    assert.deepEqual(built.identities, [...common].sort());
    const { CHAT_TOPIC_ARN } = built.get("channel-relay-function").inputs["environment"].variables;
    assert.equal(CHAT_TOPIC_ARN, topic("edge-chat"));
    const { Statement } = JSON.parse(built.get("channel-relay-permissions").inputs["policy"]);
    assert.ok(Statement[1].Resource.includes(topic("edge-chat")));
  });

  it("or to Teams", async () => {
    const { inputs } = (await make({ chat: teams })).get("channel-teams");
    assert.deepEqual(
      [inputs["tenantId"], inputs["teamId"], inputs["channelId"]],
      [teams.tenantId, teams.teamId, teams.channelId],
    );
  });

  it("hands over the code that its own tests run", async () => {
    const { code, handler } = (await make()).get("channel-relay-function").inputs;
    const { "index.js": index } = await code.assets;
    assert.deepEqual([handler, await index.text], ["index.handler", lambdaCode(relayEntry)]);
  });

  it("refuses what cannot be", async () => {
    const error = await make({ chat: { ...slack, workspaceId: "my workspace" }, logRetentionDays: 8 }).catch(
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof pulumi.ResourceError);
    assert.match(String(error), /chat\.workspaceId: got "my workspace"[\s\S]*logRetentionDays: got 8/);
  });
});

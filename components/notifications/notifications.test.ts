import * as assert from "node:assert/strict";
import { build, settled } from "../../testing/build";
import { Notifications } from "./notifications";

const make = (email = "team@example.ac.uk", preview = false) =>
  build((opts) => new Notifications("alerts", { email, kmsKeyArn: "key-arn" }, opts), { preview });

describe("Notifications", () => {
  it("builds an encrypted topic with its policy and subscriber", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:sns/topic:Topic::alerts-topic",
      "aws:sns/topicPolicy:TopicPolicy::alerts-policy",
      "aws:sns/topicSubscription:TopicSubscription::alerts-email",
      "moodle:notifications:Notifications::alerts",
    ]);
    assert.equal(built.get("alerts-topic").inputs["kmsMasterKeyId"], "key-arn");
    assert.equal(built.get("alerts-email").inputs["endpoint"], "team@example.ac.uk");
    assert.match((await settled(built.component.topicArn))!, /:alerts-topic$/);
    for (const { name, options } of built.resources.filter((resource) => resource.name !== "alerts")) {
      assert.equal(options.parent, built.component, name);
    }
  });

  it("lets only this account's services publish, over TLS, with no condition on EventBridge", async () => {
    const { inputs } = (await make()).get("alerts-policy");
    const { Statement } = JSON.parse(inputs["policy"]) as { Statement: Record<string, unknown>[] };
    const topic = "arn:aws:test:eu-west-2:123456789012:alerts-topic";
    const common = { Action: ["sns:Publish"], Resource: [topic] };
    assert.deepEqual(Statement, [
      {
        Sid: "DenyWithoutTls",
        Effect: "Deny",
        ...common,
        Principal: { AWS: "*" },
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "AllowPublishersOfThisAccount",
        Effect: "Allow",
        ...common,
        Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
      { Sid: "AllowEventBridge", Effect: "Allow", ...common, Principal: { Service: "events.amazonaws.com" } },
    ]);
  });

  it("has further addresses, and a paging service that gets the envelope and is tried for most of an hour", async () => {
    const { get, identities } = await build(
      (opts) =>
        new Notifications(
          "pages",
          {
            furtherEmails: ["night@example.ac.uk"],
            endpoint: "https://events.example.org/key",
            failureTopicArn: "arn:tickets",
            kmsKeyArn: "key",
          },
          opts,
        ),
    );
    assert.deepEqual(
      identities.filter((one) => one.includes("Subscription")),
      [
        "aws:sns/topicSubscription:TopicSubscription::pages-email-night@example.ac.uk",
        "aws:sns/topicSubscription:TopicSubscription::pages-endpoint",
      ],
    );
    const { inputs, options } = get("pages-endpoint");
    assert.equal(inputs["protocol"], "https");
    assert.equal(inputs["rawMessageDelivery"], false);
    assert.equal(inputs["endpointAutoConfirms"], true);
    assert.deepEqual(options.additionalSecretOutputs, ["endpoint"]);
    const { numRetries, maxDelayTarget } = JSON.parse(inputs["deliveryPolicy"]).healthyRetryPolicy;
    assert.ok(numRetries * maxDelayTarget <= 3600, "SNS takes an hour at most");
    const { inputs: alarm } = get("pages-endpoint-alarm");
    assert.deepEqual(
      [alarm["metricName"], alarm["alarmActions"], alarm["okActions"]],
      ["NumberOfNotificationsFailed", ["arn:tickets"], ["arn:tickets"]],
    );
    const { numNoDelayRetries, numMinDelayRetries, minDelayTarget } = JSON.parse(
      inputs["deliveryPolicy"],
    ).healthyRetryPolicy;
    assert.ok(numMinDelayRetries * minDelayTarget < alarm["period"], "these retries are in the alarm's first minute");
    assert.ok(numNoDelayRetries + numMinDelayRetries >= alarm["threshold"], "one lost message is enough");
  });

  it("refuses an endpoint whose failures nobody hears of", async () => {
    const made = build(
      (opts) => new Notifications("pages", { endpoint: "https://events.example.org/key", kmsKeyArn: "key" }, opts),
    );
    await assert.rejects(made, /failureTopicArn/);
  });

  it("has an unknown ARN in a preview", async () => {
    const built = await make(undefined, true);
    assert.equal(await settled(built.component.topicArn), undefined);
  });

  it("refuses what is not an address", async () => {
    await assert.rejects(make("team"), /email: got "team", expected one e-mail address/);
  });
});

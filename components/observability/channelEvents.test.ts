import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { build } from "../../testing/build";
import { serviceNotices } from "./channelEvents";
import { Notices } from "./notices";

const topicArn = "arn:aws:sns:eu-west-2:123456789012:alerts";

describe("notices of services", () => {
  it("are of this environment's instances and canary, where it has them", () => {
    const all = serviceNotices({ autoScalingGroupName: "group", canaryName: "user" });
    assert.deepEqual(
      all.map(({ id }) => id),
      ["instances-failed", "aws-health", "synthetic-user-broken"],
    );
    assert.deepEqual(all[0]!.pattern["detail"], { AutoScalingGroupName: ["group"] });
    assert.deepEqual(all[2]!.pattern["detail"], { "canary-name": ["user"], "current-state": ["ERROR"] });
    assert.deepEqual(
      serviceNotices({}).map(({ id }) => id),
      ["aws-health"],
    );
  });

  it("reach the topic as one JSON object with the event in it", async () => {
    const definitions = serviceNotices({ canaryName: pulumi.output("user") });
    const { get } = await build((opts) => new Notices("notices", { definitions, topicArn, sends: true }, opts));
    const { inputTransformer, arn } = get("notices-aws-health-target").inputs;
    assert.equal(arn, topicArn);
    // EventBridge puts the event in the place of its variable.
    const sent = inputTransformer.inputTemplate.replace("<aws.events.event.json>", '{"source":"aws.health"}');
    assert.deepEqual(JSON.parse(sent), {
      notice: "aws-health",
      summary: "AWS has trouble with a service that Moodle needs, or plans a change.",
      runbook: "docs/runbooks/aws-events.md",
      event: { source: "aws.health" },
    });
    const { eventPattern } = get("notices-synthetic-user-broken").inputs;
    assert.deepEqual(JSON.parse(eventPattern).detail["canary-name"], ["user"]);
  });
});

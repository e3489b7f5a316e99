import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { build, isUnknown } from "../../testing/build";
import { LoadTest } from "./loadTest";

const make = (preview = false) =>
  build(
    (opts) =>
      new LoadTest(
        "load",
        {
          network: {
            vpcId: pulumi.output("vpc-1"),
            applicationSubnetIds: [pulumi.output("subnet-a"), pulumi.output("subnet-b")],
          },
          region: "eu-west-2",
          kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
        },
        opts,
      ),
    { preview },
  );

describe("LoadTest", () => {
  for (const preview of [true, false]) {
    it(`makes a bucket, a role and a group, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make(preview);
      assert.deepEqual(
        built.identities.filter((identity) => !identity.includes("load-results")),
        [
          "aws:ec2/securityGroup:SecurityGroup::load-generator-group",
          "aws:iam/role:Role::load-generator",
          "aws:iam/rolePolicy:RolePolicy::load-generator-policy",
          "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::load-generator-egress",
          "moodle:load-test:LoadTest::load",
        ],
      );
      assert.ok(built.identities.includes("moodle:storage:PrivateBucket::load-results"));
      const own = built.resources.filter(({ name }) => name.startsWith("load-generator") || name === "load-results");
      assert.ok(own.every(({ options }) => options.parent === built.component));
      assert.equal(isUnknown(built.get("load-generator-policy").inputs.role), preview);
    });
  }

  it("gives the generators Artillery's own queues, bucket and logs, and nothing of Moodle's", async () => {
    const built = await make();
    const { Statement } = JSON.parse(built.get("load-generator-policy").inputs.policy);
    for (const { Action, Resource } of Statement) {
      assert.ok(
        [Action].flat().every((action: string) => !action.includes("*")),
        String(Action),
      );
      assert.ok(
        [Resource].flat().every((arn: string) => arn.includes("artilleryio")),
        String(Resource),
      );
    }
    const trust = JSON.parse(built.get("load-generator").inputs.assumeRolePolicy);
    assert.deepEqual(trust.Statement[0].Principal, { Service: "ecs-tasks.amazonaws.com" });
  });

  it("lets nobody reach the generators, and them reach HTTPS only", async () => {
    const built = await make();
    assert.ok(!built.identities.some((identity) => identity.includes("IngressRule")));
    const { fromPort, toPort, ipProtocol } = built.get("load-generator-egress").inputs;
    assert.deepEqual([fromPort, toPort, ipProtocol], [443, 443, "tcp"]);
    assert.equal(built.get("load-generator-group").inputs.ingress, undefined);
  });
});

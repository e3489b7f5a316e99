import * as assert from "node:assert/strict";
import { InUse, useRules } from "./inUse";

const pairs = Object.entries(useRules).flatMap(([type, rule]) => rule.users.map((user) => [type, user, rule] as const));

describe("What AWS does not delete while it is in use", () => {
  for (const [type, user, { names = [], sameNetwork, says, source }] of pairs) {
    it(`${type} by ${user}`, () => {
      assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
      for (const property of sameNetwork === true ? ["vpcId"] : ["id", "arn", ...names]) {
        const outputs = { arn: "arn:x", [property]: property === "id" ? "x-1" : "named" };
        const known = new InUse();
        known.keep(type, "x-1", outputs);
        if (sameNetwork === true) {
          known.keep("aws:ec2/subnet:Subnet", "subnet-1", { vpcId: "named" });
        }
        const inPlace = sameNetwork === true ? "subnet-1" : (outputs[property] ?? "");
        known.keep(user, "user-1", { deep: [{ down: inPlace }] });
        known.keep(user, "user-2", { deep: [{ down: "another" }] });
        const words = new RegExp(says.slice(0, 20).replaceAll(/[.*()[\]]/g, "\\$&"));
        assert.throws(() => known.check(type, "x-1", outputs), words, property);
        known.forget(user, "user-1");
        known.check(type, "x-1", outputs);
      }
    });
  }

  it("is a load balancer's network too: what CloudFront reaches through it keeps the gateway", () => {
    const known = new InUse();
    const gateway = "aws:ec2/internetGateway:InternetGateway";
    known.keep(gateway, "igw-1", { vpcId: "vpc-1" });
    known.keep("aws:lb/loadBalancer:LoadBalancer", "arn:lb", { vpcId: "vpc-1" });
    known.keep("aws:cloudfront/vpcOrigin:VpcOrigin", "vo-1", { vpcOriginEndpointConfig: { arn: "arn:lb" } });
    assert.throws(() => known.check(gateway, "igw-1", { vpcId: "vpc-1" }), /mapped public address/);
    known.check(gateway, "igw-2", { vpcId: "vpc-2" });
  });

  it("says nothing of what it has not seen: state outlives the stand-ins", () => {
    const known = new InUse();
    known.keep("aws:lb/listener:Listener", "l", { defaultActions: [{ targetGroupArn: "arn:tg" }] });
    known.check("aws:lb/targetGroup:TargetGroup", "arn:tg", { arn: "arn:tg" });
  });
});

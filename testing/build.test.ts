import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled } from "./build";

class Pair extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  constructor(name: string, opts: pulumi.ComponentResourceOptions, call = false) {
    super("test:index:Pair", name, {}, opts);
    const vpc = new aws.ec2.Vpc(`${name}-vpc`, { cidrBlock: "10.0.0.0/16" }, { parent: this, protect: true });
    new aws.ec2.Subnet(`${name}-subnet`, { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" }, { parent: this });
    if (call) {
      new aws.ec2.Subnet(`${name}-x`, { vpcId: aws.ec2.getVpcOutput({ id: "x" }).id }, { parent: this });
    }
    this.vpcId = vpc.id;
    this.registerOutputs({ vpcId: vpc.id });
  }
}

describe("build", () => {
  it("records the inputs, options and exact identities of every child", async () => {
    const built = await build((opts) => new Pair("a", opts));
    assert.deepEqual(built.identities, [
      "aws:ec2/subnet:Subnet::a-subnet",
      "aws:ec2/vpc:Vpc::a-vpc",
      "test:index:Pair::a",
    ]);
    assert.equal(built.get("a-subnet").inputs["vpcId"], "a-vpc-id");
    assert.equal(built.get("a-vpc").options.protect, true);
    assert.equal(await settled(built.component.vpcId), "a-vpc-id");
  });

  it("leaves ids unknown in a preview", async () => {
    const built = await build((opts) => new Pair("a", opts), { preview: true });
    assert.equal(await settled(built.component.vpcId), undefined);
    assert.equal(built.get("a-vpc").inputs["cidrBlock"], "10.0.0.0/16");
    assert.ok(isUnknown(built.get("a-subnet").inputs["vpcId"]));
  });

  it("refuses a provider function that it has no answer for", async () => {
    await assert.rejects(
      build((opts) => new Pair("a", opts, true)),
      /aws:ec2\/getVpc:getVpc, which this test has no answer for/,
    );
  });
});

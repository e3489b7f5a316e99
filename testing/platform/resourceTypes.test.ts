import * as assert from "node:assert/strict";
import { replacements } from "../../offline/providers/replacements";
import { shapeOf } from "../../offline/providers/sdk";
import { resourceTypes } from "../../policies/lib/resourceTypes";

const rows = Object.entries(resourceTypes);
/** Types that a stack of this repository may have. */
const ours = rows.filter(([, { charged }]) => charged !== undefined);
const oursThatHold = ours.filter(([, { holds }]) => holds !== undefined);

/**
 * Take subnets of any tier, so that their use says nothing about a subnet: the control plane of EKS takes those of its
 * load balancers too. App Runner names a connector, which has the subnets.
 */
const ofAnyTier = new Set([
  "aws:apprunner/service:Service",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  "aws:eks/cluster:Cluster",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:rds/proxy:Proxy",
]);

/**
 * The inputs through which a type of the provider takes subnets; not the name of a subnet group, which is another type.
 */
function subnetInputs(type: string): readonly string[] {
  const inputs = [...(shapeOf(type)?.inputs ?? [])];
  return inputs.filter((name) =>
    /^(subnets|subnetIds?|vpcSubnetIds|vpcZoneIdentifiers|vpcConfig|vpcOptions|networkConfiguration)$/.test(name),
  );
}

describe("The table of resource types", () => {
  it("says through which property each type takes its subnets, by the provider's own inputs", () => {
    const silent = rows.filter(
      ([type, { subnets }]) => subnets === undefined && !ofAnyTier.has(type) && subnetInputs(type).length > 0,
    );
    assert.deepEqual(
      silent.map(([type]) => `${type}: ${subnetInputs(type).join(", ")}`),
      [],
    );
    for (const [type, { subnets }] of rows) {
      const [input] = subnets?.path.split(".") ?? [];
      assert.ok(input === undefined || shapeOf(type)?.inputs.has(input), `${type} has no input ${input}`);
    }
  });

  it("says what watches each of ours that holds data", () => {
    const silent = oursThatHold.filter(([, { watched }]) => watched === undefined);
    assert.deepEqual(
      silent.map(([type]) => type),
      [],
    );
  });

  it("draws each of ours that is in the data tier", () => {
    const silent = ours.filter(([, { subnets, drawn }]) => subnets?.tier === "data" && drawn === undefined);
    assert.deepEqual(
      silent.map(([type]) => type),
      [],
    );
  });

  it("has for each of ours that holds data the changes at which AWS replaces it", () => {
    const silent = oursThatHold.filter(([type]) => !(type in replacements));
    assert.deepEqual(
      silent.map(([type]) => type),
      [],
      "Without them the gate takes a replacement for an update in place. Fix: offline/providers/replacements.ts.",
    );
  });
});

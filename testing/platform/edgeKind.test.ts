import * as assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Access } from "../../components/load-balancer/access";
import { LoadBalancer } from "../../components/load-balancer/loadBalancer";
import { destroy, type RunOptions, type RunResult, stopStandIns, up } from "../../offline/engine";
import { root } from "../../offline/stackFiles";

const external: Access = { kind: "cidrs", cidrs: ["198.51.100.0/24", "2001:db8::/32"] };

/** The load balancer and what runs behind it, as stacks/ puts them together. */
function site(access: Access, deletionProtection = false): object {
  const provider = new aws.Provider("regional", { region: "eu-west-2" });
  const subnets = (tier: string) => ["a", "b"].map((zone) => pulumi.output(`subnet-${tier}-${zone}`));
  const loadBalancer = new LoadBalancer(
    "edge",
    {
      network: {
        vpcId: pulumi.output("vpc-1"),
        publicSubnetIds: subnets("public"),
        applicationSubnetIds: subnets("application"),
      },
      access,
      domain: "moodle.example.org",
      certificateArn: "arn:aws:acm:eu-west-2:123456789012:certificate/1",
      originSecrets: ["x".repeat(40)],
      idleTimeoutSeconds: 60,
      deregistrationDelaySeconds: 60,
      accessLogsBucket: "logs",
      deletionProtection,
    },
    { provider },
  );
  new aws.ecs.Service(
    "web",
    {
      cluster: "c",
      taskDefinition: "t",
      loadBalancers: [{ targetGroupArn: loadBalancer.targetGroupArn, containerName: "nginx", containerPort: 8080 }],
    },
    { provider },
  );
  return { targetGroupArn: loadBalancer.targetGroupArn };
}

describe("another kind of edge on a running stack", () => {
  const stack = "edge-kind";
  const deploy = (access: Access, more: RunOptions = {}, deletionProtection = false) =>
    up(stack, { quiet: true, policyPacks: [], program: () => site(access, deletionProtection), ...more });
  const worked = (result: RunResult) => {
    assert.ok(result.ok, result.printed);
    return result;
  };
  const clear = () => rmSync(join(root, ".offline", stack), { recursive: true, force: true });
  before(clear);
  after(async () => {
    await destroy(stack, { quiet: true });
    stopStandIns();
    clear();
  });

  it("moves the service to a load balancer and target group of their own, and back", async () => {
    const first = worked(await deploy({ kind: "cloudfront" }));
    const away = worked(await deploy(external));
    assert.notEqual(away.outputs["targetGroupArn"], first.outputs["targetGroupArn"]);
    const operation = (name: string) => away.resources.find((resource) => resource.name === name)?.operation;
    for (const name of ["edge-alb", "edge-tg", "edge-http", "edge-https", "edge-site"]) {
      assert.match(operation(name) ?? "", /replace/, name);
    }
    assert.equal(operation("web"), "update");
    assert.deepEqual(Object.keys(worked(await deploy(external)).changes), ["same"]);
    worked(await deploy({ kind: "cloudfront" }));
  });

  it("works for any other reason to replace the load balancer", async () => {
    const transform: RunOptions["transform"] = ({ type, props, opts }) =>
      type === "aws:lb/loadBalancer:LoadBalancer" ? { props: { ...props, name: "renamed" }, opts } : undefined;
    worked(await deploy({ kind: "cloudfront" }, { transform }));
  });

  it("would be refused by AWS if the target group stayed", async () => {
    const transform: RunOptions["transform"] = ({ type, props, opts }) =>
      type === "aws:lb/targetGroup:TargetGroup"
        ? { props, opts: { ...opts, replacementTrigger: undefined, ignoreChanges: ["*"] } }
        : undefined;
    const { ok, printed } = await deploy(external, { transform });
    assert.equal(ok, false);
    assert.match(printed, /TargetGroupAssociationLimit/);
    await destroy(stack, { quiet: true });
  });

  it("stops at its end while AWS protects the old load balancer from deletion", async () => {
    worked(await deploy(external, {}, true));
    const { ok, printed } = await deploy({ kind: "cloudfront" }, {}, true);
    assert.equal(ok, false);
    assert.match(printed, /OperationNotPermitted: Load balancer cannot be deleted/);
  });
});

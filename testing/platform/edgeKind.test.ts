import * as assert from "node:assert/strict";
import { destroy, preview, type RunOptions, type RunResult, stopStandIns, up } from "../../offline/engine";

const external = JSON.stringify({ kind: "external", allowedCidrs: ["198.51.100.0/24", "2001:db8::/32"] });

function changed(result: RunResult, name: string): string | undefined {
  return result.resources.find((resource) => resource.name === name)?.operation;
}

describe("moodle:edge.kind on a running stack", function () {
  this.timeout(900_000);
  const options: RunOptions = { run: "edge-kind", quiet: true, policyPacks: [] };
  const deploy = async (config: Record<string, string> = {}, more: RunOptions = {}) => {
    const result = await up("dev", { ...options, config, ...more });
    assert.ok(result.ok, result.printed);
    return result;
  };
  before(() => deploy());
  after(async () => {
    await destroy("dev", options);
    stopStandIns();
  });

  it("moves the tasks to a load balancer and target group of their own, and back", async () => {
    const away = await deploy({ "moodle:edge": external });
    assert.equal(away.outputs["distributionId"], undefined);
    assert.match(String(away.outputs["domainTarget"]), /\.elb\.amazonaws\.com$/);
    const again = await preview("dev", { ...options, config: { "moodle:edge": external } });
    assert.deepEqual(Object.keys(again.changes), ["same"], again.printed);

    const back = await deploy();
    assert.match(String(back.outputs["domainTarget"]), /\.cloudfront\.net$/);
  });

  it("replaces the target group with the load balancer, and the service stays", async () => {
    const planned = await preview("dev", { ...options, config: { "moodle:edge": external } });
    for (const name of ["dev-lb-alb", "dev-lb-tg", "dev-lb-http", "dev-lb-https", "dev-lb-site"]) {
      assert.equal(changed(planned, name), "replace", name);
    }
    assert.equal(changed(planned, "dev-moodle-web-service"), "update");
  });

  it("is one of the ways to another load balancer, and any other works as well", async () => {
    await deploy(
      {},
      {
        transform: ({ type, props, opts }) =>
          type === "aws:lb/loadBalancer:LoadBalancer" ? { props: { ...props, name: "renamed" }, opts } : undefined,
      },
    );
  });
});

import assert from "node:assert/strict";
import { changesOf } from "./changes";
import { resource } from "./example";
import { unfitInstances } from "./instances";

const arn = (name: string) => `arn:aws:ecs:eu-west-2:123456789012:task-definition/${name}:1`;
const platform = (cpuArchitecture: string) => ({ operatingSystemFamily: "LINUX", cpuArchitecture });
const task = (name: string, inputs: Record<string, unknown>) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", name, { inputs, outputs: { arn: arn(name) } });
const service = (name: string, of: string) =>
  resource("aws:ecs/service:Service", name, { inputs: { taskDefinition: arn(of) } });
const template = (instanceType: string, operation: string) =>
  resource("aws:ec2/launchTemplate:LaunchTemplate", "prod-cluster-template", {
    operation,
    inputs: { imageId: `image for ${instanceType}`, instanceType },
  });

describe("Another instance type in a plan", () => {
  const web = task("web", { cpu: "1024", memory: "6144", runtimePlatform: platform("ARM64") });
  const any = task("cron", { cpu: "512", memory: "2048" });
  // Run once by a release, from the newest revision: never drained.
  const upgrade = task("upgrade", { cpu: "512", memory: "2048", runtimePlatform: platform("ARM64") });
  const rest = [web, any, upgrade, service("web-service", "web"), service("cron-service", "cron")];
  const faults = (type: string, before = rest) => {
    const [base, head] = [
      [template("m7g.large", "same"), ...before],
      [template(type, "update"), ...before],
    ];
    const tree = (resources: typeof base) => ({
      plan: { ok: true, resources, violations: [], diagnostics: [] },
      deployed: resources,
      settings: undefined,
    });
    return unfitInstances(changesOf({ stack: "prod", base: tree(base), head: tree(head) }), base);
  };

  it("is a fault for each running task that it cannot hold", () => {
    assert.deepEqual(
      faults("m6i.large").map((fault) => /while (\S+) is in operation/.exec(fault)?.[1]),
      ["web"],
    );
    assert.match(faults("t4g.medium").join("\n"), /^web, which is in operation: got .* MiB on t4g\.medium\. /);
  });

  it("is none for tasks of any architecture, and in the same family", () => {
    assert.deepEqual(faults("m6i.large", [any, upgrade, service("cron-service", "cron")]), []);
    assert.deepEqual(faults("m7g.2xlarge"), []);
  });
});

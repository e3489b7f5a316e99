import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { Cluster } from "../../components/cluster/cluster";
import { destroy, preview, stopStandIns, up } from "../../offline/engine";
import { type Outside, outsideVariable } from "../../offline/providers/outside";

/** A stack without its own file: the cluster alone. */
const stack = "instance-change";
const prefix = "arn:aws:ecs:eu-west-2:123456789012";

const program = (instanceType: string, architecture: "arm64" | "x86_64") => () => {
  const provider = new aws.Provider("london", { region: "eu-west-2" });
  const cluster = new Cluster(
    "cluster",
    {
      network: { vpcId: "vpc-1", applicationSubnetIds: ["subnet-1", "subnet-2"] },
      capacity: { kind: "ec2", architecture, instanceTypes: [instanceType], minInstances: 2, maxInstances: 4 },
      kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
      logRetentionDays: 30,
    },
    { provider },
  );
  return { clusterName: cluster.clusterName };
};

interface Revision {
  readonly arch?: "ARM64" | "X86_64";
  readonly cpu?: number;
  readonly memory?: number;
}

describe("another instance type, on the real engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "moodle-instances-"));
  const file = join(folder, "outside.json");
  const options = { run: stack, quiet: true, policyPacks: [] };
  let clusterName = "";

  /** What AWS has in operation: services by name, each with the revisions of its deployments, the newest first. */
  const running = (services: Readonly<Record<string, readonly Revision[]>>, more: Outside = {}) => {
    const arn = (name: string, at: number) => `${prefix}:task-definition/moodle-${name}:${7 - at}`;
    const answers: Record<string, Outside[string]> = {
      "aws:resourcegroupstaggingapi/getResources:getResources::ecs:service": {
        resourceTagMappingLists: [
          ...Object.keys(services).map((name) => `${prefix}:service/${clusterName}/${name}`),
          `${prefix}:service/another-cluster/theirs`,
        ].map((resourceArn) => ({ resourceArn, tags: {} })),
      },
    };
    for (const [name, revisions] of Object.entries(services)) {
      answers[`aws:ecs/getService:getService::${name}`] = {
        taskDefinition: arn(name, 0),
        deployments: revisions.map((_, at) => ({ taskDefinition: arn(name, at) })),
      };
      revisions.forEach(({ arch, cpu = 1024, memory = 6144 }, at) => {
        answers[`aws:ecs/getTaskDefinition:getTaskDefinition::${arn(name, at)}`] = {
          cpu: String(cpu),
          memory: String(memory),
          runtimePlatforms: arch === undefined ? [] : [{ cpuArchitecture: arch, operatingSystemFamily: "LINUX" }],
        };
      });
    }
    writeFileSync(file, JSON.stringify({ ...answers, ...more }));
  };
  const planned = (type: string, architecture: "arm64" | "x86_64") =>
    preview(stack, { ...options, program: program(type, architecture) });

  before(async () => {
    await stopStandIns();
    process.env[outsideVariable] = file;
    const made = await up(stack, { ...options, program: program("m7g.large", "arm64") });
    assert.ok(made.ok, made.printed);
    clusterName = String(made.outputs["clusterName"]);
  });
  after(async () => {
    await destroy(stack, { ...options, program: program("m7g.large", "arm64") });
    delete process.env[outsideVariable];
    await stopStandIns();
    rmSync(folder, { recursive: true });
  });

  it("is refused while a task in operation runs on the other architecture only, in the preview and in the update", async () => {
    running({ web: [{}], cron: [{ arch: "ARM64" }] });
    for (const run of [preview, up]) {
      const result = await run(stack, { ...options, program: program("m6i.large", "x86_64") });
      assert.equal(result.ok, false, result.printed);
      assert.match(
        result.printed,
        /moodle:cluster\.instanceType: got "m6i\.large", expected a type for ARM64, while moodle-cron:7 is in operation/,
      );
      assert.doesNotMatch(result.printed, /moodle-web/);
    }
    // Nothing was changed: the same program has nothing to do.
    const same = await planned("m7g.large", "arm64");
    assert.deepEqual(Object.keys(same.changes), ["same"], same.printed);
  });

  it("is refused while a release that goes back would find no place", async () => {
    running({ web: [{}, { arch: "ARM64" }] });
    const result = await planned("m6i.large", "x86_64");
    assert.equal(result.ok, false);
    assert.match(result.printed, /moodle-web:6 is in operation/);
  });

  it("is refused while a task in operation is larger than the new instances", async () => {
    running({ web: [{ memory: 6144 }] });
    const result = await planned("t4g.medium", "arm64");
    assert.equal(result.ok, false);
    assert.match(result.printed, /moodle-web:7, which is in operation: got .*6144.* MiB on t4g\.medium/);
  });

  it("is refused when what runs cannot be looked up", async () => {
    running({ web: [{}] }, { "aws:ecs/getService:getService::web": null });
    const result = await planned("m6i.large", "x86_64");
    assert.equal(result.ok, false);
    assert.match(result.printed, /finds no serviceName "web"/);
  });

  it("is planned where the tasks in operation run on it, and where no service is there yet", async () => {
    const fitting: readonly Readonly<Record<string, readonly Revision[]>>[] = [
      { web: [{}], cron: [{ arch: "X86_64", memory: 2048 }] },
      {},
    ];
    for (const services of fitting) {
      running(services);
      const result = await planned("m6i.large", "x86_64");
      assert.ok(result.ok, result.printed);
      assert.equal(result.resources.find(({ name }) => name === "cluster-template")?.operation, "update");
    }
  });

  it("is not looked up when only something else of the template changes", async () => {
    writeFileSync(file, "{}");
    const other = () => {
      const outputs = program("m7g.large", "arm64");
      return outputs();
    };
    const result = await preview(stack, {
      ...options,
      program: other,
      transform: ({ type, props, opts }) =>
        type === "aws:ec2/launchTemplate:LaunchTemplate" ? { props: { ...props, description: "x" }, opts } : undefined,
    });
    assert.ok(result.ok, result.printed);
    assert.equal(result.resources.find(({ name }) => name === "cluster-template")?.operation, "update");
  });
});

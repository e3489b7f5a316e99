import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as fc from "fast-check";
import { needPython } from "../../testing/leftOut";
import {
  assumptionOf,
  instanceLimits,
  instanceTypeProblems,
  instanceTypes,
  taskFitProblems,
  taskMemoryMib,
  tasksPerInstance,
  type InstanceLimits,
} from "./instanceTypes";

const limits = (type: string): InstanceLimits => instanceTypes[type]!;

describe("instanceTypes", () => {
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/eni-trunking-supported-instance-types.html
  for (const [type, architecture, vcpus, memoryMib, tasks, tasksWithTrunking] of [
    ["t4g.medium", "arm64", 2, 4096, 2, undefined],
    ["t3.large", "x86_64", 2, 8192, 2, undefined],
    ["c7g.large", "arm64", 2, 4096, 2, 10],
    ["m7g.xlarge", "arm64", 4, 16384, 3, 20],
    ["r7g.2xlarge", "arm64", 8, 65536, 3, 40],
    ["m6i.4xlarge", "x86_64", 16, 65536, 7, 60],
  ] as const) {
    it(`knows ${type}`, () => {
      assert.deepEqual(limits(type), { architecture, vcpus, memoryMib, tasks, tasksWithTrunking });
    });
  }

  it("knows families of today, and takes a newer one for an older one of its kind, which it says", () => {
    assert.deepEqual(limits("m8g.large"), limits("m7g.large"));
    assert.deepEqual(instanceLimits("r99gd.2xlarge"), limits("r7g.2xlarge"));
    assert.deepEqual(instanceLimits("m99i.large"), limits("m7i.large"));
    assert.match(assumptionOf("r99gd.2xlarge")!, /is taken for r7g\.2xlarge, with 8 vCPUs, 65536 MiB and 3 tasks/);
    assert.equal(assumptionOf("m8g.large"), undefined);
    for (const type of [
      "m99g.metal",
      "x99g.large",
      "m5.large",
      "m7i-flex.large",
      "m7g.12xlarge",
      "t9g.large",
      "large",
    ]) {
      assert.equal(instanceLimits(type), undefined, type);
    }
  });

  it("has what moto's copy of EC2's answer has", function () {
    needPython(this, "moto");
    const script = [
      "import gzip, json, moto.ec2, os",
      "path = os.path.join(os.path.dirname(moto.ec2.__file__), 'resources/instance_types.json.gz')",
      "print(json.dumps({name: [info['VCpuInfo']['DefaultVCpus'], info['MemoryInfo']['SizeInMiB'],",
      "  info['NetworkInfo']['MaximumNetworkInterfaces'] - 1] for name, info in json.load(gzip.open(path)).items()}))",
    ].join("\n");
    const python = join(__dirname, "../../.offline/moto/bin/python");
    const options = { encoding: "utf8", maxBuffer: 2 ** 24 } as const;
    const theirs = JSON.parse(execFileSync(python, ["-c", script], options)) as Record<string, unknown>;
    const ours = Object.entries(instanceTypes).filter(([type]) => theirs[type] !== undefined);
    assert.ok(ours.length > 300, String(ours.length));
    for (const [type, { vcpus, memoryMib, tasks }] of ours) {
      assert.deepEqual([vcpus, memoryMib, tasks], theirs[type], type);
    }
  });
});

describe("tasksPerInstance", () => {
  it("is bound by network interfaces first", () => {
    const small = { cpu: 256, memoryMib: 512 };
    assert.equal(tasksPerInstance(limits("m7g.large"), small), 2);
    assert.equal(tasksPerInstance(limits("m7g.2xlarge"), small), 3);
    assert.equal(tasksPerInstance(limits("m7g.large"), small, true), 8);
  });
  it("is bound by CPU and by memory as well", () => {
    assert.equal(tasksPerInstance(limits("m7g.xlarge"), { cpu: 2048, memoryMib: 1024 }), 2);
    assert.equal(tasksPerInstance(limits("m7g.xlarge"), { cpu: 256, memoryMib: 8192 }), 1);
  });
  it("never takes more than there is", () => {
    const task = fc.record({
      cpu: fc.integer({ min: 128, max: 4096 }),
      memoryMib: fc.integer({ min: 128, max: 8192 }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(instanceTypes)), task, fc.boolean(), (instance, size, trunking) => {
        const tasks = tasksPerInstance(instance, size, trunking);
        assert.ok(tasks * size.cpu <= instance.vcpus * 1024);
        assert.ok(tasks * size.memoryMib <= taskMemoryMib(instance));
      }),
    );
  });
});

describe("instanceTypeProblems", () => {
  it("accepts a type of the cluster's architecture", () => {
    assert.deepEqual(instanceTypeProblems("x", "m7g.large", "arm64"), []);
  });
  it("tells a wrong architecture from an unknown type", () => {
    assert.match(instanceTypeProblems("x", "m6i.large", "arm64")[0]!.fix, /It is x86_64 and the cluster is arm64/);
    const [problem] = instanceTypeProblems("x", "m7g.metal", "arm64");
    assert.match(problem!.allowed, /an arm64 type from medium to 8xlarge of c6g, .*m8g, /);
    assert.match(problem!.fix, /like m7g\.large/);
  });
});

describe("taskFitProblems", () => {
  it("refuses a task that no instance can hold", () => {
    assert.deepEqual(taskFitProblems("web", { cpu: 1024, memoryMib: 3072 }, "m7g.large"), []);
    assert.equal(taskFitProblems("web", { cpu: 2048, memoryMib: 8192 }, "m7g.large").length, 1);
  });
});

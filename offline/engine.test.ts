import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { destroy, preview, type RunOptions, type RunResult, stopStandIns, unknownValue, up } from "./engine";
import * as commands from "../tools/lib/command";
import { network } from "./fixtures/network";
import { occupy, prepare, root } from "./stackFiles";
import { resolveCli } from "./cli/resolve";

const fixturePolicies = [{ path: join(root, "offline", "fixtures", "policies") }];

/** A stack without its own file, so that none of the repository's settings takes part. */
const stack = "offline-test";

function options(program: () => unknown, more: RunOptions = {}): RunOptions {
  return { run: stack, program, policyPacks: [], quiet: true, ...more };
}

function get(result: RunResult, name: string) {
  const found = result.resources.find((resource) => resource.name === name);
  assert.ok(found, `${name}: ${result.printed}`);
  return found;
}

function london(): aws.Provider {
  return new aws.Provider("london", { region: "eu-west-2" });
}

describe("the offline engine", () => {
  // Each run of the engine takes about a second, four or five on a machine that is busy.
  before(() => rmSync(join(root, ".offline", stack), { recursive: true, force: true }));
  after(() => stopStandIns());

  it("refuses a destroy in an order that AWS refuses, and takes the right one", async () => {
    /** A service names its capacity provider by text. @param order Whether the provider is made first, so deleted last. */
    const program = (order: "right" | "wrong") => () => {
      const opts = { provider: london() };
      const providers = (more: pulumi.Resource[]) =>
        new aws.ecs.CapacityProvider(
          "instances",
          { name: "instances", autoScalingGroupProvider: { autoScalingGroupArn: "arn:aws:autoscaling:x" } },
          { ...opts, dependsOn: more },
        );
      const service = (more: pulumi.Resource[]) =>
        new aws.ecs.Service(
          "web",
          { capacityProviderStrategies: [{ capacityProvider: "instances", weight: 1 }] },
          { ...opts, dependsOn: more },
        );
      return order === "right" ? service([providers([])]) : providers([service([])]);
    };
    for (const order of ["right", "wrong"] as const) {
      const own = options(program(order), { run: `order-${order}` });
      const made = await up(stack, own);
      assert.ok(made.ok, made.printed);
      const gone = await destroy(stack, own);
      assert.equal(gone.ok, order === "right", gone.printed);
      if (order === "wrong") {
        assert.match(gone.printed, /ResourceInUseException: The capacity provider is in use/);
        rmSync(join(root, ".offline", `order-${order}`), { recursive: true, force: true });
      }
    }
  });

  it("previews, deploys, sees no change, replaces and deletes", async () => {
    const planned = await preview(stack, options(network));
    assert.ok(planned.ok, planned.printed);
    assert.equal(get(planned, "main").outputs["cidrBlock"], "10.0.0.0/16");
    assert.equal(get(planned, "main").outputs["arn"], unknownValue);
    assert.equal(get(planned, "a").inputs["vpcId"], unknownValue);
    assert.equal(get(planned, "files").protect, true);
    assert.deepEqual(
      planned.resources.filter(({ parent }) => parent.includes("awsx:ecr")).map(({ type, name }) => `${type}::${name}`),
      ["aws:ecr/repository:Repository::app", "aws:ecr/lifecyclePolicy:LifecyclePolicy::app"],
    );

    const made = await up(stack, options(network));
    assert.ok(made.ok, made.printed);
    assert.match(String(made.outputs["vpcId"]), /^vpc-[0-9a-f]{17}$/);
    assert.equal(made.outputs["subnetVpc"], made.outputs["vpcId"]);
    assert.match(String(made.outputs["topicArn"]), /^arn:aws:sns:us-east-1:/);
    assert.match(String(made.outputs["repositoryUrl"]), /\.dkr\.ecr\.eu-west-2\.amazonaws\.com\/app-[0-9a-f]{7}$/);
    assert.equal(made.outputs["password"], "[secret]");
    assert.deepEqual(get(made, "main").outputs["tagsAll"], { owner: "platform", Name: "main" });
    const state = readFileSync(join(root, ".offline", stack, "state", ".pulumi", "stacks", "moodle", `${stack}.json`));
    assert.match(state.toString(), /"ciphertext":"v1:/);
    assert.doesNotMatch(state.toString(), /"result":"/);

    const again = await up(stack, options(network));
    assert.deepEqual(again.changes, { same: 11 }, again.printed);

    const changed = await preview(
      stack,
      options(() => network({ vpcCidr: "10.1.0.0/16" })),
    );
    assert.equal(changed.changes["replace"], 2, "the network, and the subnet in it");
    assert.equal(get(changed, "main").inputs["cidrBlock"], "10.1.0.0/16", "the new state, not what is replaced");
    assert.deepEqual(get(changed, "main").replaceKeys, ["cidrBlock"]);

    const gone = await destroy(stack, options(network));
    assert.ok(gone.ok);
    assert.match(gone.printed, /protected resources are unprotected/);
    assert.equal(existsSync(join(root, ".offline", stack)), false);
  });

  it("writes no log of the engine's own, which takes half of its time", async () => {
    const logs = join(root, ".offline", "home", "logs");
    rmSync(logs, { recursive: true, force: true });
    mkdirSync(logs);
    writeFileSync(join(logs, "pulumi-before.log"), "of a run of the engine alone");
    assert.ok((await preview(stack, options(network))).ok);
    assert.equal(statSync(logs).size, 0);
    assert.ok(statSync(logs).isFile());
  });

  it("fails on an unknown function, by name", async () => {
    const result = await preview(
      stack,
      options(() => ({ id: aws.ec2.getAmiOutput({}, { provider: london() }).id })),
    );
    assert.equal(result.ok, false);
    assert.match(result.printed, /does not know the function aws:ec2\/getAmi:getAmi; add it to offline\/providers/);
  });

  it("fails on a misspelt input, which only a transformation gets past the SDK", async () => {
    const result = await preview(
      stack,
      options(() => void new aws.ec2.Vpc("main", {}, { provider: london() }), {
        transform: ({ type, props, opts }) =>
          type === "aws:ec2/vpc:Vpc" ? { props: { ...props, cidrBlok: "10.0.0.0/16" }, opts } : undefined,
      }),
    );
    assert.equal(result.ok, false);
    assert.match(result.printed, /has no input "cidrBlok"; did you mean "cidrBlock"\?/);
  });

  it("fails on a resource whose provider has no region", async () => {
    const result = await preview(
      stack,
      options(() => void new aws.ec2.Vpc("main", { cidrBlock: "10.0.0.0/16" })),
    );
    assert.equal(result.ok, false);
    assert.match(result.printed, /has no provider with a region/);
  });

  it("judges by a policy pack, and lets a transformation break one rule", async () => {
    const good = await preview(stack, options(network, { policyPacks: fixturePolicies }));
    assert.deepEqual([good.ok, good.violations], [true, []], good.printed);
    const bad = await preview(
      stack,
      options(network, {
        policyPacks: fixturePolicies,
        transform: ({ type, props, opts }) =>
          type === "aws:s3/bucket:Bucket" ? { props: { ...props, forceDestroy: true }, opts } : undefined,
      }),
    );
    assert.equal(bad.ok, false);
    assert.deepEqual(
      bad.violations.map(({ policy, level, urn }) => [policy, level, urn?.split("::").at(-1)]),
      [["buckets-are-never-force-destroyed", "mandatory", "files"]],
    );
    assert.equal(bad.printed.split("Leave out forceDestroy.").length, 2, "shown once");
  });

  it("runs several previews at once, each in its own folder", async () => {
    const names = ["offline-test-1", "offline-test-2", "offline-test-3"];
    const results = await Promise.all(
      names.map((run, index) =>
        preview(
          stack,
          options(() => network({ vpcCidr: `10.${index}.0.0/16` }), { run }),
        ),
      ),
    );
    assert.deepEqual(
      results.map((result) => get(result, "main").inputs["cidrBlock"]),
      ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"],
    );
    names.forEach((run) => rmSync(join(root, ".offline", run), { recursive: true, force: true }));
  });

  it("leaves the caller its modules, although the program gets new ones", async () => {
    const result = await preview("dev", { run: "modules", quiet: true, policyPacks: [] });
    assert.ok(result.ok, result.printed);
    assert.equal((require("../tools/lib/command") as typeof commands).Refused, commands.Refused);
  });

  it("forgets a run that is over, or hundreds of them would fill the memory", async () => {
    const made: WeakRef<object>[] = [];
    const program = () => {
      made.push(new WeakRef(new aws.ec2.Vpc("forgotten", { cidrBlock: "10.0.0.0/16" }, { provider: london() })));
    };
    // The SDK itself keeps the first and the last run of a process.
    for (let run = 0; run < 3; run += 1) {
      const result = await preview(stack, options(program));
      assert.ok(result.ok, result.printed);
    }
    assert.equal(made.length, 3);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // The SDK's clients hold a run until they have been idle for some seconds, on a busy machine for longer.
    const until = performance.now() + 60_000;
    while (made[1]!.deref() !== undefined && performance.now() < until) {
      await sleep(1000);
      collect();
    }
    assert.equal(made[1]!.deref(), undefined, "the second of three runs is still in memory a minute after its end");
  });

  it("replaces encrypted settings by a placeholder, and leaves the user's files alone", async () => {
    const file = join(root, "Pulumi.offline-secret.yaml");
    const content = "encryptionsalt: v1:x\nconfig:\n  moodle:key:\n    secure: v1:abc\n  moodle:open: 1\n";
    writeFileSync(file, content);
    try {
      const made = await prepare(await resolveCli(), "offline-secret", "offline-secret", {});
      assert.deepEqual(made.placeholders, ["moodle:key"]);
      const copy = readFileSync(join(made.folder, "Pulumi.offline-secret.yaml"), "utf8");
      assert.doesNotMatch(copy, /v1:abc|encryptionsalt/);
      assert.equal(readFileSync(file, "utf8"), content);
    } finally {
      rmSync(file);
      rmSync(join(root, ".offline", "offline-secret"), { recursive: true, force: true });
    }
  });

  /** The problems that the repository's own program has with a stack file of this content. */
  const refusal = async (content: string): Promise<string> => {
    const name = "offline-stack-file";
    const file = join(root, `Pulumi.${name}.yaml`);
    writeFileSync(file, content);
    try {
      const { ok, printed } = await preview(name, { policyPacks: [], quiet: true });
      assert.equal(ok, false);
      return printed;
    } finally {
      rmSync(file);
      rmSync(join(root, ".offline", name), { recursive: true, force: true });
    }
  };

  it("says of an encrypted part of a group what the real engine's program says", async () => {
    const printed = await refusal("config:\n  moodle:web:\n    cpu:\n      secure: v1:abc\n");
    assert.match(printed, /moodle:web: got "\[secret\]", expected plain text/);
    assert.doesNotMatch(printed, /placeholder/);
  });

  it("names the missing settings of a stack file that is empty, and further documents", async () => {
    assert.match(await refusal("# nothing yet\n"), /moodle:domain: got nothing, expected a host name/);
    assert.match(await refusal("config: {}\n---\nconfig: {}\n"), /got 2 YAML documents, expected one/);
  });

  it("refuses a work folder in which another run is at work", async () => {
    const folder = join(root, ".offline", stack);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "process"), String(process.ppid));
    await assert.rejects(preview(stack, options(network)), new RegExp(`Process ${process.ppid} is at work`));
    // The number of a run that was killed, which another process has now.
    writeFileSync(join(folder, "process"), `${process.ppid} 1`);
    const giveFree = occupy(folder);
    assert.match(readFileSync(join(folder, "process"), "utf8"), new RegExp(`^${process.pid}\\b`));
    giveFree();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("the make targets", () => {
  const make = (...args: string[]) =>
    spawnSync("make", ["--no-print-directory", ...args], { cwd: root, encoding: "utf8" });

  it("name the stacks when none or an unknown one is given", () => {
    for (const args of [[], ["STACK=nowhere"], ["STACK=../x"]]) {
      const { status, stderr } = make("preview", ...args);
      assert.notEqual(status, 0);
      assert.match(stderr, /^error: .*Stacks: dev prod staging/);
    }
  });
});

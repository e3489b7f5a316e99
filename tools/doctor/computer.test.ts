// cspell:ignore prdo
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { exampleSettings } from "../../testing/examples/calendar";
import { computerChecks } from "./computer";
import { exampleValues, settingsChecks } from "./example";
import { ownValues, computer } from "./test/world";
import type { LocalWorld } from "./check";
import { stackSettings } from "../lib/stackFile";

const root = resolve(__dirname, "..", "..");
const docker = "docker version --format {{.Server.Version}} {{.Server.Arch}}";

async function linesOf(machine: ReturnType<typeof computer>, settings = exampleSettings("prod", ownValues)) {
  const world: LocalWorld = { settings, machine, plan: () => Promise.resolve([]) };
  return (await Promise.all(computerChecks.map(({ run }) => run(world)))).flat();
}
const verdicts = async (...given: Parameters<typeof linesOf>) =>
  Object.fromEntries((await linesOf(...given)).map(({ subject, verdict }) => [subject, verdict]));

describe("make doctor, this computer", () => {
  it("has everything", async () => {
    const all = { "Node.js": "ok", "Pulumi CLI": "ok", "AWS CLI": "ok", Docker: "ok", "Image build": "ok" };
    assert.deepEqual(await verdicts(computer()), all);
  });

  it("has nothing", async () => {
    const nothing = { run: () => Promise.resolve({ kind: "missing" } as const) };
    const all = { "Node.js": "wrong", "Pulumi CLI": "wrong", "AWS CLI": "advice", Docker: "wrong" };
    assert.deepEqual(await verdicts(computer({}, nothing)), all);
  });

  it("has what is too old", async () => {
    const found = await verdicts(computer({ "node --version": "v20.20.2", "pulumi version": "v3.249.9" }));
    assert.deepEqual([found["Node.js"], found["Pulumi CLI"]], ["wrong", "wrong"]);
    assert.equal((await verdicts(computer({ "pulumi version": "v3.1000.0" })))["Pulumi CLI"], "ok");
  });

  it("has a Docker whose daemon sleeps", async () => {
    const failed = { kind: "failed", why: "Cannot connect to the Docker daemon" } as const;
    const line = (await linesOf(computer({ [docker]: failed }))).find(({ subject }) => subject === "Docker");
    assert.match(line!.finding, /^the daemon does not answer: Cannot connect/);
  });

  it("needs no Docker for an image by digest", async () => {
    const digest = exampleSettings("prod", { image: { kind: "digest", digest: `sha256:${"a".repeat(64)}` } });
    assert.equal((await verdicts(computer({ [docker]: { kind: "missing" } }), digest))["Docker"], "ok");
  });

  it("emulates the cluster's processors, or says how it would", async () => {
    const inspect = "docker buildx inspect";
    const bare = { [inspect]: "Platforms: linux/amd64, linux/386" };
    const line = (await linesOf(computer(bare))).find(({ subject }) => subject === "Image build")!;
    assert.deepEqual(
      [line.verdict, line.fix],
      ["wrong", "docker run --privileged --rm tonistiigi/binfmt --install arm64"],
    );
    const same = exampleSettings("prod", {
      cluster: { kind: "ec2", architecture: "x86_64", instanceType: "m6i.large" },
    });
    assert.equal((await verdicts(computer(bare), same))["Image build"], "ok");
    const without = { [inspect]: { kind: "missing" } as const };
    assert.equal((await verdicts(computer(without)))["Image build"], "wrong");
    const registered = { exists: (path: string) => path === "/proc/sys/fs/binfmt_misc/qemu-aarch64" };
    assert.equal((await verdicts(computer(without, registered)))["Image build"], "ok");
    assert.equal((await verdicts(computer(without, { platform: "darwin" })))["Image build"], "unchecked");
  });
});

describe("make doctor, the example's values", () => {
  it("are found in every stack file that the repository comes with", () => {
    for (const stack of ["prod", "staging", "dev"]) {
      assert.deepEqual(
        exampleValues(stackSettings(stack)).map(
          ({ subject, verdict }) => `${verdict} ${subject.replace("moodle:", "")}`,
        ),
        [
          "wrong domain",
          "wrong dns.hostedZoneId",
          "advice alertEmail",
          "advice owner",
          "advice costCentre",
          "advice edge.outage.organisation",
          "advice edge.outage.contact",
        ],
        stack,
      );
    }
  });

  it("and not in a university's", () => {
    const own = exampleSettings("prod", { ...ownValues, dns: { hostedZoneId: "Z0123456789ABCDEFGHIJ" } });
    assert.deepEqual(exampleValues(own), []);
    assert.deepEqual(exampleValues({ ...own, domain: "example.uni.ac.uk", alertEmail: "a@myexample.org" }), []);
  });

  it("and the calendar's", async () => {
    const calendar = settingsChecks.find(({ subject }) => subject === "Calendar")!;
    const line = async (profile: string, name: string) => {
      const settings = exampleSettings(profile, { calendar: { name } });
      return (await calendar.run({ settings, machine: computer(), plan: () => Promise.resolve([]) }))[0]!;
    };
    assert.equal((await line("dev", "none")).verdict, "ok");
    assert.match((await line("prod", "prod")).finding, /has no exams, no seasons and no closed weeks yet$/);
    assert.match((await line("prod", "example")).finding, /is an invented year, and this stack acts on it$/);
  });

  it("and what the program refuses is a line", async () => {
    const plan = settingsChecks.find(({ subject }) => subject === "Plan")!;
    const world = {
      settings: exampleSettings(),
      machine: computer(),
      plan: () => Promise.reject(new Error("Exam freeze: x\nmore")),
    };
    assert.equal((await plan.run(world))[0]!.finding, "the program stops: Exam freeze: x");
  });
});

describe("make doctor, the command", () => {
  const run = (stack: string) =>
    spawnSync(process.execPath, ["--import", "tsx", "tools/doctor/command.ts"], {
      cwd: root,
      env: { ...process.env, STACK: stack },
    });

  it("ends with 2 for a stack that there is not, and names those that there are", () => {
    for (const stack of ["", "prdo"]) {
      const { status, stderr } = run(stack);
      assert.equal(status, 2);
      assert.match(stderr.toString(), /^error: STACK: .* expected dev, prod, staging/);
    }
  });
});

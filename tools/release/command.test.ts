import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { spawn } from "node:child_process";
import { lastKey } from "../../components/release/arguments";
import { definition } from "../../components/release/definition";
import { type Answer, ask } from "../../testing/tools/ask";
import { type Given, Refused, valuesOf } from "../lib/command";
import { command, release } from "./command";
import { Moto } from "../../testing/release/moto";
import { World } from "../../testing/release/world";

const signIn = {
  address: "https://moodle.example.org/login/index.php?loginredirect=0",
  username: "admin",
  secretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:prod-moodle-administrator-abc",
  passwordCommand: "aws secretsmanager get-secret-value --secret-id arn:... --query SecretString --output text",
};

describe("make release, against moto", () => {
  const path = process.env["PATH"];
  const given = new Map<string, string | undefined>();
  let moto: Moto;
  let world: World;
  let home: string;
  let machine: string;

  before(async function () {
    moto = await Moto.start(this, (call) => world.answer(call));
    world = new World("world");
    machine = await moto.machine("prod-release-machine", JSON.stringify(definition(world.args)));
    home = mkdtempSync(join(tmpdir(), "release-"));
    for (const [name, value] of Object.entries({
      PATH: [home, path].join(delimiter),
      AWS_ENDPOINT_URL: moto.address,
      AWS_ACCESS_KEY_ID: "ak",
      AWS_SECRET_ACCESS_KEY: "sk",
    })) {
      given.set(name, process.env[name]);
      process.env[name] = value;
    }
  });
  after(() => {
    for (const [name, value] of given) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
    rmSync(home ?? "", { recursive: true, force: true });
    moto?.stop();
  });
  let made = 0;
  beforeEach(async () => {
    world = new World(`world${++made}`);
    await moto.lockTable(world.name);
    await moto.repository(world.name, [world.args.imageDigest]);
    pulumi({
      release: {
        stateMachineArn: machine,
        region: "eu-west-2",
        imageUri: `repository@${world.args.imageDigest}`,
        upgradeLogGroup: "prod-moodle-upgrade-logs",
        webLogGroup: "prod-moodle-web-logs",
      },
      signIn,
    });
  });

  function pulumi(outputs: unknown): void {
    writeFileSync(join(home, "pulumi"), `#!/bin/sh\necho '${JSON.stringify(outputs)}'\n`);
    chmodSync(join(home, "pulumi"), 0o755);
  }
  async function make(changes: Given = {}): Promise<Answer> {
    const now = () => Date.parse("2026-11-23T07:30:00Z") + made * 1000;
    const pause = () => new Promise<void>((done) => setTimeout(done, 200));
    return ask(release({ now, pause }), { STACK: "prod", IMAGE: world.args.imageDigest, ...changes });
  }

  it("shows each step with its time, and the end", async () => {
    const { code, said } = await make();
    assert.equal(code, 0, said);
    assert.match(said, /^Started arn:aws:states:.*:release-20261123t07300\d-222222222222\n/);
    const steps = [...said.matchAll(/^\d\d:\d\d:\d\d (\d\d) (.*)\n {8}took \d+ s$/gm)].map(
      ([, n, name]) => `${n} ${name}`,
    );
    assert.equal(steps.length, 12, said);
    assert.deepEqual([steps[0], steps[3], steps[7]], ["01 lock", "04 database snapshot", "08 roll web"]);
    assert.match(said, /\d\d 13 unlock\nReleased: sha256:2+ is in operation in prod\.\n/);
  });

  it("ends the first release with how to sign in: where, as whom, and where the password is", async () => {
    const { said } = await make();
    assert.match(said, /02 first installation/);
    const end = said.slice(said.indexOf("Released: "));
    for (const words of [signIn.address, "As:       admin", signIn.secretArn, signIn.passwordCommand]) {
      assert.ok(end.includes(words), end);
    }
    assert.match(end, /asks for a new password at once/);
  });

  it("ends every other release with the address alone: the first password is worth nothing by then", async () => {
    await moto.call("DynamoDB_20120810.PutItem", {
      TableName: world.name,
      Item: { id: { S: lastKey }, image: { S: `sha256:${"1".repeat(64)}` } },
    });
    const { code, said } = await make();
    assert.equal(code, 0, said);
    assert.ok(!said.includes("first installation"), said);
    assert.ok(said.endsWith(`is in operation in prod.\nSign in: ${signIn.address}`), said);
  });

  it("says why it failed, that it went back, and the next command", async () => {
    world.faults = [{ state: "Snapshot: look", result: { DBClusterSnapshots: [{ Status: "failed" }] } }];
    const { code, said } = await make();
    assert.equal(code, 1, said);
    assert.match(said, /04 database snapshot\n {8}took \d+ s\n\d\d:\d\d:\d\d Going back to what was before\n/);
    assert.match(
      said,
      /error: Snapshot: The snapshot failed, or was not available after two hours\.\nThe image of before is in operation/,
    );
    assert.match(
      said,
      /Next: aws logs tail prod-moodle-upgrade-logs --region eu-west-2 --since 2h; fix it, then make release STACK=prod IMAGE=sha256:2+\./,
    );
  });

  it("names the log that says which page was wrong", async () => {
    world.faults = [{ state: "Are pages right?", exit: 1 }];
    const { code, said } = await make();
    assert.equal(code, 1, said);
    assert.match(said, /11 smoke test\n {8}took \d+ s\n\d\d:\d\d:\d\d Going back to what was before\n/);
    assert.ok(
      said.includes(
        `Next: aws logs tail prod-moodle-web-logs --region eu-west-2 --since 2h --filter-pattern '{ $.role = "smoke" }'; fix it`,
      ),
      said,
    );
  });

  it("says that the site stays closed when an upgrade failed", async () => {
    world.faults = ["Upgrade", "Upgrade, second try"].map((state) => ({ state, exit: 1 }));
    await moto.call("DynamoDB_20120810.PutItem", {
      TableName: world.name,
      Item: { id: { S: lastKey }, image: { S: `sha256:${"1".repeat(64)}` } },
    });
    const { code, said } = await make();
    assert.equal(code, 1, said);
    assert.match(
      said,
      /\nerror: SiteStaysClosed: Upgrade, second try: The task ended badly: .*\nThe outage page is on, and/,
    );
    assert.match(
      said,
      /\nNext: aws logs tail prod-moodle-upgrade-logs .*To go back instead: make runbook NAME=release STACK=prod, "After a failed upgrade"/,
    );
    assert.ok(!said.includes("The image of before is in operation"), said);
  });

  it("says that the release goes on when the credentials end", async () => {
    world.seconds = () => 0.2;
    let lines = 0;
    const line = createServer((request, response) => {
      // AWS's answer to a session that has ended: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
      const ended = String(request.headers["x-amz-target"]).endsWith("DescribeExecution") && ++lines > 1;
      if (ended) {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
        response.end(JSON.stringify({ __type: "ExpiredTokenException", message: "The security token is expired" }));
        return;
      }
      request.pipe(
        httpRequest(moto.address, { method: "POST", headers: request.headers }, (answer) => {
          response.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(response);
        }),
      );
    });
    await new Promise<void>((done) => line.listen(0, "127.0.0.1", done));
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(line.address() as AddressInfo).port}`;
    try {
      const { code, said } = await make();
      assert.equal(code, 1, said);
      assert.match(
        said,
        /The release goes on in AWS, and mail reports its end\. Next: sign in, then look again: make release STACK=prod/,
      );
    } finally {
      process.env["AWS_ENDPOINT_URL"] = moto.address;
      line.close();
      line.closeAllConnections();
    }
    // It does go on.
    assert.equal((await make()).code, 0);
  });

  it("refuses an image that the stack does not have, before anything is started", async () => {
    const other = `sha256:${"3".repeat(64)}`;
    const { code, said } = await make({ IMAGE: `repository@${other}` });
    assert.equal(code, 2, said);
    assert.match(
      said,
      /IMAGE: got "sha256:3+", expected sha256:2+, which the task definitions of stack prod name\. Register/,
    );
    const command = `pulumi config set-all --stack prod --path --plaintext moodle:image.kind=digest --plaintext moodle:image.digest=${other}`;
    const update = "pulumi up --stack prod --policy-pack policies --policy-pack-config policies/config/prod.json";
    assert.ok(said.includes(`${command} && ${update}. No running task`), said);
    assert.equal(world.calls.length, 0);
  });

  it("follows the release that is under way, and refuses another one", async () => {
    // Slow enough to be met.
    world.faults = [{ state: "Snapshot: look", result: { DBClusterSnapshots: [{ Status: "creating" }] }, times: 30 }];
    const first = make();
    while (!world.calls.some(({ state }) => state === "Snapshot: look")) {
      await new Promise((done) => setTimeout(done, 20));
    }
    const second = await make();
    assert.match(second.said, /^Already under way: following arn:aws:states:.*:release-/);
    assert.deepEqual([(await first).code, second.code], [0, 0]);
    assert.equal(world.snapshots.length, 1);
  });

  it("says what is missing: the stack's outputs, the programs", async () => {
    pulumi({});
    const { code: failed, complained } = await make();
    assert.equal(failed, 1);
    assert.match(complained, /^error: Stack prod has no output "release". Deploy it first: pulumi up --stack prod/);
    const program = join(__dirname, "command.ts");
    const env = { ...process.env, STACK: "live", IMAGE: "latest" };
    const child = spawn(process.execPath, ["--import", "tsx", program], { env });
    let [said, results] = ["", ""];
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => (results += chunk.toString()));
    const code = await new Promise((done) => child.on("close", done));
    assert.deepEqual([code, results], [2, ""]);
    assert.match(said, /STACK: got "live", expected dev, prod, staging\./);
    assert.match(said, /IMAGE: got "latest", expected sha256: and 64 hexadecimal digits/);
  });
});

describe("What make release is asked", () => {
  const image = `sha256:${"a".repeat(64)}`;
  const read = (changes: Given) => valuesOf(command, { STACK: "prod", IMAGE: image, ...changes });

  it("takes a digest with or without its repository", () => {
    assert.deepEqual(read({}), { STACK: "prod", IMAGE: image, MOODLE_OVERRIDE_FREEZE: undefined });
    assert.deepEqual(read({ IMAGE: `1.dkr.ecr.eu-west-2.amazonaws.com/moodle@${image}` }), read({}));
    assert.equal(read({ MOODLE_OVERRIDE_FREEZE: "anatomy" }).MOODLE_OVERRIDE_FREEZE, "anatomy");
  });

  for (const wrong of ["", "latest", "moodle:5.1", `${image}0`, image.toUpperCase()]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(
        () => read({ IMAGE: wrong }),
        (error: Refused) => error.problems.map(({ path }) => path).join() === "IMAGE",
      );
    });
  }
});

import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { definition } from "../../components/release/definition";
import { root } from "../../offline/stackFiles";
import { stopStandIns } from "../../offline/standIns";
import { Moto } from "../release/moto";
import { World } from "../release/world";
import { StandInAws } from "../../tools/doctor/test/aws";
import { lacking } from "../../tools/doctor/test/world";
import { type Block, blocks } from "./readme";
import { Machine } from "./machine";

/**
 * Every command of the README's way from an empty account, and then of the way back in docs/removing.md, in their order and as
 * they stand there. Judges: the real Pulumi CLI with
 * its state in S3 and its secrets key in KMS, the real AWS CLI, both against moto; the release's own definition, run by moto.
 * Ours stand in for Docker, for the AWS provider, for the language host, for DNS, and for the few calls of AWS that moto lacks.
 */
describe("The way from an empty account to a site that people sign in to, and back", function () {
  // Each step needs the one before.
  this.bail(true);
  let moto: Moto;
  let world: World;
  let aws: StandInAws;
  let machine: Machine;

  before(async function () {
    world = new World("journey");
    world.installed = false;
    moto = await Moto.start(this, (call) => world.answer(call));
    aws = await StandInAws.inFrontOf(moto);
    aws.answering = lacking;
    machine = await Machine.start(aws.address);
    // Requirement of the first step: the university's public zone, which the internet knows.
    const zone = await machine.run(
      "export JOURNEY_NAME_SERVERS=$(aws route53 create-hosted-zone --name your-university.org --caller-reference journey " +
        "--query 'join(`,`, DelegationSet.NameServers)' --output text)",
    );
    assert.equal(zone.code, 0, zone.printed);
  });
  after(async () => {
    machine?.remove();
    aws?.stop();
    moto?.stop();
    await stopStandIns();
  });

  /** The state machine of the stack in moto, under the ARN that the stack has for it. */
  async function deployRelease(): Promise<void> {
    const { printed } = await machine.run("pulumi stack output --stack prod --json");
    const { release } = JSON.parse(printed) as { release: { stateMachineArn: string; imageUri: string } };
    world = new World("journey", { imageDigest: release.imageUri.split("@")[1]! });
    world.installed = false;
    await moto.lockTable(world.name);
    await moto.repository(world.name, [world.args.imageDigest]);
    const made = await moto.machine(release.stateMachineArn.split(":").pop()!, JSON.stringify(definition(world.args)));
    assert.equal(made, release.stateMachineArn);
  }

  const what = ({ commands }: Block) => commands.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  async function run(commands: string, from = ""): Promise<string> {
    const { code, printed } = await machine.run(commands);
    assert.equal(code, 0, `${from}\n${commands}\n\n${printed}`);
    return printed;
  }

  for (const block of blocks(join(root, "README.md"), "Deploying for real")) {
    it(`${block.heading}: ${what(block)}`, async () => {
      if (block.commands.includes("make release")) {
        await deployRelease();
      }
      await run(block.commands, `README.md:${block.line}`);
    });
  }

  const removing = join(root, "docs", "removing.md");
  const account = (command: string) => run(`python '${join(__dirname, "account.py")}' ${command}`);
  const inAccount = async () => (await account("list")).split("\n").filter((line) => line !== "");
  /** Things in moto that are not the stack's: the state's bucket and key, and resources of the release's test. */
  let others: readonly string[];
  const kinds = async () => (await inAccount()).filter((one) => !others.includes(one)).map((one) => one.split(" ")[0]);
  const state = (file: string) => run(`pulumi stack export --stack prod --file ${file}`);

  it("the stack's data, locks and keys stand in moto as the program has them", async () => {
    await state("before.json");
    others = await inAccount();
    await account("fill before.json");
    assert.deepEqual(await kinds(), [
      ...["database", "snapshot", "balancer", "table", "bucket", "bucket", "bucket", "bucket", "bucket"],
      ...["repository", "files", "logs", "vault", "vault", "role", "key", "key", "key", "key"],
    ]);
  });

  it("Throw-away stacks: what stays of dev is deleted, and nothing of prod", async () => {
    const before = await inAccount();
    // The plan says that the rest goes by itself: testing/platform/lifecycle.test.ts.
    await run(
      'pulumi stack init dev --secrets-provider "awskms://alias/moodle-state?region=$AWS_REGION"',
      "the stack dev, with nothing in it",
    );
    await account("leave");
    assert.equal((await inAccount()).length, before.length + 2);
    for (const block of blocks(removing, "Throw-away stacks")) {
      await run(block.commands, `docs/removing.md:${block.line}`);
    }
    assert.deepEqual(await inAccount(), before);
    assert.doesNotMatch(await run("pulumi stack ls"), /^dev\b/m);
  });

  for (const block of blocks(removing, "Protected stacks")) {
    it(`${block.heading}: ${what(block)}`, async () => {
      const destroys = block.commands.includes("pulumi destroy");
      if (destroys) {
        await state("now.json");
        await account("read now.json");
        await run("pulumi stack import --stack prod --file now.json");
      }
      await run(block.commands, `docs/removing.md:${block.line}`);
      if (destroys) {
        await state("after.json");
        const { deployment } = JSON.parse(readFileSync(join(machine.checkout, "after.json"), "utf8")) as {
          readonly deployment: { readonly resources?: readonly unknown[] };
        };
        assert.deepEqual(deployment.resources ?? [], []);
        await account("delete before.json after.json");
        assert.deepEqual(
          await kinds(),
          ["snapshot", "snapshot", "files", "logs", "vault", "vault", "role", "key", "key", "key"],
          "what the page's table says",
        );
      }
    });
  }

  it("nothing is left of it, nor of what the second step made", async () => {
    assert.deepEqual(await inAccount(), [`table ${world.name}`, `repository ${world.name}`]);
  });
});

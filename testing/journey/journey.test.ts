import * as assert from "node:assert/strict";
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
 * Every command of the README's way from an empty account, in its order and as it stands there. Judges: the real Pulumi CLI with
 * its state in S3 and its secrets key in KMS, the real AWS CLI, both against moto; the release's own definition, run by moto.
 * Ours stand in for Docker, for the AWS provider, for the language host, for DNS, and for the few calls of AWS that moto lacks.
 */
describe("The README's way from an empty account to a site that people sign in to", function () {
  this.timeout(3_600_000);
  // Each step needs the one before.
  this.bail(true);
  const steps = blocks(join(root, "README.md"), "Deploying for real");
  let moto: Moto;
  let world: World;
  let aws: StandInAws;
  let machine: Machine;

  before(async () => {
    world = new World("journey");
    world.installed = false;
    moto = await Moto.start((call) => world.answer(call));
    aws = await StandInAws.inFrontOf(moto);
    aws.answering = lacking;
    machine = await Machine.start(aws.address);
    // What the first step asks for: the university's public zone, which the internet knows.
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
  for (const block of steps) {
    it(`${block.heading}: ${what(block)}`, async () => {
      if (block.commands.includes("make release")) {
        await deployRelease();
      }
      const { code, printed } = await machine.run(block.commands);
      assert.equal(code, 0, `README.md:${block.line}\n${block.commands}\n\n${printed}`);
    });
  }
});

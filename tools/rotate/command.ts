import type { RotationOutputs } from "../../stacks/rotation";
import { declare, flag, needed, start, type Values, type Where } from "../lib/command";
import { oneOf, stackName } from "../lib/kinds";
import { oneOffTask } from "../lib/oneOffTask";
import { followProgram, type Run, runProgram } from "../lib/programs";
import { stackSettings } from "../lib/stackFile";
import { pulumiUp } from "../lib/pulumiUp";
import { stackOutputs } from "../lib/stackOutputs";
import { cacheToken } from "./cache";
import { rotate } from "./credential";
import { databaseUser, rotateMaster } from "./database";
import { type Deployer, rotateFileKey, rotateOrigin } from "./deployments";
import type { Step } from "./steps";
import { type Holders, type Pace, refuseOldDefinitions } from "./tasks";

const kinds = ["database", "master", "sessions", "cache", "origin-secret", "file-signing-key"] as const;

const options = {
  STACK: needed(stackName, "The stack"),
  WHAT: needed(oneOf(kinds, "docs/runbooks/secrets.md says which is which."), "The secret"),
  LEAKED: flag("With file-signing-key: refuse the old key at once, although addresses that it has signed stop working"),
  SENT: flag("With origin-secret and an external network: it sends the new secret"),
};
type Request = Values<typeof options>;

export interface World {
  readonly run: Run;
  readonly follow: (program: string, args: readonly string[]) => void;
  readonly pace: Pace;
  readonly now: () => number;
}

/** Every way is resumed by the same command: where it is, is in Secrets Manager, in the stack file and in the stack. */
export const rotateSecret = (world: World) =>
  declare({
    name: "rotate",
    summary: "Replace a secret of a stack while the site is open",
    failure: "it stopped on the way; the old and the new secret are good, and the same command goes on",
    options,
    run: async (request, where) => {
      const outputs = stackOutputs<Outputs>(request.STACK, world.run);
      const { rotation } = outputs;
      if (rotation === undefined) {
        throw new Error(`Stack ${request.STACK} has no output "rotation". Fix: ${pulumiUp(request.STACK)}`);
      }
      const left = await carryOut(request, outputs, rotation, world, where);
      where.print(left ?? `Rotated: ${request.WHAT} of ${request.STACK}.`);
      return 0;
    },
  });

interface Outputs extends Readonly<Record<string, unknown>> {
  readonly rotation?: RotationValues;
  readonly clusterName: string;
  readonly serviceNames: Readonly<Record<string, string>>;
}
type Known<T> = T extends { apply: unknown }
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: Known<T[Key]> }
    : T;
type RotationValues = Known<RotationOutputs>;

async function carryOut(
  { STACK: stack, WHAT: what, LEAKED: leaked, SENT: sent }: Request,
  outputs: Outputs,
  rotation: RotationValues,
  world: World,
  where: Where,
): Promise<string | undefined> {
  const { region } = rotation;
  const { clusterName, serviceNames } = outputs;
  const holders = { region, clusterName, serviceNames };
  switch (what) {
    case "database": {
      const user = databaseUser(oneOffTask(stack, outputs), rotation.databaseSecretArn);
      return rotate(user, holders, world.pace, where).then(() => undefined);
    }
    case "sessions":
    case "cache": {
      const token = cacheToken(what, region, rotation[what], world.pace);
      return rotate(token, holders, world.pace, where).then(() => undefined);
    }
    case "master":
      return rotateMaster(region, rotation.databaseClusterIdentifier, world.pace).then(() => undefined);
    case "origin-secret":
      return rotateOrigin(deployer(stack, world, holders), { sent }, where);
    case "file-signing-key":
      return rotateFileKey(region, deployer(stack, world, holders), { leaked }, where);
  }
}

/** By the Pulumi CLI, with the policies: the stack file is changed, and is to be committed afterwards. */
function deployer(stack: string, { run, follow, now }: World, holders: Holders): Deployer {
  const write = ({ changes }: Step) => {
    const set = Object.entries(changes).filter(([, value]) => value !== undefined);
    if (set.length > 0) {
      const values = set.flatMap(([path, value]) => ["--plaintext", `${path}=${value}`]);
      run("pulumi", ["config", "set-all", "--stack", stack, "--path", ...values]);
    }
    for (const [path] of Object.entries(changes).filter(([, value]) => value === undefined)) {
      run("pulumi", ["config", "rm", "--stack", stack, "--path", path]);
    }
  };
  return {
    settings: () => stackSettings(stack),
    deployed: () => stackOutputs<{ readonly rotation: RotationOutputs }>(stack, run).rotation,
    write,
    deploy: () => {
      const pack = [
        "--policy-pack",
        "policies",
        "--policy-pack-config",
        `policies/config/${stackSettings(stack).profile}.json`,
      ];
      follow("pulumi", ["up", "--stack", stack, "--yes", "--non-interactive", "--suppress-outputs", ...pack]);
    },
    refuseOldTasks: (secretArn) => refuseOldDefinitions(holders, secretArn),
    now,
  };
}

export const command = rotateSecret({
  run: runProgram,
  follow: followProgram,
  pace: { pause: () => new Promise((done) => setTimeout(done, 10_000)), looks: 1080 },
  now: Date.now,
});

if (require.main === module) {
  start(command);
}

import {
  CreateSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { keyFingerprint } from "../../components/cdn/signedFiles";
import type { RotationOutputs } from "../../stacks/rotation";
import type { Settings } from "../../stacks/settings/settings";
import { asked, isMissing } from "../lib/awsCall";
import type { Where } from "../lib/command";
import { generateFileKey, fileKeySecretName } from "../lib/fileKey";
import { forgetKey, type NewKey, originStep, signWithKey, type Step, trustKey } from "./steps";

/** The parts of the world that a rotation by deployments needs. */
export interface Deployer {
  /** As the stack file has them now. */
  settings(): Settings;
  /** As they are deployed. */
  deployed(): Pick<RotationOutputs, "originSecrets" | "fileKeys">;
  write(step: Step): void;
  /** `pulumi up`, judged by the policies. */
  deploy(): void;
  /** @throws Error while a service's tasks are of a definition that does not read this secret */
  refuseOldTasks(secretArn: string): Promise<void>;
  readonly now: () => number;
}

/** Longest life of a signed address: tool_objectfs takes at most a week. One day more for the deployments themselves. */
const addressDays = 8;

export interface OriginOptions {
  /** The network in front, which is not ours, sends the new secret. */
  readonly sent: boolean;
}

/**
 * Rotates the origin secret by three deployments. Stopped anywhere, it goes on from what the stack file and the stack say.
 *
 * @returns what is left to do by hand; undefined when it is over
 */
export function rotateOrigin(
  world: Deployer,
  { sent }: OriginOptions,
  { print }: Pick<Where, "print">,
): string | undefined {
  const settled = () => {
    const { edge } = world.settings();
    const { accepted, sent: deployed } = world.deployed().originSecrets;
    return (
      same(edge.acceptedOriginSecrets, accepted) && (edge.kind !== "cloudfront" || edge.sentOriginSecret === deployed)
    );
  };
  let begin = true;
  if (!settled()) {
    print("The stack file has a step that is not deployed: it goes on from there.");
    world.deploy();
    begin = false;
  }
  for (;;) {
    const settings = world.settings();
    const twoAccepted = settings.edge.acceptedOriginSecrets.length === 2;
    if (settings.edge.kind === "external" && twoAccepted && !sent) {
      return "Let the network in front send the last value of the secret originSecretsArn. Then run the same command with SENT=1.";
    }
    const step = originStep(settings, begin);
    if (step === undefined) {
      return undefined;
    }
    begin = false;
    world.write(step);
    world.deploy();
    print(step.what);
  }
}

/**
 * Rotates the key that addresses of files are signed with: two deployments and a release now, one deployment after a week, when no
 * address that the old key has signed is good any more.
 *
 * @param leaked forget the old key without waiting: addresses that it has signed stop working, and pages make new ones
 * @returns what is left to do by hand; undefined when it is over
 */
export async function rotateFileKey(
  region: string,
  world: Deployer,
  { leaked }: { readonly leaked: boolean },
  { print }: Pick<Where, "print">,
): Promise<string | undefined> {
  const keys = () => {
    const { edge } = world.settings();
    return edge.kind === "cloudfront" ? edge.signedFiles.publicKeys : [];
  };
  const apply = (step: Step) => {
    world.write(step);
    world.deploy();
    print(step.what);
  };
  if (keys().length === 0) {
    throw new Error("Files have no key: moodle:edge.signedFiles.publicKeys is empty, and Moodle serves files itself.");
  }
  const unfinished = !same(keys().map(keyFingerprint), world.deployed().fileKeys);
  if (unfinished) {
    print("The stack file has a step that is not deployed: it goes on from there.");
    world.deploy();
  }
  const client = new SecretsManagerClient({ region });
  if (keys().length === 1) {
    if (unfinished) {
      return undefined;
    }
    apply(trustKey(await makeKey(client)));
  }
  const [first, second] = keys() as [string, string];
  const created = async (key: string) => (await secretOf(client, key))?.CreatedDate?.getTime() ?? 0;
  const [signing, other] = [await created(first), await created(second)];
  if (signing === other) {
    const names = [first, second].map(fileKeySecretName).join(" or ");
    throw new Error(`Which key is the new one? There is no secret named ${names}. Fix: finish by hand, docs/edge.md.`);
  }
  if (other > signing) {
    const secretArn = (await secretOf(client, second))!.ARN!;
    apply(signWithKey(world.settings(), { publicKey: second, secretArn }));
    return "Now release, so that tasks sign with the new key: make release. A week later run the same command again, or at once with LEAKED=1.";
  }
  await world.refuseOldTasks((await secretOf(client, first))!.ARN!);
  const good = signing + addressDays * 86_400_000;
  if (!leaked && world.now() < good) {
    const day = new Date(good).toISOString().slice(0, 10);
    return `Addresses that the old key has signed may be good until ${day}. Run the same command then, or at once with LEAKED=1.`;
  }
  apply(forgetKey);
  return undefined;
}

/** The private half goes from here to Secrets Manager, and nowhere else. */
async function makeKey(client: SecretsManagerClient): Promise<NewKey> {
  const { publicKey, privateKey } = generateFileKey();
  const command = new CreateSecretCommand({ Name: fileKeySecretName(publicKey), SecretString: privateKey });
  const { ARN = "" } = await asked("secretsmanager CreateSecret", client.send(command));
  return { publicKey, secretArn: ARN };
}

async function secretOf(
  client: SecretsManagerClient,
  publicKey: string,
): Promise<DescribeSecretCommandOutput | undefined> {
  const command = new DescribeSecretCommand({ SecretId: fileKeySecretName(publicKey) });
  return client.send(command).catch((error: unknown) => {
    if (isMissing(error)) {
      return undefined;
    }
    return asked("secretsmanager DescribeSecret", Promise.reject(error as Error));
  });
}

const same = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

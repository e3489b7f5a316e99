import { DescribeKeyCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import { advice, type Check, type Line, ok, unchecked, type World, wrong } from "./check";
import { isMissing } from "../lib/awsCall";

const group = "State";

/** Default of `pulumi stack init --secrets-provider` in the README. */
export const usualAlias = "alias/pulumi";

/** The backend that the CLI works with. A missing CLI is no error here: another check reports it. */
async function backendUrl({
  machine,
}: World): Promise<{ readonly url?: string; readonly user?: string; why?: string }> {
  const ran = await machine.run("pulumi", ["whoami", "--json", "--non-interactive"]);
  if (ran.kind === "ran") {
    return JSON.parse(ran.output) as { url: string; user: string };
  }
  const given = machine.variables["PULUMI_BACKEND_URL"];
  return given ? { url: given } : { why: ran.kind === "failed" ? ran.why : "there is no Pulumi CLI" };
}

const backend: Check = {
  group,
  subject: "State backend",
  run: async (world) => {
    const { url, user, why } = await backendUrl(world);
    if (url === undefined) {
      const fix = `pulumi login 's3://<bucket>?region=${world.settings.region}'`;
      return [wrong("State backend", `not logged in: ${why}`, fix)];
    }
    if (/^(file:|\.|\/)/.test(url)) {
      const fix = `pulumi login 's3://<bucket>?region=${world.settings.region}', before the first pulumi up`;
      return [
        advice(
          "State backend",
          `${url} is on this computer alone: nobody else can deploy, and a lost disk is a lost state`,
          fix,
        ),
      ];
    }
    const line = ok("State backend", user === undefined ? url : `${url} as ${user}`);
    return url.startsWith("s3://") ? [line, ...(await bucket(world, url))] : [line];
  },
};

/** The bucket of `s3://name/prefix?region=...`, which must keep old versions: a broken state is repaired from the one before. */
async function bucket({ clients, settings }: World, url: string): Promise<readonly Line[]> {
  const { hostname, searchParams } = new URL(url.replace(/^s3:/, "http:"));
  const region = searchParams.get("region") ?? settings.region;
  const subject = "State bucket";
  const version = `aws s3api put-bucket-versioning --region ${region} --bucket ${hostname} --versioning-configuration Status=Enabled`;
  try {
    const { Status } = await clients.s3(region).send(new GetBucketVersioningCommand({ Bucket: hostname }));
    return Status === "Enabled"
      ? [ok(subject, `${hostname} keeps old versions`)]
      : [advice(subject, `${hostname} keeps no old versions of the state`, version)];
  } catch (error) {
    if (isMissing(error)) {
      const fix = `aws s3 mb s3://${hostname} --region ${region} && ${version}`;
      return [wrong(subject, `${hostname} does not exist`, fix)];
    }
    if (/^(PermanentRedirect|AuthorizationHeaderMalformed|301)$/.test((error as Error).name)) {
      const fix = `pulumi login 's3://${hostname}?region=<its region>'`;
      return [wrong(subject, `${hostname} is not in ${region}`, fix)];
    }
    throw error;
  }
}

const secretsKey: Check = {
  group,
  subject: "Secrets key",
  run: async (world) => {
    const { stackFile, settings } = world;
    const { secretsProvider, encryptionSalt } = stackFile;
    const stack = settings.environment;
    if (secretsProvider?.startsWith("awskms://") === true) {
      // awskms://alias/pulumi?region=eu-west-2, or the key's id or ARN in place of the alias.
      const [, key = "", query = ""] = /^awskms:\/\/\/?([^?]*)\??(.*)$/.exec(secretsProvider) ?? [];
      const region = new URLSearchParams(query).get("region") ?? /^arn:[^:]*:kms:([^:]+):/.exec(key)?.[1];
      return [await keyLine(world, key, region ?? settings.region, wrong)];
    }
    if (encryptionSalt !== undefined) {
      const fix = `pulumi stack change-secrets-provider --stack ${stack} "awskms://${usualAlias}?region=${settings.region}"`;
      return [
        advice("Secrets key", "a passphrase protects the stack's secrets, and everybody who deploys must have it", fix),
      ];
    }
    if (secretsProvider !== undefined) {
      return [unchecked("Secrets key", `the secrets provider ${secretsProvider.split(":")[0]} is not on AWS`)];
    }
    return [await keyLine(world, usualAlias, settings.region, advice)];
  },
};

async function keyLine(
  { clients, settings, stackFile }: World,
  key: string,
  region: string,
  severity: typeof wrong,
): Promise<Line> {
  const subject = "Secrets key";
  const initialised = stackFile.secretsProvider !== undefined;
  const then = initialised
    ? ""
    : `pulumi stack init ${settings.environment} --secrets-provider "awskms://${usualAlias}?region=${region}"`;
  try {
    const { KeyMetadata } = await clients.kms(region).send(new DescribeKeyCommand({ KeyId: key }));
    const problem = keyProblem(KeyMetadata);
    if (problem !== undefined) {
      return severity(
        subject,
        `${key} in ${region} ${problem}`,
        `aws kms describe-key --region ${region} --key-id ${key}`,
      );
    }
    return initialised
      ? ok(subject, `${key} in ${region} is enabled; whether these credentials may encrypt with it was not tried`)
      : advice(subject, `${key} in ${region} is there, and the stack does not use it yet`, then);
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
    const make = key.startsWith("alias/")
      ? `aws kms create-alias --region ${region} --alias-name ${key} --target-key-id $(aws kms create-key --region ${region} --query KeyMetadata.KeyId --output text)`
      : `pulumi stack change-secrets-provider --stack ${settings.environment} "awskms://${usualAlias}?region=${region}"`;
    return severity(subject, `${key} does not exist in ${region}`, [make, then].filter(Boolean).join("\n"));
  }
}

function keyProblem(key: KeyMetadata | undefined): string | undefined {
  if (key?.KeyState !== "Enabled") {
    return `is not enabled: ${key?.KeyState}`;
  }
  // Both have a default that emulators leave out of their answer.
  return (key.KeyUsage ?? "ENCRYPT_DECRYPT") === "ENCRYPT_DECRYPT" &&
    (key.KeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT"
    ? undefined
    : `is for ${key.KeyUsage} with ${key.KeySpec}, expected a symmetric key for encryption`;
}

export const stateChecks: readonly Check[] = [backend, secretsKey];

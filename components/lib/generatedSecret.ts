import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export interface GeneratedSecretArgs {
  readonly description: string;
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Characters of the generated value. */
  readonly length: number;
  /** The JSON to store, around the generated value. */
  readonly content: (value: pulumi.Output<string>) => Record<string, pulumi.Input<string>>;
  /** Whether a server checks it and `make rotate` makes its later values. The stack then makes the first one alone. @default false */
  readonly rotated?: boolean;
}

/**
 * Makes a random value once and keeps it in Secrets Manager as JSON, where containers read it by key.
 *
 * Letters and digits only, of all three kinds: no data source name, URL, shell or PHP string needs quoting, and it
 * meets the rules of both MySQL and ElastiCache. At 40 characters that is more than 230 bits.
 *
 * Never rotate what a server checks by replacing the random password: every task that starts afterwards has a value that the
 * server refuses. `make rotate` does it in the right order (docs/runbooks/secrets.md). With `rotated` the secret and the server
 * keep their values whatever happens to the random password, and a moved stage is no difference for the drift check.
 */
export function generatedSecret(name: string, args: GeneratedSecretArgs, opts: pulumi.CustomResourceOptions) {
  const password = new random.RandomPassword(
    name,
    { length: args.length, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
    opts,
  );
  const secret = new aws.secretsmanager.Secret(
    name,
    { description: args.description, kmsKeyId: args.kmsKeyArn, recoveryWindowInDays: 30 },
    opts,
  );
  const version = new aws.secretsmanager.SecretVersion(
    name,
    { secretId: secret.id, secretString: pulumi.jsonStringify(args.content(password.result)) },
    args.rotated === true ? { ...opts, ignoreChanges: ["secretString", "versionStages"] } : opts,
  );
  return {
    value: password.result,
    /** Known once the secret has a value: a task that starts before it has one fails. */
    arn: pulumi.all([secret.arn, version.id]).apply(([arn]) => arn),
  };
}

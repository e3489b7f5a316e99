import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { type Settings } from "./settings/settings";

/** The values of the header by which the load balancer knows its CDN. */
export interface OriginSecrets {
  /** Values that the load balancer accepts; empty when it asks for no header. */
  readonly accepted: readonly pulumi.Output<string>[];
  /** The value that CloudFront sends. Undefined with an external CDN: configure the header there yourself. */
  readonly sent: pulumi.Output<string> | undefined;
}

/**
 * One random value for each number in the settings. A number is never used for two values, so no change of a setting
 * can alter a value that is in use: a rotation makes a second one, moves over, and removes the first.
 */
export function originSecrets({ environment, edge }: Settings): OriginSecrets {
  const values = new Map(
    edge.acceptedOriginSecrets.map((number) => {
      const name = `${environment}-origin-secret${number === 1 ? "" : `-${number}`}`;
      return [number, new random.RandomPassword(name, { length: 48, special: false }).result] as const;
    }),
  );
  if (edge.kind === "cloudfront") {
    return { accepted: [...values.values()], sent: values.get(edge.sentOriginSecret) };
  }
  return { accepted: edge.originSecret ? [...values.values()] : [], sent: undefined };
}

/** Publishes the values for the operator of the external CDN, newest number last: no output of the stack shows them. */
export function publishOriginSecrets(
  { environment }: Settings,
  accepted: readonly pulumi.Output<string>[],
  kmsKeyId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const name = `${environment}-origin-secrets`;
  const secret = new aws.secretsmanager.Secret(
    name,
    {
      description: "X-Origin-Verify: a list of values of which the CDN must send one",
      kmsKeyId,
      recoveryWindowInDays: 30,
    },
    opts,
  );
  new aws.secretsmanager.SecretVersion(
    name,
    { secretId: secret.id, secretString: pulumi.jsonStringify(accepted) },
    opts,
  );
  return secret.arn;
}

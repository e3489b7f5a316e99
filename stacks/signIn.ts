import * as pulumi from "@pulumi/pulumi";

import { administratorName, type Moodle } from "../components/moodle/moodle";
import type { Settings } from "./settings/settings";

/**
 * Data for the first sign-in of a new site's administrator: docs/first-sign-in.md. The password itself is in no output.
 */
export interface SignInOutputs {
  readonly address: string;
  readonly username: string;
  /**
   * JSON with `username` and `password`. Useless after the first sign-in, at which Moodle asks for another password.
   */
  readonly secretArn: pulumi.Output<string>;
  /** Prints the secret. Its user needs secretsmanager:GetSecretValue, and kms:Decrypt with the stack's key. */
  readonly passwordCommand: pulumi.Output<string>;
}

export function signInOutputs({ domain, region }: Settings, moodle: Moodle): SignInOutputs {
  const secretArn = moodle.administratorSecretArn;
  return {
    // Moodle's own form, also where `alternateloginurl` leads to single sign-on: login/index.php, loginredirect.
    address: `https://${domain}/login/index.php?loginredirect=0`,
    username: administratorName,
    secretArn,
    passwordCommand: pulumi.interpolate`aws secretsmanager get-secret-value --region ${region} --secret-id ${secretArn} --query SecretString --output text`,
  };
}

import * as pulumi from "@pulumi/pulumi";
import * as encryption from "../components/encryption/encryptionKey";

export interface EncryptionKeyArgs {
  /** Days between a request to delete the key and its deletion by KMS, 7 to 30. Default: 30. */
  deletionWindowDays?: number;
  /** Keep the key when the stack is destroyed: a backup cannot be read without it. Default: true. */
  keep?: boolean;
}

/** One customer-managed KMS key for all data of an environment. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:EncryptionKey", name, {}, opts);
    this.arn = new encryption.EncryptionKey(name, args, { parent: this }).arn;
    this.registerOutputs();
  }
}

import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../lib/iam";

/**
 * Lets AWS Backup of another account read what a key encrypts, to copy it into that account's vault.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
 */
export function copyStatements(partition: pulumi.Input<string>, account: string): Statement[] {
  const principals = { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` };
  return [
    {
      sid: "AllowCopiesToAnotherAccount",
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      principals,
      resources: ["*"],
    },
    {
      sid: "AllowGrantsForCopies",
      actions: ["kms:CreateGrant"],
      principals,
      resources: ["*"],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

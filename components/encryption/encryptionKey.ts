import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../lib/iam";
import { refuse } from "../lib/invalid";
import { copyStatements } from "./copies";

export interface EncryptionKeyArgs {
  /** Days between a request to delete the key and its deletion by KMS, 7 to 30. @default 30 */
  readonly deletionWindowDays?: number;
  /**
   * Keep the key when the stack is destroyed. Otherwise KMS deletes it after the window, in which it has no price.
   * *Cost*: a kept key costs its monthly price until somebody deletes it: docs/removing.md. @default true
   */
  readonly keep?: boolean;
  /** Let CloudFront read objects that S3 encrypted with the key, for distributions of this account. @default false */
  readonly cloudFrontReads?: boolean;
  /**
   * Account that copies backups of the database into a vault of its own: AWS Backup encrypts them with the database's key.
   * @default none
   */
  readonly copiesToAccount?: string | undefined;
}

/**
 * One customer-managed KMS key for all data of an environment: database, caches, files, secrets, logs, notifications.
 * *Cost*: one key-month, and calls, which S3 bucket keys and SNS's five-minute reuse keep few.
 *
 * One key instead of one per store: a user of one store of a Moodle may use the others, and a snapshot, its logs and
 * its secrets can then be restored with one key. KMS rotates it each year and keeps all old material.
 *
 * It is kept (`retainOnDelete`) when the stack is destroyed, unless the environment is a throw-away: a final snapshot,
 * a backup or a retained file system that outlives the stack cannot be read without it, and a deleted key cannot be
 * restored after its window.
 */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:encryption:EncryptionKey", name, {}, opts);
    const deletionWindowInDays = args.deletionWindowDays ?? 30;
    const valid = Number.isInteger(deletionWindowInDays) && deletionWindowInDays >= 7 && deletionWindowInDays <= 30;
    const fix = "Leave it out for 30.";
    const allowed = "a whole number from 7 to 30";
    refuse(this, valid ? [] : [{ path: "deletionWindowDays", given: deletionWindowInDays, allowed, fix }]);

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `Encrypts the data of ${name}`,
        deletionWindowInDays,
        enableKeyRotation: true,
        policy: keyPolicy(this, args),
      },
      { parent: this, retainOnDelete: args.keep ?? true },
    );
    // A readable name in the console.
    new aws.kms.Alias(`${name}-alias`, { targetKeyId: key.id }, { parent: this });

    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * In a key policy "*" as the resource means this key.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
const thisKey = ["*"];
const encrypt = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"];

/**
 * RDS, ElastiCache, EFS, FSx, ECR, S3 and Secrets Manager use the key on behalf of their caller, so the account's IAM
 * policies are enough for them. The policy names the other services, which act by themselves.
 */
function keyPolicy(
  parent: pulumi.Resource,
  { cloudFrontReads = false, copiesToAccount }: EncryptionKeyArgs,
): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  const { partition, dnsSuffix } = aws.getPartitionOutput({}, { parent });
  const region = aws.getRegionOutput({}, { parent }).region;
  return policyDocument([
    {
      sid: "AllowAccountThroughIam",
      actions: ["kms:*"],
      principals: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
      resources: thisKey,
    },
    {
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
      sid: "AllowLogGroupsOfThisAccount",
      // Not kms:DescribeKey: it has no encryption context, so the condition would never be true.
      actions: encrypt,
      principals: { Service: pulumi.interpolate`logs.${region}.${dnsSuffix}` },
      resources: thisKey,
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    },
    ...volumeStatements(account, pulumi.interpolate`ec2.${region}.${dnsSuffix}`),
    ...publisherStatements(account),
    ...(cloudFrontReads ? [cloudFrontStatement(account, partition)] : []),
    ...(copiesToAccount === undefined ? [] : copyStatements(partition, copiesToAccount)),
  ]);
}

/**
 * CloudFront reads a bucket in its own name (origin access control). It allows any distribution of the account, since
 * the one that reads is created after this key. The bucket's policy decides which distribution may read.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
function cloudFrontStatement(account: pulumi.Input<string>, partition: pulumi.Input<string>): Statement {
  return {
    sid: "AllowCloudFrontOfThisAccount",
    actions: ["kms:Decrypt"],
    principals: { Service: "cloudfront.amazonaws.com" },
    resources: thisKey,
    conditions: {
      ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:${partition}:cloudfront::${account}:distribution/*` },
    },
  };
}

/**
 * Encrypted volumes of instances that an Auto Scaling group starts with its own service-linked role. It allows the
 * service and does not name the role, as the AWS-managed key for EBS does: AWS refuses a key policy with a role that
 * does not exist yet, as in a new account.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
function volumeStatements(account: pulumi.Input<string>, viaService: pulumi.Input<string>): Statement[] {
  const volumes = { "kms:CallerAccount": account, "kms:ViaService": viaService };
  return [
    {
      sid: "AllowVolumesOfThisAccount",
      actions: [...encrypt, "kms:DescribeKey"],
      principals: { AWS: "*" },
      resources: thisKey,
      conditions: { StringEquals: volumes },
    },
    {
      sid: "AllowGrantsForVolumes",
      actions: ["kms:CreateGrant"],
      principals: { AWS: "*" },
      resources: thisKey,
      conditions: { StringEquals: volumes, Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}

/**
 * Services that publish to an encrypted SNS topic: alarms, database events, and EventBridge rules. EventBridge does not
 * support a condition: one would silently stop its messages. It can only write to a topic.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
function publisherStatements(account: pulumi.Input<string>): Statement[] {
  const actions = ["kms:GenerateDataKey*", "kms:Decrypt"];
  return [
    {
      sid: "AllowPublishersOfThisAccount",
      actions,
      principals: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
      resources: thisKey,
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    },
    {
      sid: "AllowEventBridge",
      actions,
      principals: { Service: "events.amazonaws.com" },
      resources: thisKey,
    },
  ];
}

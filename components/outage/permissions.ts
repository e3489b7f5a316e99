import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../lib/iam";
import { publishStatements } from "../lib/lambdaFunction";

/**
 * CloudFront may read the folder, for distributions of this account. Not for one distribution only, since that needs
 * the bucket first. The pages are public; nothing else in the bucket may ever be.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export function pagesReadable(
  bucketArn: pulumi.Output<string>,
  folder: string,
  account: pulumi.Input<string>,
  partition: pulumi.Input<string>,
): Statement {
  return {
    sid: "AllowCloudFrontToReadPages",
    actions: ["s3:GetObject"],
    principals: { Service: "cloudfront.amazonaws.com" },
    resources: [pulumi.interpolate`${bucketArn}/${folder}/*`],
    conditions: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:${partition}:cloudfront::${account}:distribution/*` },
    },
  };
}

/** Principals that may take the role: all that the account's IAM allows, or only the given ones. */
export function editorTrust(
  editorArns: readonly string[] | undefined,
  account: pulumi.Input<string>,
  partition: pulumi.Input<string>,
): pulumi.Output<string> {
  return policyDocument([
    {
      sid: "AllowEditorsToAssumeRole",
      actions: ["sts:AssumeRole"],
      principals: { AWS: editorArns ?? [pulumi.interpolate`arn:${partition}:iam::${account}:root`] },
    },
  ]);
}

/**
 * Read and write, never delete: the previous version of a bad page stays. The S3 console needs listing to show the
 * folder; the CloudFront console calls `UpdateKeys` to change a value
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/logging_using_cloudtrail.html).
 */
export function editorStatements(
  bucketArn: pulumi.Output<string>,
  folders: readonly string[],
  storeArn: pulumi.Output<string>,
): readonly Statement[] {
  return [
    {
      sid: "EditPages",
      actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
      resources: folders.map((folder) => pulumi.interpolate`${bucketArn}/${folder}/*`),
    },
    {
      sid: "ListPages",
      actions: ["s3:ListBucket", "s3:ListBucketVersions"],
      resources: [bucketArn],
      conditions: { StringLike: { "s3:prefix": folders.flatMap((folder) => [`${folder}/`, `${folder}/*`]) } },
    },
    {
      sid: "TurnSwitch",
      actions: [
        "cloudfront-keyvaluestore:DescribeKeyValueStore",
        "cloudfront-keyvaluestore:GetKey",
        "cloudfront-keyvaluestore:ListKeys",
        "cloudfront-keyvaluestore:PutKey",
        "cloudfront-keyvaluestore:UpdateKeys",
      ],
      resources: [storeArn],
    },
    {
      sid: "ShowSwitchInConsole",
      actions: ["cloudfront:DescribeKeyValueStore"],
      resources: [storeArn],
    },
  ];
}

export interface PagesPublisher {
  readonly bucket: { readonly arn: pulumi.Output<string> };
  readonly published: readonly string[];
  readonly keyValueStoreArn: pulumi.Input<string>;
}

export interface Publisher extends PagesPublisher {
  readonly signalsTopicArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** What a publish needs, and a message to the team. */
export function publisherStatements(args: Publisher): readonly Statement[] {
  return [...pagesStatements(args), ...publishStatements([args.signalsTopicArn], args.kmsKeyArn)];
}

/** What a publish needs, and nothing more: no deletion, no list, no other version, no page that people edit by hand. */
export function pagesStatements(args: PagesPublisher): readonly Statement[] {
  return [
    {
      sid: "PublishPages",
      actions: ["s3:GetObject", "s3:PutObject"],
      resources: args.published.map((path) => pulumi.interpolate`${args.bucket.arn}/${path}`),
    },
    {
      sid: "TurnSwitch",
      actions: [
        "cloudfront-keyvaluestore:DescribeKeyValueStore",
        "cloudfront-keyvaluestore:ListKeys",
        "cloudfront-keyvaluestore:UpdateKeys",
      ],
      resources: [args.keyValueStoreArn],
    },
  ];
}

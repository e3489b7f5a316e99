import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../lib/iam";
import type { PrivateBucket } from "./bucket";

type Selector = aws.types.input.cloudtrail.TrailAdvancedEventSelector;
type Field = Omit<aws.types.input.cloudtrail.TrailAdvancedEventSelectorFieldSelector, "field">;

/** Selects the writes to some objects or stores. They are data events, which an account's own trails leave out by default. */
export function writesTo(name: string, type: string, arns: Field): Selector {
  return {
    name,
    fieldSelectors: [
      { field: "eventCategory", equals: ["Data"] },
      { field: "resources.type", equals: [type] },
      { field: "resources.ARN", ...arns },
      { field: "readOnly", equals: ["false"] },
    ],
  };
}

/** Where a trail is. Its name is fixed, since the bucket's policy names it. */
export interface TrailPlace {
  readonly trailName: string;
  readonly region: string;
  readonly account: pulumi.Input<string>;
  readonly partition: pulumi.Input<string>;
}

export interface RecordArgs extends Pick<TrailPlace, "trailName"> {
  /** Its policy has {@link trailStatements}. */
  readonly bucket: PrivateBucket;
  /** Folder in the bucket. @default none */
  readonly folder?: string;
  readonly selectors: readonly Selector[];
}

/** A trail of selected writes: who, when, from where. It records its own region alone. */
export function recordWrites(name: string, args: RecordArgs, opts: pulumi.CustomResourceOptions): void {
  new aws.cloudtrail.Trail(
    name,
    {
      name: args.trailName,
      s3BucketName: args.bucket.bucketName,
      s3KeyPrefix: args.folder,
      enableLogFileValidation: true,
      advancedEventSelectors: [...args.selectors],
    },
    // CloudTrail refuses a trail whose bucket policy does not let it write.
    { ...opts, dependsOn: [args.bucket] },
  );
}

/**
 * Lets a trail write into a bucket: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 *
 * @param folder As given to the trail; empty for none.
 */
export function trailStatements(
  bucketArn: pulumi.Output<string>,
  { trailName, region, account, partition }: TrailPlace,
  folder: string,
): readonly Statement[] {
  const trailArn = pulumi.interpolate`arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
  const principals = { Service: "cloudtrail.amazonaws.com" };
  const prefix = folder === "" ? "" : `/${folder}`;
  return [
    {
      sid: "AllowTrailToCheckAcl",
      actions: ["s3:GetBucketAcl"],
      principals,
      resources: [bucketArn],
      conditions: { StringEquals: { "aws:SourceArn": trailArn } },
    },
    {
      sid: "AllowTrailToWrite",
      actions: ["s3:PutObject"],
      principals,
      resources: [pulumi.interpolate`${bucketArn}${prefix}/AWSLogs/${account}/*`],
      conditions: { StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
  ];
}

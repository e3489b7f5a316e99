import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../storage/bucket";
import { recordWrites, trailStatements, writesTo } from "../storage/trail";

interface Watched {
  readonly bucket: Pick<PrivateBucket, "bucketName" | "arn">;
  readonly folder: string;
  readonly journal: string;
  readonly storeArn: pulumi.Output<string>;
}

export interface Recorded extends Watched {
  readonly account: pulumi.Output<string>;
  readonly partition: pulumi.Output<string>;
  readonly args: { readonly auditRetentionDays?: number; readonly forceDestroy?: boolean };
}

/**
 * Record of who changed what, and when: a trail of the writes to the switch and the pages alone. Both are data events,
 * which the account's own trails leave out by default
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/logging_using_cloudtrail.html).
 *
 * Without the trail, EventBridge would get no event of the switch either.
 *
 * @returns Bucket of the records.
 */
export function recordChanges(name: string, watched: Recorded, child: pulumi.CustomResourceOptions): PrivateBucket {
  const { bucket, folder, journal, storeArn, account, partition, args } = watched;
  const trail = { trailName: `${name}-audit`, region: "us-east-1", account, partition };
  const audit = new PrivateBucket(
    trail.trailName,
    {
      expireAfterDays: args.auditRetentionDays ?? 365,
      policyStatements: (arn) => trailStatements(arn, trail, ""),
      forceDestroy: args.forceDestroy,
    },
    child,
  );
  recordWrites(
    `${name}-trail`,
    {
      trailName: trail.trailName,
      bucket: audit,
      selectors: [
        writesTo("The outage switch", "AWS::CloudFront::KeyValueStore", { equals: [storeArn] }),
        writesTo("The outage pages", "AWS::S3::Object", {
          startsWiths: [folder, journal].map((one) => pulumi.interpolate`${bucket.arn}/${one}/`),
        }),
      ],
    },
    child,
  );
  return audit;
}

export interface Announced extends Pick<Watched, "bucket" | "storeArn"> {
  /** What a publish writes, as paths in the bucket with *: the message of the store is enough. */
  readonly published: readonly string[];
  readonly topicArn: pulumi.Input<string>;
}

/**
 * A message for every change, by any person and any tool. A publish writes many files and the store once: the store's message is
 * enough, and the editor's page sends its own. S3 reports a page to EventBridge in seconds; CloudTrail
 * reports the switch within minutes, "on a best effort basis"
 * (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-edgekeyvaluestore.html).
 */
export function announceChanges(name: string, watched: Announced, child: pulumi.CustomResourceOptions): void {
  const { bucket, published, storeArn, topicArn } = watched;
  new aws.s3.BucketNotification(`${name}-events`, { bucket: bucket.bucketName, eventbridge: true }, child);
  announce(name, "page-changed", child, topicArn, {
    description: "An outage or status page was changed",
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    pattern: {
      source: ["aws.s3"],
      "detail-type": ["Object Created", "Object Deleted"],
      detail: {
        bucket: { name: [bucket.bucketName] },
        // What is left are pages that people edit by hand.
        object: { key: [{ "anything-but": { wildcard: published } }] },
      },
    },
    paths: {
      what: "$.detail-type",
      file: "$.detail.object.key",
      version: "$.detail.object.version-id",
      time: "$.time",
    },
    // S3 names the account only; the trail names the person.
    template: '"Outage pages: <file>: <what> at <time>, version <version>."',
  });
  announce(name, "switch-turned", child, topicArn, {
    description: "The outage switch was turned, or a status published",
    pattern: {
      source: ["aws.edgekeyvaluestore"],
      "detail-type": ["AWS API Call via CloudTrail"],
      detail: {
        eventSource: ["edgekeyvaluestore.amazonaws.com"],
        readOnly: [false],
        requestParameters: { kvsARN: [storeArn] },
      },
    },
    paths: { what: "$.detail.eventName", who: "$.detail.userIdentity.arn", time: "$.time" },
    template:
      '"Outage switch or status page: <what> at <time> by <who>. Open the status page to see what it says now."',
  });
}

interface Announcement {
  readonly description: string;
  readonly pattern: pulumi.Input<object>;
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

function announce(
  name: string,
  role: string,
  child: pulumi.CustomResourceOptions,
  topicArn: pulumi.Input<string>,
  { description, pattern, paths, template }: Announcement,
): void {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${role}`,
    { description, eventPattern: pulumi.jsonStringify(pattern) },
    child,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-${role}-message`,
    { rule: rule.name, arn: topicArn, inputTransformer: { inputPaths: paths, inputTemplate: template } },
    child,
  );
}

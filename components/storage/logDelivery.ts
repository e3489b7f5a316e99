import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../lib/iam";

export interface LogSource {
  /** The account whose logs may be written. */
  readonly account: pulumi.Input<string>;
  /** `aws`, or that of China or GovCloud. */
  readonly partition: pulumi.Input<string>;
}

/**
 * Lets Application Load Balancers of an account write their access logs below `prefix`. The path holds the account, and
 * that is the limit: the service writes each account's logs only there. No condition is added, because AWS's own policy
 * has none and one on a key that the service does not send would silently stop delivery. The bucket must use S3's keys.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 *
 * @param prefix As given to the load balancer, without slashes at the ends; empty for none.
 */
export function loadBalancerLogStatements(
  bucketArn: pulumi.Output<string>,
  account: pulumi.Input<string>,
  prefix = "",
): Statement[] {
  const folder = prefix === "" ? "" : `/${prefix}`;
  return [
    {
      sid: "AllowLoadBalancerLogs",
      actions: ["s3:PutObject"],
      principals: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      resources: [pulumi.interpolate`${bucketArn}${folder}/AWSLogs/${account}/*`],
    },
  ];
}

/**
 * Lets CloudFront's standard logging (v2) write, for deliveries of this account. CloudFront is set up in us-east-1, so
 * its delivery sources are there wherever the bucket is. CloudWatch Logs adds such a statement by itself when it finds
 * none, and the next preview would remove it. This one prevents that.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
 */
export function cloudFrontLogStatements(bucketArn: pulumi.Output<string>, source: LogSource): Statement[] {
  return [
    {
      sid: "AWSLogDeliveryWrite1",
      actions: ["s3:PutObject"],
      principals: { Service: "delivery.logs.amazonaws.com" },
      resources: [pulumi.interpolate`${bucketArn}/*`],
      conditions: {
        StringEquals: { "aws:SourceAccount": source.account, "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: {
          "aws:SourceArn": pulumi.interpolate`arn:${source.partition}:logs:us-east-1:${source.account}:delivery-source:*`,
        },
      },
    },
  ];
}

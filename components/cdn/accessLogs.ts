import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Fields that are logged for each request
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#BasicDistributionFileFormat).
 * All but cs(Cookie), which CloudFront would log by default and which holds every user's session. The query string
 * stays, since no request can be traced without it: readers of the bucket can therefore read web service tokens.
 */
export const logFields: readonly string[] = [
  "date",
  "time",
  "x-edge-location",
  "sc-bytes",
  "c-ip",
  "cs-method",
  "cs(Host)",
  "cs-uri-stem",
  "sc-status",
  "cs(Referer)",
  "cs(User-Agent)",
  "cs-uri-query",
  "x-edge-result-type",
  "x-edge-request-id",
  "x-host-header",
  "cs-protocol",
  "cs-bytes",
  "time-taken",
  "x-forwarded-for",
  "ssl-protocol",
  "ssl-cipher",
  "x-edge-response-result-type",
  "cs-protocol-version",
  "time-to-first-byte",
  "x-edge-detailed-result-type",
  "sc-content-type",
  "sc-content-len",
];

/**
 * Access logs of a distribution in S3, by CloudFront's standard logging v2
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html), which unlike the first
 * version needs no bucket ACL. The provider must be in us-east-1, where CloudFront's deliveries are kept; the bucket
 * may be elsewhere.
 *
 * Objects are written under AWSLogs/<account>/CloudFront/<distribution>/<year>/<month>/<day>/<hour>/, usually within an
 * hour. The bucket's policy must let delivery.logs.amazonaws.com write there before this is made.
 *
 * *Limit*: best effort, so good for tracing and statistics, not for counting.
 */
export function createAccessLogs(
  name: string,
  distributionArn: pulumi.Input<string>,
  bucketArn: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): void {
  const source = new aws.cloudwatch.LogDeliverySource(
    `${name}-log-source`,
    { logType: "ACCESS_LOGS", resourceArn: distributionArn },
    child,
  );
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    `${name}-log-destination`,
    { outputFormat: "json", deliveryDestinationConfiguration: { destinationResourceArn: bucketArn } },
    child,
  );
  new aws.cloudwatch.LogDelivery(
    `${name}-log-delivery`,
    {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.arn,
      recordFields: [...logFields],
      // CloudWatch puts AWSLogs/<account>/CloudFront/ before it.
      s3DeliveryConfigurations: [
        { suffixPath: "{DistributionId}/{yyyy}/{MM}/{dd}/{HH}", enableHiveCompatiblePath: false },
      ],
    },
    child,
  );
}

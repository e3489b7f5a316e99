import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { filesReadStatements } from "../components/cdn/signedFiles";
import { accessLogsPrefix } from "../components/load-balancer/loadBalancer";
import { PrivateBucket } from "../components/storage/bucket";
import { cloudFrontLogStatements, loadBalancerLogStatements } from "../components/storage/logDelivery";
import { recordWrites, trailStatements, writesTo } from "../components/storage/trail";
import { type Settings } from "./settings/settings";

export interface Buckets {
  /** Override files that the containers read when they start. */
  readonly configuration: PrivateBucket;
  /** File contents, once Moodle keeps them in an object store. */
  readonly objects: PrivateBucket;
  /** Access logs of the load balancer and of CloudFront, and the record of writes to the configuration. */
  readonly logs: PrivateBucket;
}

/** Folder of the logs bucket with the record of who wrote into the configuration bucket. */
const configurationTrailFolder = "configuration-trail";

export function buildBuckets(
  settings: Settings,
  kmsKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions & { readonly provider: aws.Provider },
  /**
   * The distribution that may read the objects. Known late: it is created from the bucket, and the bucket's policy
   * names it.
   */
  objectsReaderArn?: pulumi.Output<string>,
): Buckets {
  const named = (role: string) => `${settings.environment}-${role}`;
  const forceDestroy = !settings.safety.deletionProtection;
  const invoke = { provider: opts.provider };
  const account = aws.getCallerIdentityOutput({}, invoke).accountId;
  const partition = aws.getPartitionOutput({}, invoke).partition;
  const trailName = named("configuration-trail");
  const trail = { trailName, region: settings.region, account, partition };

  const buckets: Buckets = {
    configuration: new PrivateBucket(named("configuration"), { kmsKeyArn, forceDestroy, sendsEvents: true }, opts),
    objects: new PrivateBucket(
      named("objects"),
      {
        kmsKeyArn,
        forceDestroy,
        restoredName: settings.recovery.kind === "backup" ? settings.recovery.objectsBucketName : undefined,
        // AWS Backup hears of every change by them, and would turn them on by itself:
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html
        sendsEvents: settings.backup.kind === "vault",
        ...(objectsReaderArn !== undefined && {
          corsOrigins: [`https://${settings.domain}`],
          policyStatements: (bucketArn) => filesReadStatements(bucketArn, objectsReaderArn),
        }),
      },
      opts,
    ),
    // S3's own key: load balancers cannot write with another one.
    logs: new PrivateBucket(
      named("logs"),
      {
        forceDestroy,
        expireAfterDays: settings.logs.retentionDays,
        policyStatements: (bucketArn) => [
          ...loadBalancerLogStatements(bucketArn, account, accessLogsPrefix),
          ...trailStatements(bucketArn, trail, configurationTrailFolder),
          ...(settings.edge.kind === "cloudfront" ? cloudFrontLogStatements(bucketArn, { account, partition }) : []),
        ],
      },
      opts,
    ),
  };
  // What is below moodle/ decides how containers start. The trail says who wrote it, which the notice does not know.
  recordWrites(
    trailName,
    {
      trailName,
      bucket: buckets.logs,
      folder: configurationTrailFolder,
      selectors: [
        writesTo("The configuration", "AWS::S3::Object", {
          startsWiths: [pulumi.interpolate`${buckets.configuration.arn}/moodle/`],
        }),
      ],
    },
    { provider: opts.provider, parent: opts.parent },
  );
  return buckets;
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../lib/iam";
import { refuse, type Problem } from "../lib/invalid";
import { takenOver } from "./takenOver";

export interface PrivateBucketArgs {
  /**
   * Encrypt with this key. Left out, S3's own keys are used, which a bucket for load balancer logs must have
   * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html). @default none
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Delete objects this many days after they are written: for logs. @default never */
  readonly expireAfterDays?: number;
  /** Keep a replaced or deleted object for this many days, to undo a mistake. @default 30 */
  readonly noncurrentExpireAfterDays?: number;
  /** More statements for the bucket policy, such as those of logDelivery.ts. @default none */
  readonly policyStatements?: (bucketArn: pulumi.Output<string>) => readonly Statement[];
  /** Origins, such as https://moodle.example.org, whose scripts may read objects that they have an address of. @default none */
  readonly corsOrigins?: readonly string[];
  /** Send an event to EventBridge for every object that is written or deleted. *Cost*: none. @default false */
  readonly sendsEvents?: boolean;
  /** Let a destroy delete the bucket with all its objects: for throw-away environments. @default false */
  readonly forceDestroy?: boolean;
  /** Bucket with restored objects, which is taken over in the place of a new one. @default a new bucket */
  readonly restoredName?: string | undefined;
}

/**
 * An S3 bucket that nothing public can reach: all public access blocked, no ACLs, TLS 1.2 or later, encrypted,
 * versioned, and cleared of hidden cost (parts of unfinished uploads, replaced versions).
 */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** Known once the policy is in place: AWS refuses a log delivery that is set up earlier. */
  readonly arn: pulumi.Output<string>;
  readonly bucketRegionalDomainName: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:storage:PrivateBucket", name, {}, opts);
    const noncurrentExpireAfterDays = args.noncurrentExpireAfterDays ?? 30;
    refuse(this, [
      ...dayProblems("expireAfterDays", args.expireAfterDays),
      ...dayProblems("noncurrentExpireAfterDays", noncurrentExpireAfterDays),
    ]);
    const child = { parent: this };

    const bucket = new aws.s3.Bucket(
      `${name}-bucket`,
      { forceDestroy: args.forceDestroy ?? false },
      {
        ...child,
        ...takenOver(args.restoredName, ["bucket"]),
      },
    );
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [
          args.kmsKeyArn === undefined
            ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
            : {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: args.kmsKeyArn },
                // One call to KMS for many objects.
                // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
                bucketKeyEnabled: true,
              },
        ],
      },
      child,
    );
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: bucket.id, rules: lifecycleRules(args.expireAfterDays, noncurrentExpireAfterDays) },
      // S3 refuses a rule for old versions before versioning is on.
      { ...child, dependsOn: [versioning] },
    );
    if (args.corsOrigins !== undefined) {
      // Answers preflight requests. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
      new aws.s3.BucketCorsConfiguration(
        `${name}-cors`,
        {
          bucket: bucket.id,
          corsRules: [
            {
              allowedMethods: ["GET", "HEAD"],
              allowedOrigins: [...args.corsOrigins],
              allowedHeaders: ["*"],
              exposeHeaders: ["Accept-Ranges", "Content-Range", "Content-Length", "ETag"],
              maxAgeSeconds: 3600,
            },
          ],
        },
        child,
      );
    }
    if (args.sendsEvents === true) {
      new aws.s3.BucketNotification(`${name}-events`, { bucket: bucket.id, eventbridge: true }, child);
    }
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        bucket: bucket.id,
        policy: policyDocument([...tlsOnly(bucket.arn), ...(args.policyStatements?.(bucket.arn) ?? [])]),
      },
      // S3 refuses two changes of a bucket's access at the same moment.
      { ...child, dependsOn: [publicAccess] },
    );

    this.bucketName = bucket.bucket;
    this.arn = pulumi.all([bucket.arn, policy.id]).apply(([arn]) => arn);
    this.bucketRegionalDomainName = bucket.bucketRegionalDomainName;
    this.registerOutputs({
      bucketName: this.bucketName,
      arn: this.arn,
      bucketRegionalDomainName: this.bucketRegionalDomainName,
    });
  }
}

function dayProblems(path: string, days: number | undefined): Problem[] {
  if (days === undefined || (Number.isInteger(days) && days >= 1)) {
    return [];
  }
  return [{ path, given: days, allowed: "a whole number of days from 1", fix: "Leave it out for the default." }];
}

function lifecycleRules(expireAfterDays: number | undefined, noncurrentDays: number) {
  return [
    {
      id: "clean-up",
      status: "Enabled",
      // Applies to every object: an empty filter means that, and a rule without one is deprecated.
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      noncurrentVersionExpiration: { noncurrentDays },
      ...(expireAfterDays !== undefined && { expiration: { days: expireAfterDays } }),
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
function tlsOnly(bucketArn: pulumi.Output<string>): Statement[] {
  const common = {
    effect: "Deny",
    principals: "*",
    actions: ["s3:*"],
    resources: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
  } as const;
  return [
    { sid: "DenyWithoutTls", ...common, conditions: { Bool: { "aws:SecureTransport": "false" } } },
    { sid: "DenyOldTls", ...common, conditions: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

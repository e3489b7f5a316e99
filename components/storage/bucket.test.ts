import * as assert from "node:assert/strict";
import { build, isUnknown, settled, type BuildOptions } from "../../testing/build";
import { PrivateBucket, type PrivateBucketArgs } from "./bucket";
import { cloudFrontLogStatements, loadBalancerLogStatements } from "./logDelivery";

const arn = "arn:aws:s3:::logs";
const outputs: BuildOptions["outputs"] = {
  "aws:s3/bucket:Bucket": () => ({ arn, bucket: "logs-1a2b", bucketRegionalDomainName: "logs-1a2b.s3.test" }),
};
const make = (args: PrivateBucketArgs = {}, options: BuildOptions = {}) =>
  build((opts) => new PrivateBucket("logs", args, opts), { outputs, ...options });

interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Resource: string[];
  readonly Condition?: unknown;
}
async function policy(args: PrivateBucketArgs = {}): Promise<PolicyStatement[]> {
  const { inputs } = (await make(args)).get("logs-policy");
  return (JSON.parse(inputs["policy"]) as { Statement: PolicyStatement[] }).Statement;
}

describe("PrivateBucket", () => {
  it("sends events to EventBridge where it is asked to", async () => {
    const { inputs } = (await make({ sendsEvents: true })).get("logs-events");
    assert.equal(inputs["eventbridge"], true);
    assert.ok(!(await make()).identities.some((one) => one.endsWith("logs-events")));
  });

  it("takes over a bucket of restored objects, and keeps its name afterwards", async () => {
    const options = async (args: PrivateBucketArgs) => (await make(args)).get("logs-bucket").options;
    const taken = await options({ restoredName: "restored" });
    assert.deepEqual([taken.import, taken.ignoreChanges], ["restored", ["*"]]);
    const own = await options({});
    assert.deepEqual([own.import, own.ignoreChanges], [undefined, ["bucket"]]);
  });

  it("builds a bucket with every setting that keeps it private", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:s3/bucket:Bucket::logs-bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::logs-lifecycle",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls::logs-ownership",
      "aws:s3/bucketPolicy:BucketPolicy::logs-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::logs-public-access",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration::logs-encryption",
      "aws:s3/bucketVersioning:BucketVersioning::logs-versioning",
      "moodle:storage:PrivateBucket::logs",
    ]);
    const { bucket, ...blocks } = built.get("logs-public-access").inputs;
    assert.equal(bucket, "logs-bucket-id");
    assert.deepEqual(Object.values(blocks), [true, true, true, true]);
    assert.deepEqual(built.get("logs-ownership").inputs["rule"], { objectOwnership: "BucketOwnerEnforced" });
    assert.deepEqual(built.get("logs-versioning").inputs["versioningConfiguration"], { status: "Enabled" });
    assert.equal(built.get("logs-bucket").inputs["forceDestroy"], false);
    for (const { name, options } of built.resources.filter((resource) => resource.name !== "logs")) {
      assert.equal(options.parent, built.component, name);
    }
    assert.equal(await settled(built.component.arn), arn);
    assert.equal(await settled(built.component.bucketName), "logs-1a2b");
  });

  it("encrypts with S3's keys, or with the given one and a bucket key", async () => {
    const rules = async (args: PrivateBucketArgs) => (await make(args)).get("logs-encryption").inputs["rules"];
    assert.deepEqual(await rules({}), [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    assert.deepEqual(await rules({ kmsKeyArn: "key-arn" }), [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "key-arn" },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("denies plain HTTP and TLS before 1.2 to everyone", async () => {
    const [plain, old, ...rest] = await policy();
    assert.deepEqual(rest, []);
    for (const statement of [plain!, old!]) {
      assert.equal(statement.Effect, "Deny");
      assert.equal(statement.Principal, "*");
      assert.deepEqual(statement.Resource, [arn, `${arn}/*`]);
    }
    assert.deepEqual(plain!.Condition, { Bool: { "aws:SecureTransport": "false" } });
    assert.deepEqual(old!.Condition, { NumericLessThan: { "s3:TlsVersion": "1.2" } });
  });

  it("clears unfinished uploads and old versions, and objects only when asked", async () => {
    const rule = async (args: PrivateBucketArgs) => (await make(args)).get("logs-lifecycle").inputs["rules"][0];
    assert.deepEqual(await rule({}), {
      id: "clean-up",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      noncurrentVersionExpiration: { noncurrentDays: 30 },
    });
    assert.deepEqual((await rule({ expireAfterDays: 90 })).expiration, { days: 90 });
  });

  it("lets the load balancers of one account write below their prefix", async () => {
    const statements = await policy({
      policyStatements: (bucketArn) => loadBalancerLogStatements(bucketArn, "123456789012", "alb"),
    });
    assert.deepEqual(statements.at(-1), {
      Sid: "AllowLoadBalancerLogs",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: [`${arn}/alb/AWSLogs/123456789012/*`],
    });
    const bare = await policy({ policyStatements: (bucketArn) => loadBalancerLogStatements(bucketArn, "1") });
    assert.deepEqual(bare.at(-1)!.Resource, [`${arn}/AWSLogs/1/*`]);
  });

  it("lets CloudFront's deliveries of one account write", async () => {
    const source = { account: "123456789012", partition: "aws" };
    const statements = await policy({ policyStatements: (bucketArn) => cloudFrontLogStatements(bucketArn, source) });
    assert.deepEqual(statements.at(-1)!.Condition, {
      StringEquals: { "aws:SourceAccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control" },
      ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:delivery-source:*" },
    });
  });

  it("lets scripts of given origins read, only when asked", async () => {
    const type = "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration";
    assert.equal((await make()).ofType(type).length, 0);
    const [{ inputs }] = (await make({ corsOrigins: ["https://moodle.example.org"] })).ofType(type) as any;
    const { allowedMethods, allowedOrigins } = inputs["corsRules"][0];
    assert.deepEqual([allowedMethods, allowedOrigins], [["GET", "HEAD"], ["https://moodle.example.org"]]);
  });

  it("keeps the settings known in a preview, where the bucket is not", async () => {
    const built = await make({}, { preview: true });
    assert.ok(isUnknown(built.get("logs-public-access").inputs["bucket"]));
    assert.equal(built.get("logs-public-access").inputs["blockPublicPolicy"], true);
    assert.equal(await settled(built.component.arn), undefined);
  });

  it("refuses half days and no days", async () => {
    await assert.rejects(make({ expireAfterDays: 0 }), /expireAfterDays: got 0/);
    await assert.rejects(make({ noncurrentExpireAfterDays: 1.5 }), /noncurrentExpireAfterDays: got 1.5/);
  });
});

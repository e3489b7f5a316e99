import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { releaseWorks } from "../release/progress";
import { build, isUnknown, settled } from "../../testing/build";
import { Canary, type CanaryArgs } from "./canary";
import { canaryRuntime } from "./canaryFiles";

const args: CanaryArgs = {
  domain: "moodle.example.org",
  username: "synthetic",
  courseId: 7,
  fileId: 21,
  quizId: 22,
  artifacts: { bucketName: pulumi.output("logs"), arn: pulumi.output("arn:aws:s3:::logs") },
  code: { bucketName: pulumi.output("configuration") },
  kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
  logRetentionDays: 90,
  plannedWork: [releaseWorks("prod", 90, 15)],
};
const outputs = {
  "aws:synthetics/canary:Canary": () => ({
    engineArn: "arn:aws:lambda:eu-west-2:123456789012:function:cwsyn-user-0123-4567:3",
  }),
};
const make = (changes: Partial<CanaryArgs> = {}, preview = false) =>
  build((opts) => new Canary("user", { ...args, ...changes }, opts), { preview, outputs });

describe("Canary", () => {
  for (const preview of [true, false]) {
    it(`makes these resources, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/logGroup:LogGroup::user-logs",
        "aws:iam/role:Role::user-role",
        "aws:iam/rolePolicy:RolePolicy::user-permissions",
        "aws:s3/bucketObjectv2:BucketObjectv2::user-script",
        "aws:secretsmanager/secret:Secret::user-account",
        "aws:secretsmanager/secretVersion:SecretVersion::user-account",
        "aws:synthetics/canary:Canary::user-canary",
        "moodle:observability:Canary::user",
        "random:index/randomPassword:RandomPassword::user-account",
      ]);
      const children = built.resources.filter(({ name }) => name !== "user");
      assert.ok(children.every(({ options }) => options.parent === built.component));
      assert.equal(isUnknown(built.get("user-canary").inputs["executionRoleArn"]), preview);
    });
  }

  it("runs outside the network, on the runtime written down, every five minutes", async () => {
    const { inputs } = (await make()).get("user-canary");
    assert.equal(inputs["vpcConfig"], undefined);
    assert.equal(inputs["runtimeVersion"], canaryRuntime);
    assert.deepEqual(inputs["schedule"], { expression: "rate(5 minutes)" });
    assert.equal(inputs["handler"], "index.handler");
    assert.equal(inputs["runConfig"].timeoutInSeconds, 180);
    assert.equal(inputs["runConfig"].environmentVariables.SITE, "https://moodle.example.org");
    const once = (await make({ everyMinutes: 1 })).get("user-canary").inputs;
    assert.deepEqual([once["schedule"].expression, once["runConfig"].timeoutInSeconds], ["rate(1 minute)", 60]);
  });

  it("brings its script with it, under a key that changes with script and runtime", async () => {
    const built = await make();
    const { source, key } = built.get("user-script").inputs;
    assert.deepEqual(Object.keys((await source.assets) ?? {}).sort(), ["index.js", "synthetics.json"]);
    assert.match(key, new RegExp(`^canary/${canaryRuntime.replaceAll(".", "\\.")}-[0-9a-f]{16}\\.zip$`));
    assert.deepEqual(
      [built.get("user-canary").inputs["s3Bucket"], built.get("user-canary").inputs["s3Key"]],
      ["configuration", key],
    );
  });

  it("keeps what it saw encrypted below one prefix, and its log for as long as it was told", async () => {
    const built = await make();
    const { artifactS3Location, artifactConfig } = built.get("user-canary").inputs;
    assert.equal(artifactS3Location, "s3://logs/canary/");
    assert.deepEqual(artifactConfig, { s3Encryption: { encryptionMode: "SSE_S3" } });
    const { name, retentionInDays, kmsKeyId } = built.get("user-logs").inputs;
    assert.deepEqual([name, retentionInDays, kmsKeyId], ["/aws/lambda/cwsyn-user-0123-4567", 90, args.kmsKeyArn]);
  });

  it("has the password in Secrets Manager alone", async () => {
    const built = await make();
    const { environmentVariables } = built.get("user-canary").inputs["runConfig"];
    assert.deepEqual(
      Object.keys(environmentVariables).filter((key) => /PASS|USER/.test(key)),
      [],
    );
    const { Statement } = JSON.parse(built.get("user-permissions").inputs["policy"]);
    const statement = (sid: string) => Statement.find(({ Sid }: any) => Sid === sid);
    assert.deepEqual(statement("ReadAccount").Resource, [environmentVariables.ACCOUNT_SECRET_ARN]);
    assert.deepEqual(
      Statement.filter(({ Resource }: any) => Resource.includes("*")).map(({ Sid }: any) => Sid),
      ["ListBuckets", "PublishResults"],
    );
    assert.match(statement("WriteItsLog").Resource[0], /:log-group:\/aws\/lambda\/cwsyn-user-\*$/);
    assert.ok(!Statement.flatMap(({ Action }: any) => Action).includes("logs:CreateLogGroup"));
  });

  it("has an alarm for failures that pages and one for silence that does not, over its own period", async () => {
    const { component } = await make({ everyMinutes: 10 });
    const seen = component.alarms.map(({ id, severity, periodSeconds, treatMissingData }) => [
      id,
      severity,
      periodSeconds,
      treatMissingData,
    ]);
    assert.deepEqual(seen, [
      ["synthetic-user-fails", "page", 600, "ignore"],
      ["synthetic-user-silent", "ticket", 600, "breaching"],
    ]);
    const { dimensions } = component.alarms[0]!.metrics["success"]!;
    assert.equal(await settled(pulumi.output(dimensions["CanaryName"])), "user");
  });

  it("refuses what cannot be, all at once", async () => {
    const wrong = { courseId: 0, fileId: 1.5, everyMinutes: 61, stepSeconds: 1, logRetentionDays: 8 };
    const error = await make(wrong).catch((reason: unknown) => reason);
    assert.ok(error instanceof pulumi.ResourceError);
    assert.match(String(error), /courseId: got 0, expected a whole number from 1 to .*\?id=/);
    for (const path of Object.keys(wrong)) assert.ok(String(error).includes(`${path}: `), path);
  });
});

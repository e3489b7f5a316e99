import assert from "node:assert/strict";
import { matches, needMatcher } from "../../testing/events/matches";
import { type Protected, protectionNotices } from "./protection";

const all: Protected = {
  keyArns: ["arn:key"],
  bucketNames: ["files", "logs"],
  secretArns: ["arn:secret"],
  logGroupNames: ["web"],
  repositoryNames: ["moodle"],
};

const call = (service: string, eventName: string, requestParameters: object, more: object = {}) => ({
  source: `aws.${service}`,
  "detail-type": "AWS API Call via CloudTrail",
  detail: { eventSource: `${service}.amazonaws.com`, eventName, requestParameters, responseElements: null, ...more },
});
const block = (changes: object = {}) => ({
  bucketName: "files",
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
    ...changes,
  },
});
const key = (ARN: string) => ({ resources: [{ accountId: "123456789012", type: "AWS::KMS::Key", ARN }] });
const secret = (aRN: string) => ({ responseElements: { name: "x", aRN } });

describe("notices of what takes protection away", () => {
  const cases: readonly (readonly [string, object, readonly string[]])[] = [
    ["a key to be deleted", call("kms", "ScheduleKeyDeletion", { keyId: "1" }, key("arn:key")), ["key-disabled"]],
    ["a key switched off", call("kms", "DisableKey", { keyId: "1" }, key("arn:key")), ["key-disabled"]],
    ["somebody else's key", call("kms", "DisableKey", { keyId: "1" }, key("arn:other")), []],
    ["a key that is used", call("kms", "Decrypt", {}, key("arn:key")), []],
    ["old versions no longer kept", versioning("Suspended"), ["bucket-opened"]],
    ["versions kept, as a deployment asks", versioning("Enabled"), []],
    [
      "one of four blocks taken off",
      call("s3", "PutBucketPublicAccessBlock", block({ BlockPublicPolicy: false })),
      ["bucket-opened"],
    ],
    ["all blocks on, as a deployment asks", call("s3", "PutBucketPublicAccessBlock", block()), []],
    ["no block at all", call("s3", "DeleteBucketPublicAccessBlock", { bucketName: "logs" }), ["bucket-opened"]],
    ["no policy", call("s3", "DeleteBucketPolicy", { bucketName: "files" }), ["bucket-opened"]],
    ["somebody else's bucket", call("s3", "DeleteBucketPolicy", { bucketName: "other" }), []],
    [
      "a call that was refused",
      call("s3", "DeleteBucketPolicy", { bucketName: "files" }, { errorCode: "AccessDenied" }),
      [],
    ],
    [
      "a secret, named in any way",
      call("secretsmanager", "DeleteSecret", { secretId: "x" }, secret("arn:secret")),
      ["secret-deleted"],
    ],
    ["somebody else's secret", call("secretsmanager", "DeleteSecret", { secretId: "y" }, secret("arn:y")), []],
    ["the web tasks' log", call("logs", "DeleteLogGroup", { logGroupName: "web" }), ["log-group-deleted"]],
    ["images deleted by hand", call("ecr", "BatchDeleteImage", { repositoryName: "moodle" }), ["image-deleted"]],
    ["images that the lifecycle policy deletes", call("ecr", "PolicyExecutionEvent", { repositoryName: "moodle" }), []],
  ];
  const notices = protectionNotices(all);
  let matched: readonly boolean[];
  before(function () {
    needMatcher(this);
    matched = matches(cases.flatMap(([, event]) => notices.map(({ pattern }) => [pattern, event] as const)));
  });
  cases.forEach(([name, , ids], at) => {
    it(`${ids.length > 0 ? "report" : "do not report"} ${name}`, () => {
      const reporting = notices.filter((_, notice) => matched[at * notices.length + notice]);
      assert.deepEqual(
        reporting.map(({ id }) => id),
        ids,
      );
    });
  });

  it("are for what a region has, and nothing else", () => {
    assert.deepEqual(
      protectionNotices({ keyArns: ["arn:key"] }).map(({ id }) => id),
      ["key-disabled"],
    );
    assert.deepEqual(protectionNotices({}), []);
  });

  it("fit into a rule with as many names as a stack has", () => {
    const longest: Protected = {
      bucketNames: Array(4).fill("b".repeat(63)),
      secretArns: Array(5).fill(`arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:${"s".repeat(60)}`),
    };
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    for (const { id, pattern } of protectionNotices(longest)) {
      assert.ok(JSON.stringify(pattern).length <= 2048, id);
    }
  });
});

function versioning(Status: string): object {
  return call("s3", "PutBucketVersioning", { bucketName: "files", VersioningConfiguration: { Status } });
}

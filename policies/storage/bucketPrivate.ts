import { stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { buckets } from "../lib/types";
import { expect, pass, undecided, violation } from "../lib/verdict";
import { settingsOf } from "./bucketSettings";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const switches = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** Holds for every bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html */
const accountBlock = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";

function isBlockedByAccount(stack: Stack): boolean {
  return stack.ofType(accountBlock).some(({ props }) => switches.every((name) => props.flag(name) === true));
}

export const bucketPrivate = stackRule({
  id: "bucket-private",
  group: "storage",
  severity: "critical",
  title: "S3 buckets block all public access.",
  why: "A bucket policy or an object's ACL, one of thousands, can open a bucket; the block wins over all of them.",
  fix: `Add aws.s3.BucketPublicAccessBlock for the bucket with ${switches.join(", ")} all true; serve files through CloudFront with origin access control.`,
  serves: ["CIS AWS 3.0 2.1.4", "Security Hub S3.8", "Moodle R25"],
  example: `new aws.s3.BucketPublicAccessBlock("files", { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });`,
  types: buckets,
  limits: {},
  check: (bucket, stack) => {
    const { own, open } = settingsOf(stack, bucket, [block]);
    const [setting] = own;
    if (setting === undefined) {
      if (isBlockedByAccount(stack)) {
        return pass;
      }
      return open ? undecided("bucket of a public access block") : violation("no public access block belongs to it");
    }
    return switches.map((name) => expect(setting.props.flag(name), (on) => on === true, `${name} is not true`));
  },
});

import { stackRule } from "../lib/rule";
import { buckets } from "../lib/types";
import { expect, undecided, violation } from "../lib/verdict";
import { settingsOf } from "./bucketSettings";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const switches = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

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
      return open ? undecided("bucket of a public access block") : violation("no public access block belongs to it");
    }
    return switches.map((name) => expect(setting.props.flag(name), (on) => on === true, `${name} is not true`));
  },
});

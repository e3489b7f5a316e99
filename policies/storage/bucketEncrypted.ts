import { stackRule, strict } from "../lib/rule";
import { buckets } from "../lib/types";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { settingsOf } from "./bucketSettings";

const settings = [
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
];

export const bucketEncrypted = stackRule({
  id: "bucket-encrypted",
  group: "storage",
  severity: "high",
  title: "S3 buckets state how they are encrypted.",
  why: "S3 encrypts everything with its own key since 2023, but only a stated setting says which key is meant, and is noticed when it changes.",
  fix: 'Add aws.s3.BucketServerSideEncryptionConfiguration for the bucket with sseAlgorithm "aws:kms" and your key, or "AES256" where a service can not use a key (load balancer access logs).',
  serves: ["Security Hub S3.17", "Well-Architected SEC08-BP02", "Moodle R25"],
  example: `new aws.s3.BucketServerSideEncryptionConfiguration("files", { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }] });`,
  types: buckets,
  limits: { customerKey: strict(false, "Whether a KMS key is asked for in place of S3's own.") },
  check: (bucket, stack, limits) => {
    const { own, open } = settingsOf(stack, bucket, settings);
    const rules = [
      ...own.map((one) => one.props.items("rules")),
      bucket.props.items("serverSideEncryptionConfigurations"),
      ruleInside(bucket.props.object("serverSideEncryptionConfiguration")),
    ];
    const algorithms = rules.flatMap((list) =>
      isUnknown(list) ? [list] : list.map((rule) => rule.text("applyServerSideEncryptionByDefault.sseAlgorithm")),
    );
    if (algorithms.some((one) => typeof one === "string" && (!limits.customerKey || one.startsWith("aws:kms")))) {
      return pass;
    }
    const unknown = algorithms.find(isUnknown);
    if (unknown !== undefined) {
      return undecided(unknown);
    }
    if (open) {
      return undecided("bucket of an encryption setting");
    }
    return violation(
      algorithms.length === 0 ? "no encryption setting belongs to it" : "it is not encrypted with a KMS key",
    );
  },
});

/** The way of aws 6 and older: inside the bucket, one rule. */
function ruleInside(setting: View): readonly View[] {
  return setting.has("rule") ? [setting.object("rule")] : [];
}

import { stackRule } from "../lib/rule";
import { buckets } from "../lib/types";
import { anyOf, pass, undecided, violation, type Tri } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { statementsOf } from "../identity/statements";
import { settingsOf } from "./bucketSettings";

export const bucketTlsOnly = stackRule({
  id: "bucket-tls-only",
  group: "storage",
  severity: "medium",
  title: "S3 buckets refuse requests without TLS.",
  why: "S3 answers plain HTTP unless it is told not to; a client that is set up wrongly then sends objects, and signed addresses, in the clear.",
  fix: 'Add to the bucket policy a Deny for principal "*", action "s3:*", on the bucket and its objects, with the condition Bool { "aws:SecureTransport": "false" }.',
  serves: ["CIS AWS 3.0 2.1.1", "Security Hub S3.5", "Well-Architected SEC09-BP02"],
  example: `{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, \`\${arn}/*\`], Condition: { Bool: { "aws:SecureTransport": "false" } } }`,
  types: buckets,
  limits: {},
  check: (bucket, stack) => {
    const { own, open } = settingsOf(stack, bucket, ["aws:s3/bucketPolicy:BucketPolicy"]);
    const policies = [...own.map((one) => one.props), ...(bucket.props.has("policy") ? [bucket.props] : [])];
    const refuses = policies.map((policy): Tri => {
      const statements = statementsOf(policy, "policy");
      return isUnknown(statements)
        ? statements
        : statements.some(
            (one) => one.text("Effect") === "Deny" && String(one.at("Condition.Bool.aws:SecureTransport")) === "false",
          );
    });
    const result = anyOf(refuses);
    if (result === true) {
      return pass;
    }
    if (isUnknown(result)) {
      return undecided(result);
    }
    return open ? undecided("bucket of a bucket policy") : violation("no bucket policy refuses plain HTTP");
  },
});

import { stackRule } from "../lib/rule";
import { buckets } from "../lib/types";
import { anyOf, pass, undecided, violation, type Tri } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { conditionsOf, statementsOf, texts, type Condition } from "../lib/document";
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
      return isUnknown(statements) ? statements : anyOf(statements.map(refusesPlainHttp));
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

/** Denied for everyone, for every action of S3, on the objects: one role or one action is not the bucket. */
function refusesPlainHttp(statement: View): Tri {
  const conditions = conditionsOf(statement);
  if (isUnknown(conditions)) {
    return conditions;
  }
  const everyone = statement.text("Principal") === "*" || texts(statement, "Principal.AWS").includes("*");
  const all = texts(statement, "Action").some((action) => action === "*" || /^s3:\*$/i.test(action));
  const objects = texts(statement, "Resource").some((one) => one === "*" || one === "?" || one.endsWith("*"));
  const [plain, ...more] = conditions;
  return (
    statement.text("Effect") === "Deny" &&
    everyone &&
    all &&
    objects &&
    more.length === 0 &&
    plain !== undefined &&
    isAboutPlainHttp(plain)
  );
}

/** aws:SecureTransport is in every request, so IfExists makes no difference. Old TLS is refused together with none. */
function isAboutPlainHttp({ operator, key, values }: Condition): boolean {
  return (
    (/^bool$/i.test(operator) && key === "aws:securetransport" && values.every((one) => String(one) === "false")) ||
    (/^StringNotEquals$/i.test(operator) &&
      key === "aws:securetransport" &&
      values.every((one) => String(one) === "true"))
  );
}

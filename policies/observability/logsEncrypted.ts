import { resourceRule, strict } from "../lib/rule";
import { pass, violation } from "../lib/verdict";

export const logsEncrypted = resourceRule({
  id: "logs-encrypted",
  group: "observability",
  severity: "low",
  title: "Log groups are encrypted with a key of the account.",
  why: "CloudWatch encrypts logs anyway; with a key of one's own, reading them needs a second permission, and the key's use is on record.",
  fix: "Set kmsKeyId to a key whose policy lets logs.<region>.amazonaws.com use it for this account's log groups.",
  serves: ["Well-Architected SEC08-BP02"],
  example: `new aws.cloudwatch.LogGroup("web", { kmsKeyId: key.arn, retentionInDays: 90 });`,
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  limits: { customerKey: strict(true, "Whether a KMS key is asked for.") },
  check: ({ props }, limits) =>
    limits.customerKey ? (props.has("kmsKeyId") ? pass : violation("it has no kmsKeyId")) : undefined,
});

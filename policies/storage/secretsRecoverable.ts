import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule, strict } from "../lib/rule";
import { expect, pass, violation } from "../lib/verdict";

export const secretsRecoverable = resourceRule({
  id: "secrets-recoverable",
  group: "storage",
  severity: "medium",
  title: "Secrets are encrypted with a key of the account and can be brought back after deletion.",
  why: "A secret that is deleted without a waiting time takes the service that reads it down at its next start, for good.",
  fix: "Leave recoveryWindowInDays out (30 days), and set kmsKeyId.",
  serves: ["Well-Architected SEC08-BP02", "Well-Architected SEC02-BP03"],
  example: `new aws.secretsmanager.Secret("database", { kmsKeyId: key.arn });`,
  types: ["aws:secretsmanager/secret:Secret"],
  limits: {
    minDays: atLeast(7, "The fewest days in which a deleted secret can be restored."),
    customerKey: strict(true, "Whether a KMS key is asked for."),
  },
  check: ({ props }, limits) => [
    expect(
      props.number("recoveryWindowInDays"),
      (days) => (days ?? awsDefaults.secretRecoveryDays.value) >= limits.minDays,
      (days) => `recoveryWindowInDays is ${days ?? awsDefaults.secretRecoveryDays.value}, not ${limits.minDays}`,
    ),
    !limits.customerKey || props.has("kmsKeyId") ? pass : violation("it has no kmsKeyId"),
  ],
});

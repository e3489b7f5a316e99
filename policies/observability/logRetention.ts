import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { expect } from "../lib/verdict";

export const logRetention = resourceRule({
  id: "log-retention",
  group: "observability",
  severity: "medium",
  title: "Log groups keep their logs for a stated time that is long enough.",
  why: "Without a setting logs are kept, and paid for, forever, personal data included; kept for a week, they are gone when the question comes.",
  fix: "Set retentionInDays to one of the values that CloudWatch knows (30, 60, 90, 180, 365 ...).",
  serves: ["Security Hub CloudWatch.16", "Well-Architected SEC04-BP01", "Moodle R25"],
  example: `new aws.cloudwatch.LogGroup("web", { retentionInDays: 90, kmsKeyId: key.arn });`,
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  limits: { minDays: atLeast(90, "The fewest days.") },
  check: ({ props }, limits) =>
    expect(
      props.number("retentionInDays"),
      (days) => (days ?? awsDefaults.logDays.value) >= limits.minDays,
      (days) =>
        days === undefined || days === 0
          ? "it has no retentionInDays"
          : `it keeps logs for ${days} days, not ${limits.minDays}`,
    ),
  remedy: ({ props }, limits) =>
    props.has("retentionInDays") ? undefined : { retentionInDays: known(limits.minDays) },
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function known(days: number): number {
  return retentions.find((one) => one >= days) ?? 3653;
}

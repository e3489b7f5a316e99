import { stackRule, strict } from "../lib/rule";
import { distribution } from "../lib/types";
import { pass, undecided, violation } from "../lib/verdict";

const deliverySource = "aws:cloudwatch/logDeliverySource:LogDeliverySource";

export const cloudfrontLogs = stackRule({
  id: "cloudfront-logs",
  group: "observability",
  severity: "medium",
  title: "CloudFront distributions write access logs.",
  why: "What the edge answers from its cache, or refuses, is in no other log.",
  fix: "Deliver ACCESS_LOGS with aws.cloudwatch.LogDeliverySource, LogDeliveryDestination and LogDelivery in us-east-1 (version 2), or set loggingConfig.",
  serves: ["Security Hub CloudFront.5", "Well-Architected SEC04-BP01", "Moodle R25"],
  example: `new aws.cloudwatch.LogDeliverySource("site", { logType: "ACCESS_LOGS", resourceArn: distribution.arn });`,
  types: [distribution],
  limits: { logs: strict(true, "Whether access logs are asked for.") },
  check: (resource, stack, limits) => {
    if (!limits.logs) {
      return undefined;
    }
    const sources = stack.referring(deliverySource, "resourceArn", resource);
    if (resource.props.has("loggingConfig.bucket") || sources.exact.length > 0) {
      return pass;
    }
    return sources.possible.length > 0
      ? undecided("resourceArn of a log delivery source")
      : violation("nothing logs its requests");
  },
});

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem, refuse } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { webAclRules } from "./webAclRules";

export interface WebAclArgs {
  /**
   * Requests under /login/ from one address within five minutes. A campus is one address: 4,000 students who start an
   * exam together make some 16,000 (form, post, session test, landing).
   * @default 20000
   */
  readonly loginRequestLimit?: number;
  /**
   * Requests of any kind from one address within five minutes. A whole university at its peak makes about 50,000 page
   * views in that time, with a few more requests each.
   * @default 300000
   */
  readonly floodRequestLimit?: number;
  /** @default 90 */
  readonly logRetentionDays?: number;
  /** A key in us-east-1 whose policy lets CloudWatch Logs use it. @default CloudWatch's own */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/**
 * A web ACL for CloudFront that stops what is certainly hostile and counts what only may be. Give it a provider for
 * us-east-1, where WAF keeps everything of CloudFront's.
 *
 * Only requests that a rule matched are logged, with cookies and credentials struck out.
 *
 * Bodies are inspected up to 16 KB; what lies beyond passes uninspected
 * (https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html).
 *
 * *Cost*: a monthly price for the ACL and each of its seven rules, and one by requests.
 *
 * *Limit*: AWS changes a distribution's ACL within minutes everywhere. An ACL in use cannot be deleted: a destroy takes
 * the distribution first.
 */
export class WebAcl extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Dimension of its metrics in CloudWatch, us-east-1. */
  readonly metricName: string;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: WebAclArgs = {}, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:WebAcl", name, {}, opts);
    const limits = { login: args.loginRequestLimit ?? 20_000, flood: args.floodRequestLimit ?? 300_000 };
    const retentionInDays = args.logRetentionDays ?? 90;
    refuse(this, [
      ...limitProblems("loginRequestLimit", limits.login),
      ...limitProblems("floodRequestLimit", limits.flood),
      ...retentionProblems("logRetentionDays", retentionInDays),
    ]);
    const child = { parent: this };
    this.metricName = name;

    const acl = new aws.wafv2.WebAcl(
      `${name}-acl`,
      {
        scope: "CLOUDFRONT",
        defaultAction: { allow: {} },
        rules: [...webAclRules(limits)],
        visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: this.metricName },
      },
      child,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      // WAF delivers to no group of another name:
      // https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html. The provider adds a unique ending.
      { namePrefix: `aws-waf-logs-${name}-`, retentionInDays, kmsKeyId: args.kmsKeyArn },
      child,
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      `${name}-logging`,
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [logGroup.arn],
        redactedFields: [{ singleHeader: { name: "cookie" } }, { singleHeader: { name: "authorization" } }],
        loggingFilter: {
          defaultBehavior: "DROP",
          filters: [
            {
              behavior: "KEEP",
              requirement: "MEETS_ANY",
              // The last one is what a rule overridden to count gives:
              // https://docs.aws.amazon.com/waf/latest/APIReference/API_ActionCondition.html
              conditions: ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"].map((action) => ({ actionCondition: { action } })),
            },
          ],
        },
      },
      child,
    );

    this.arn = acl.arn;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ arn: this.arn, metricName: this.metricName, logGroupName: this.logGroupName });
  }
}

/**
 * From 10:
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html.
 * The upper end was not checked.
 */
function limitProblems(path: string, given: number): readonly Problem[] {
  return Number.isInteger(given) && given >= 10 && given <= 2_000_000_000
    ? []
    : [
        {
          path,
          given,
          allowed: "10 to 2,000,000,000 requests in five minutes",
          mend: "Think of a campus behind one address.",
        },
      ];
}

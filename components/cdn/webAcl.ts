import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem, refuse } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { type BodyInspectionKb, bodyInspectionSizes, defaultRollout, type Rollout } from "./firewallGroups";
import { countryProblems, families, familyOf, listProblems } from "./firewallLists";
import { dataProtections, loggingFilter, redactedFields } from "./firewallPrivacy";
import { defaultLoginLimit } from "./firewallLogin";
import { webAclRules } from "./webAclRules";

export interface WebAclArgs {
  /** Steps that differ from {@link defaultRollout}. */
  readonly rollout?: Partial<Rollout>;
  /**
   * Requests for one path under /login from one address outside of `allowedCidrs` within five minutes. The arithmetic is
   * beside the rule. @default 2000, or 20000 without `allowedCidrs`
   */
  readonly loginRequestLimit?: number;
  /**
   * Requests of any kind from one address within five minutes. A whole university at its peak makes about 50,000 page
   * views in that time, with a few more requests each.
   * @default 300000
   */
  readonly floodRequestLimit?: number;
  /** The only countries admitted. @default all */
  readonly geoAllow?: readonly string[];
  /** Countries to block. @default none */
  readonly geoBlock?: readonly string[];
  /** Blocks of addresses to block. @default none */
  readonly blockedCidrs?: readonly string[];
  /**
   * Known networks, such as the campus. Rules on countries and reputation and the rate of sign-ins skip them. Rules on
   * contents apply.
   */
  readonly allowedCidrs?: readonly string[];
  /**
   * KB inspected of each body. More than 16 only pays off to count further into uploads: rules that block bodies apply
   * under /login, where 8 KB is the limit.
   * @default 16
   */
  readonly bodyInspectionKb?: BodyInspectionKb;
  /** @default 90 */
  readonly logRetentionDays?: number;
  /** A key in us-east-1 whose policy lets CloudWatch Logs use it. @default CloudWatch's own */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/**
 * A web ACL for CloudFront that blocks requests no user of Moodle sends, judges /login strictly and counts the rest.
 * Give it a provider for us-east-1, where WAF keeps everything of CloudFront's. docs/waf.md says what each rule does
 * and why.
 *
 * Only requests that a rule blocked, or would have, are logged, with cookies, credentials and tokens struck out.
 *
 * Bodies are inspected up to 16 KB by default; the rest of a longer body passes uninspected
 * (https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-setting-body-inspection-limit.html).
 *
 * *Cost*: 5 USD a month for the ACL, 1 USD for each of its rules (13 to 15) and 0.60 USD per million requests
 * (https://aws.amazon.com/waf/pricing/); each further 16 KB of body limit adds to the price of the requests whose body
 * is that large (0.30 USD per million, not checked). Within the 1,500 units that are included: firewallUnits.ts.
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
    const limits = {
      login: args.loginRequestLimit ?? defaultLoginLimit(args.allowedCidrs ?? []),
      flood: args.floodRequestLimit ?? 300_000,
    };
    const { geoAllow = [], geoBlock = [], blockedCidrs = [], allowedCidrs = [], bodyInspectionKb = 16 } = args;
    const retentionInDays = args.logRetentionDays ?? 90;
    refuse(this, [
      ...limitProblems("loginRequestLimit", limits.login),
      ...limitProblems("floodRequestLimit", limits.flood),
      ...countryProblems(geoAllow, geoBlock),
      ...listProblems("blockedCidrs", blockedCidrs),
      ...listProblems("allowedCidrs", allowedCidrs),
      ...bodyProblems(bodyInspectionKb),
      ...retentionProblems("logRetentionDays", retentionInDays),
    ]);
    const child = { parent: this };
    this.metricName = name;

    const rules = webAclRules({
      limits,
      rollout: { ...defaultRollout, ...args.rollout },
      geoAllow,
      geoBlock,
      blockedSets: ipSets(`${name}-blocked`, blockedCidrs, child),
      allowedSets: ipSets(`${name}-allowed`, allowedCidrs, child),
    });
    const acl = new aws.wafv2.WebAcl(
      `${name}-acl`,
      {
        scope: "CLOUDFRONT",
        defaultAction: { allow: {} },
        rules: [...rules],
        associationConfig: {
          requestBodies: [{ cloudfront: { defaultSizeInspectionLimit: `KB_${bodyInspectionKb}` } }],
        },
        dataProtectionConfig: { dataProtections: [...dataProtections] },
        visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: this.metricName },
      },
      child,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      // WAF delivers only to groups with this prefix:
      // https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html. The provider adds a unique ending.
      { namePrefix: `aws-waf-logs-${name}-`, retentionInDays, kmsKeyId: args.kmsKeyArn },
      child,
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      `${name}-logging`,
      { resourceArn: acl.arn, logDestinationConfigs: [logGroup.arn], redactedFields, loggingFilter },
      child,
    );

    this.arn = acl.arn;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ arn: this.arn, metricName: this.metricName, logGroupName: this.logGroupName });
  }
}

/** One IP set for each family of addresses in the list: none for an empty one. */
function ipSets(
  name: string,
  cidrs: readonly string[],
  opts: pulumi.ResourceOptions,
): readonly pulumi.Output<string>[] {
  return families
    .map((ipAddressVersion) => ({
      ipAddressVersion,
      addresses: cidrs.filter((cidr) => familyOf(cidr) === ipAddressVersion),
    }))
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ ipAddressVersion, addresses }) => {
      const set = `${name}-${ipAddressVersion.toLowerCase()}`;
      return new aws.wafv2.IpSet(set, { scope: "CLOUDFRONT", ipAddressVersion, addresses }, opts).arn;
    });
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
          fix: "Think of a campus behind one address.",
        },
      ];
}

function bodyProblems(given: number): readonly Problem[] {
  return bodyInspectionSizes.some((size) => size === given)
    ? []
    : [{ path: "bodyInspectionKb", given, allowed: bodyInspectionSizes.join(", "), fix: "16 costs nothing more." }];
}

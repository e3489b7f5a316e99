import * as aws from "@pulumi/aws";

/** One of AWS's rule groups and what we let it do. */
export interface ManagedRuleGroup {
  readonly name: string;
  /** Its share of the 1,500 units that a web ACL has before it costs more. */
  readonly units: number;
  /** "block" as AWS made it; "count" for every rule until its matches have been read. */
  readonly mode: "block" | "count";
  /** Needed to count rule by rule. */
  readonly rules: readonly string[];
}

/**
 * In this order. Rules, units and what each looks for:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html.
 *
 * The three that read request contents only count at first: they take editor HTML for scripting, uploads and autosave
 * for oversized bodies, database courses for SQL injection and programming courses for PHP. Turning them to blocking,
 * rule by rule and path by path, is what the counts are for.
 *
 * AWSManagedRulesAdminProtectionRuleSet is left out: it guards every path with "admin" in it, and ordinary users work
 * under Moodle's /admin/tool/.
 */
export const managedRuleGroups: readonly ManagedRuleGroup[] = [
  { name: "AWSManagedRulesAmazonIpReputationList", units: 25, mode: "block", rules: [] },
  { name: "AWSManagedRulesKnownBadInputsRuleSet", units: 200, mode: "block", rules: [] },
  {
    name: "AWSManagedRulesCommonRuleSet",
    units: 700,
    mode: "count",
    rules: [
      "NoUserAgent_HEADER",
      "UserAgent_BadBots_HEADER",
      "SizeRestrictions_QUERYSTRING",
      "SizeRestrictions_Cookie_HEADER",
      "SizeRestrictions_BODY",
      "SizeRestrictions_URIPATH",
      "EC2MetaDataSSRF_BODY",
      "EC2MetaDataSSRF_COOKIE",
      "EC2MetaDataSSRF_URIPATH",
      "EC2MetaDataSSRF_QUERYARGUMENTS",
      "GenericLFI_QUERYARGUMENTS",
      "GenericLFI_URIPATH",
      "GenericLFI_BODY",
      "RestrictedExtensions_URIPATH",
      "RestrictedExtensions_QUERYARGUMENTS",
      "GenericRFI_QUERYARGUMENTS",
      "GenericRFI_BODY",
      "GenericRFI_URIPATH",
      "CrossSiteScripting_COOKIE",
      "CrossSiteScripting_QUERYARGUMENTS",
      "CrossSiteScripting_BODY",
      "CrossSiteScripting_URIPATH",
    ],
  },
  {
    name: "AWSManagedRulesSQLiRuleSet",
    units: 200,
    mode: "count",
    rules: [
      "SQLi_QUERYARGUMENTS",
      "SQLiExtendedPatterns_QUERYARGUMENTS",
      "SQLi_BODY",
      "SQLiExtendedPatterns_BODY",
      "SQLiExtendedPatterns_HEADER",
      "SQLiExtendedPatterns_URIPATH",
      "SQLi_COOKIE",
      "SQLi_URIPATH",
    ],
  },
  {
    name: "AWSManagedRulesPHPRuleSet",
    units: 100,
    mode: "count",
    rules: [
      "PHPHighRiskMethodsVariables_HEADER",
      "PHPHighRiskMethodsVariables_QUERYSTRING",
      "PHPHighRiskMethodsVariables_BODY",
      "PHPHighRiskMethodsVariables_URIPATH",
    ],
  },
];

/**
 * Units of the two rate rules: 2 each, and for the log-in one 2 for the prefix and 10 for making the path plain
 * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html).
 */
export const rateRuleUnits = 2 + 2 + 2 + 10;

/** Requests from one address within five minutes. */
export interface RateLimits {
  readonly login: number;
  readonly flood: number;
}

/**
 * One minute, two, five or ten:
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
 */
const windowSeconds = 300;

type Rule = aws.types.input.wafv2.WebAclRule;

/** Rate rules first, since they are the cheapest to decide, then the managed groups. */
export function webAclRules(limits: RateLimits): readonly Rule[] {
  const rules: Omit<Rule, "priority" | "visibilityConfig">[] = [
    {
      name: "flood",
      action: { block: {} },
      statement: {
        rateBasedStatement: { aggregateKeyType: "IP", limit: limits.flood, evaluationWindowSec: windowSeconds },
      },
    },
    {
      name: "login-rate",
      action: { block: {} },
      statement: {
        rateBasedStatement: {
          aggregateKeyType: "IP",
          limit: limits.login,
          evaluationWindowSec: windowSeconds,
          scopeDownStatement: {
            byteMatchStatement: {
              fieldToMatch: { uriPath: {} },
              positionalConstraint: "STARTS_WITH",
              searchString: "/login/",
              // nginx serves //login/ and /x/../login/ as well.
              textTransformations: [{ priority: 0, type: "NORMALIZE_PATH" }],
            },
          },
        },
      },
    },
    ...managedRuleGroups.map(managedRule),
  ];
  return rules.map((rule, priority) => ({
    ...rule,
    priority,
    visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: rule.name as string },
  }));
}

/**
 * Counting is said twice. By rule, so that each match is labelled and measured and the next rule still gets to look;
 * and for the whole group, because AWS adds rules to groups without asking, and silently ignores an override whose rule
 * it has renamed (https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html).
 */
function managedRule({ name, mode, rules }: ManagedRuleGroup): Omit<Rule, "priority" | "visibilityConfig"> {
  return {
    name,
    overrideAction: mode === "count" ? { count: {} } : { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: rules.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}

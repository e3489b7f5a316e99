import type * as pulumi from "@pulumi/pulumi";
import { countedRules, labelsOf, type ManagedRuleGroup, managedRuleGroups, type Rollout } from "./firewallGroups";
import { loginRules, onLogin } from "./firewallLogin";
import {
  all,
  any,
  labelled,
  not,
  pathMatches,
  type PlainRule,
  type Rule,
  type Statement,
  windowSeconds,
} from "./firewallStatements";

/** Requests from one address within five minutes. */
export interface RateLimits {
  readonly login: number;
  readonly flood: number;
}

export interface FirewallRules {
  readonly limits: RateLimits;
  readonly rollout: Rollout;
  readonly geoAllow: readonly string[];
  readonly geoBlock: readonly string[];
  /** ARNs of IP sets, one for each family of addresses that is in use. */
  readonly blockedSets: readonly pulumi.Input<string>[];
  readonly allowedSets: readonly pulumi.Input<string>[];
}

/**
 * Paths that programs request, and paths with file names chosen by their authors: web services, the app and their
 * tokens, calendars, LTI in both directions, feeds, and everything that serves course files.
 */
const onLenientPath = "moodle:lenient-path";
const lenientPaths =
  "^/(webservice/|login/token\\.php|calendar/export_execute\\.php|mod/lti/|enrol/lti/|rss/file\\.php|(token|draft)?(plugin)?file\\.php)";

const labelling = (name: string, statement: Statement, label: string): PlainRule => ({
  name,
  action: { count: {} },
  statement,
  ruleLabels: [{ name: label }],
});

/** Our labels first, then rules without a look inside (lists, rates), then AWS's groups, then rules on their labels. */
export function webAclRules(args: FirewallRules): readonly Rule[] {
  const known = args.allowedSets.map(inSet);
  const rules: readonly PlainRule[] = [
    labelling("label-login", pathMatches("^/login(/|$)"), onLogin),
    labelling("label-lenient-path", pathMatches(lenientPaths), onLenientPath),
    ...listRules(args, known),
    {
      name: "flood",
      action: { block: {} },
      statement: {
        rateBasedStatement: { aggregateKeyType: "IP", limit: args.limits.flood, evaluationWindowSec: windowSeconds },
      },
    },
    ...loginRules.before(args.limits.login, args.rollout.login, known),
    ...managedRuleGroups.map((group) => managedRule(group, args.rollout, known)),
    ...loginRules.after(args.rollout.login),
    ...programRule(args.rollout),
  ];
  return rules.map((rule, priority) => ({
    ...rule,
    priority,
    visibilityConfig: { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: rule.name },
  }));
}

const inSet = (arn: pulumi.Input<string>): Statement => ({ ipSetReferenceStatement: { arn } });
const fromCountries = (countryCodes: readonly string[]): Statement => ({
  geoMatchStatement: { countryCodes: [...countryCodes] },
});

/** Addresses and countries of the settings. A blocked address is blocked even inside an allowed range. */
function listRules(args: FirewallRules, known: readonly Statement[]): readonly PlainRule[] {
  const { blockedSets, geoAllow, geoBlock } = args;
  const strangers = known.map(not);
  return [
    ...(blockedSets.length === 0
      ? []
      : [{ name: "blocked-addresses", action: { block: {} }, statement: any(blockedSets.map(inSet)) }]),
    ...(geoBlock.length === 0
      ? []
      : [{ name: "countries", action: { block: {} }, statement: all([fromCountries(geoBlock), ...strangers]) }]),
    ...(geoAllow.length === 0
      ? []
      : [{ name: "countries", action: { block: {} }, statement: all([not(fromCountries(geoAllow)), ...strangers]) }]),
  ];
}

/**
 * A counting group is set to count twice. By rule, so that each match is labelled and measured and the next rule still
 * runs; and for the whole group, because AWS adds rules to groups without notice, and silently ignores an override
 * whose rule it has renamed (https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html).
 *
 * Known networks skip the reputation lists: one infected laptop behind a campus's address would block the campus.
 */
function managedRule(group: ManagedRuleGroup, rollout: Rollout, known: readonly Statement[]): PlainRule {
  const counting = rollout[group.step] === "count";
  const counted = counting ? group.rules : countedRules(group);
  const asked = group.step === "reputation" && known.length > 0 ? all(known.map(not)) : undefined;
  return {
    name: group.name,
    overrideAction: counting ? { count: {} } : { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group.name,
        ruleActionOverrides: counted.map(({ name }) => ({ name, actionToUse: { count: {} } })),
        ...(asked && { scopeDownStatement: asked }),
      },
    },
  };
}

/** Blocks clients without a name, bad bots and probes for server files, except where our own programs send requests. */
function programRule(rollout: Rollout): readonly PlainRule[] {
  const labels = labelsOf("program", rollout);
  return labels.length === 0
    ? []
    : [
        {
          name: "programs",
          action: { block: {} },
          statement: all([any(labels.map(labelled)), not(labelled(onLenientPath))]),
        },
      ];
}

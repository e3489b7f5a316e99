/** Action of a firewall group on a match, outside /login. */
export type Mode = "count" | "block";

/** The steps of the rollout: each of AWS's groups, and our own judgement of /login. */
export const rolloutSteps = ["reputation", "badInputs", "common", "sql", "php", "unix", "login"] as const;
export type Rollout = Readonly<Record<(typeof rolloutSteps)[number], Mode>>;

/** Groups that were watched long enough block; groups that read contents count until their matches have been read. */
export const defaultRollout: Rollout = {
  reputation: "block",
  badInputs: "block",
  common: "count",
  sql: "count",
  php: "count",
  unix: "count",
  login: "block",
};

/** KB of each body that is inspected: https://docs.aws.amazon.com/waf/latest/APIReference/API_RequestBodyAssociatedResourceTypeConfig.html. */
export const bodyInspectionSizes = [16, 32, 48, 64] as const;
export type BodyInspectionKb = (typeof bodyInspectionSizes)[number];

/**
 * Part of a request that a rule reads, as far as it decides what the rule may do:
 *
 * - `typed`: what people write (bodies, query arguments, and the headers that repeat them: Referer). Essays, quiz
 *   answers and searches of programming courses look like attacks, so it only counts, except on /login.
 * - `size`: bytes. Uploads, autosave, single sign-on cookies and Moodle's script combiner exceed every limit: counts.
 * - `program`: who asks, or for which file. Blocks, except on the paths of programs and course files.
 * - `certain`: anything that no user of Moodle sends. Blocks.
 */
export type Reads = "typed" | "size" | "program" | "certain";

export interface ManagedRule {
  readonly name: string;
  /** The last part of its label; the group's namespace comes before. */
  readonly label: string;
  readonly reads: Reads;
}

/** One of AWS's rule groups. */
export interface ManagedRuleGroup {
  readonly name: string;
  readonly step: Exclude<keyof Rollout, "login">;
  /** Its share of the 1,500 units that a web ACL has before it costs more. */
  readonly units: number;
  readonly namespace: string;
  readonly rules: readonly ManagedRule[];
}

const group = (
  name: string,
  step: ManagedRuleGroup["step"],
  units: number,
  namespace: string,
  rules: readonly (readonly [name: string, label: string, reads: Reads])[],
): ManagedRuleGroup => ({
  name,
  step,
  units,
  namespace: `awswaf:managed:aws:${namespace}:`,
  rules: rules.map(([rule, label, reads]) => ({
    name: rule,
    label: `awswaf:managed:aws:${namespace}:${label}`,
    reads,
  })),
});

/**
 * In this order. Rules, units, labels and what each looks for:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html,
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-use-case.html and
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html.
 *
 * Left out: AWSManagedRulesAdminProtectionRuleSet guards every path with "admin" in it, and ordinary users work under
 * Moodle's /admin/tool/. AWSManagedRulesWindowsRuleSet protects what we do not run, stops the uploads of Windows
 * courses, and its 200 units would not fit.
 */
export const managedRuleGroups: readonly ManagedRuleGroup[] = [
  group("AWSManagedRulesAmazonIpReputationList", "reputation", 25, "amazon-ip-list", [
    ["AWSManagedIPReputationList", "AWSManagedIPReputationList", "certain"],
    ["AWSManagedReconnaissanceList", "AWSManagedReconnaissanceList", "certain"],
    // AWS already set it to count, so it is not overridden.
    ["AWSManagedIPDDoSList", "AWSManagedIPDDoSList", "certain"],
  ]),
  // Java courses hand in Runtime.getRuntime().exec(), security courses discuss Log4Shell: neither harms PHP.
  group("AWSManagedRulesKnownBadInputsRuleSet", "badInputs", 200, "known-bad-inputs", [
    ["JavaDeserializationRCE_HEADER", "JavaDeserializationRCE_Header", "certain"],
    ["JavaDeserializationRCE_BODY", "JavaDeserializationRCE_Body", "typed"],
    ["JavaDeserializationRCE_URIPATH", "JavaDeserializationRCE_URIPath", "certain"],
    ["JavaDeserializationRCE_QUERYSTRING", "JavaDeserializationRCE_QueryString", "typed"],
    ["Host_localhost_HEADER", "Host_Localhost_Header", "certain"],
    ["PROPFIND_METHOD", "Propfind_Method", "certain"],
    // A Java course's folder holds its own WEB-INF.
    ["ExploitablePaths_URIPATH", "ExploitablePaths_URIPath", "program"],
    ["Log4JRCE_HEADER", "Log4JRCE_Header", "certain"],
    ["Log4JRCE_QUERYSTRING", "Log4JRCE_QueryString", "typed"],
    ["Log4JRCE_BODY", "Log4JRCE_Body", "typed"],
    ["Log4JRCE_URIPATH", "Log4JRCE_URIPath", "certain"],
    ["ReactJSRCE_BODY", "ReactJSRCE_Body", "typed"],
  ]),
  group("AWSManagedRulesCommonRuleSet", "common", 700, "core-rule-set", [
    ["NoUserAgent_HEADER", "NoUserAgent_Header", "program"],
    ["UserAgent_BadBots_HEADER", "BadBots_Header", "program"],
    ["SizeRestrictions_QUERYSTRING", "SizeRestrictions_QueryString", "size"],
    ["SizeRestrictions_Cookie_HEADER", "SizeRestrictions_Cookie_Header", "size"],
    ["SizeRestrictions_BODY", "SizeRestrictions_Body", "size"],
    ["SizeRestrictions_URIPATH", "SizeRestrictions_URIPath", "size"],
    ["EC2MetaDataSSRF_BODY", "EC2MetaDataSSRF_Body", "typed"],
    ["EC2MetaDataSSRF_COOKIE", "EC2MetaDataSSRF_Cookie", "certain"],
    ["EC2MetaDataSSRF_URIPATH", "EC2MetaDataSSRF_URIPath", "certain"],
    ["EC2MetaDataSSRF_QUERYARGUMENTS", "EC2MetaDataSSRF_QueryArguments", "typed"],
    ["GenericLFI_QUERYARGUMENTS", "GenericLFI_QueryArguments", "typed"],
    ["GenericLFI_URIPATH", "GenericLFI_URIPath", "certain"],
    ["GenericLFI_BODY", "GenericLFI_Body", "typed"],
    // Students keep .log and .ini files; the name is theirs, so it is typed too.
    ["RestrictedExtensions_URIPATH", "RestrictedExtensions_URIPath", "typed"],
    ["RestrictedExtensions_QUERYARGUMENTS", "RestrictedExtensions_QueryArguments", "typed"],
    ["GenericRFI_QUERYARGUMENTS", "GenericRFI_QueryArguments", "typed"],
    ["GenericRFI_BODY", "GenericRFI_Body", "typed"],
    ["GenericRFI_URIPATH", "GenericRFI_URIPath", "certain"],
    ["CrossSiteScripting_COOKIE", "CrossSiteScripting_Cookie", "certain"],
    ["CrossSiteScripting_QUERYARGUMENTS", "CrossSiteScripting_QueryArguments", "typed"],
    ["CrossSiteScripting_BODY", "CrossSiteScripting_Body", "typed"],
    ["CrossSiteScripting_URIPATH", "CrossSiteScripting_URIPath", "certain"],
  ]),
  group("AWSManagedRulesSQLiRuleSet", "sql", 200, "sql-database", [
    ["SQLi_QUERYARGUMENTS", "SQLi_QueryArguments", "typed"],
    ["SQLiExtendedPatterns_QUERYARGUMENTS", "SQLiExtendedPatterns_QueryArguments", "typed"],
    ["SQLi_BODY", "SQLi_Body", "typed"],
    ["SQLiExtendedPatterns_BODY", "SQLiExtendedPatterns_Body", "typed"],
    ["SQLiExtendedPatterns_HEADER", "SQLiExtendedPatterns_Header", "typed"],
    ["SQLiExtendedPatterns_URIPATH", "SQLiExtendedPatterns_UriPath", "typed"],
    ["SQLi_COOKIE", "SQLi_Cookie", "certain"],
    ["SQLi_URIPATH", "SQLi_URIPath", "certain"],
  ]),
  group("AWSManagedRulesPHPRuleSet", "php", 100, "php-app", [
    ["PHPHighRiskMethodsVariables_HEADER", "PHPHighRiskMethodsVariables_Header", "typed"],
    ["PHPHighRiskMethodsVariables_QUERYSTRING", "PHPHighRiskMethodsVariables_QueryString", "typed"],
    ["PHPHighRiskMethodsVariables_BODY", "PHPHighRiskMethodsVariables_Body", "typed"],
    ["PHPHighRiskMethodsVariables_URIPATH", "PHPHighRiskMethodsVariables_URIPath", "certain"],
  ]),
  group("AWSManagedRulesUnixRuleSet", "unix", 100, "posix-os", [
    ["UNIXShellCommandsVariables_QUERYSTRING", "UNIXShellCommandsVariables_QueryString", "typed"],
    ["UNIXShellCommandsVariables_BODY", "UNIXShellCommandsVariables_Body", "typed"],
    ["UNIXShellCommandsVariables_HEADER", "UNIXShellCommandsVariables_Header", "typed"],
  ]),
];

/** Rules that only count, whatever the group's mode: see {@link Reads}. */
export function countedRules({ rules }: ManagedRuleGroup): readonly ManagedRule[] {
  return rules.filter(({ reads }) => reads !== "certain");
}

/** The labels of the rules of this kind, in groups that have come to blocking. */
export function labelsOf(reads: Reads, rollout: Rollout): readonly string[] {
  return managedRuleGroups
    .filter(({ step }) => rollout[step] === "block")
    .flatMap(({ rules }) => rules.filter((rule) => rule.reads === reads).map(({ label }) => label));
}

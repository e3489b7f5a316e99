// cspell:ignore cogin
import type * as aws from "@pulumi/aws";

export type Statement = aws.types.input.wafv2.WebAclRuleStatement;
export type Rule = aws.types.input.wafv2.WebAclRule & { readonly name: string };
/** A rule before it has its place in the order. */
export type PlainRule = Omit<Rule, "priority" | "visibilityConfig">;

/**
 * Window over which rates are measured, in seconds. One minute, two, five or ten:
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
 */
export const windowSeconds = 300;

/** Matches requests that an earlier rule of this ACL put this label on. */
export const labelled = (key: string): Statement => ({ labelMatchStatement: { scope: "LABEL", key } });

/** Matches any label below a namespace, which ends with a colon. */
export const labelledUnder = (key: string): Statement => ({ labelMatchStatement: { scope: "NAMESPACE", key } });

export const not = (statement: Statement): Statement => ({ notStatement: { statement } });

/** AWS requires at least two statements in each of these: a single one stands alone. */
export const any = (statements: readonly Statement[]): Statement =>
  statements.length === 1 ? statements[0]! : { orStatement: { statements: [...statements] } };

export const all = (statements: readonly Statement[]): Statement =>
  statements.length === 1 ? statements[0]! : { andStatement: { statements: [...statements] } };

/** In this order: decoded text may be a path that still has to be normalized. */
const plain = [
  { priority: 0, type: "URL_DECODE" },
  { priority: 1, type: "NORMALIZE_PATH" },
];

/** Matches the path as the web server will understand it: nginx serves //login/, /x/../login/ and /%6cogin/ as well. */
export const pathMatches = (regexString: string): Statement => ({
  regexMatchStatement: { fieldToMatch: { uriPath: {} }, regexString, textTransformations: plain },
});

/** Matches the path exactly as it was sent. */
export const rawPathMatches = (regexString: string): Statement => ({
  regexMatchStatement: {
    fieldToMatch: { uriPath: {} },
    regexString,
    textTransformations: [{ priority: 0, type: "NONE" }],
  },
});

import type * as aws from "@pulumi/aws";

/** The logging configuration strikes out only these parts of a request. */
const redactedHeaders = ["cookie", "authorization"];

/**
 * Moodle's query arguments with which a reader of a log could act as the user: the session key, web service and
 * calendar tokens, mail and RSS keys, passwords given to /login/token.php, single sign-on codes and tickets.
 */
const secretArguments = [
  "sesskey",
  "logintoken",
  "wstoken",
  "token",
  "privatetoken",
  "authtoken",
  "key",
  "username",
  "password",
  "ticket",
  "code",
  "state",
  "id_token",
  "SAMLResponse",
  "data",
];

type Protection = aws.types.input.wafv2.WebAclDataProtectionConfigDataProtection;

const strike = (fieldType: string, fieldKeys?: readonly string[]): Protection => ({
  action: "SUBSTITUTION",
  field: { fieldType, ...(fieldKeys && { fieldKeys: [...fieldKeys] }) },
});

/**
 * The logging configuration can strike out a header, the path or the whole query string, never one argument
 * (https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html), and does not affect the sampled
 * requests in the console. Data protection does:
 * https://docs.aws.amazon.com/waf/latest/APIReference/API_DataProtectionConfig.html. Bodies are never logged, except
 * the piece that a rule took for an injection: a password or a student's sentence. It is struck out as well; the name
 * of the rule stays.
 *
 * *Limit*: tokens in the path (/tokenpluginfile.php/TOKEN/...) stay, as only the whole path could be struck out. In
 * the details of a match one protected argument strikes out the whole query string
 * (https://docs.aws.amazon.com/waf/latest/developerguide/data-protection-limitations.html).
 */
export const dataProtections: readonly Protection[] = [
  strike("SINGLE_HEADER", redactedHeaders),
  strike("SINGLE_QUERY_ARGUMENT", secretArguments),
  strike("BODY"),
];

export const redactedFields = redactedHeaders.map((name) => ({ singleHeader: { name } }));

/**
 * Keeps what was blocked, and what a rule overridden to count would have blocked (EXCLUDED_AS_COUNT):
 * https://docs.aws.amazon.com/waf/latest/APIReference/API_ActionCondition.html. Not COUNT: the rules that only put a
 * label on a path count every request there, and all of those would be logged.
 */
export const loggingFilter = {
  defaultBehavior: "DROP",
  filters: [
    {
      behavior: "KEEP",
      requirement: "MEETS_ANY",
      conditions: ["BLOCK", "EXCLUDED_AS_COUNT"].map((action) => ({ actionCondition: { action } })),
    },
  ],
};

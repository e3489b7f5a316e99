// cspell:ignore cogin
import { type Mode, managedRuleGroups } from "./firewallGroups";
import {
  all,
  any,
  labelled,
  labelledUnder,
  not,
  type PlainRule,
  rawPathMatches,
  type Statement,
  windowSeconds,
} from "./firewallStatements";

/** Label that a counting rule puts on every request under /login; later rules can check it at one unit each. */
export const onLogin = "moodle:login";

/**
 * Forms under /login hold a name, a password and a token; the largest, self-registration with a captcha, a few
 * kilobytes. AWS's own limit of the same size cannot be kept to a path. Below the smallest body limit (16 KB), so a
 * larger body is seen as too large even though only its beginning is inspected.
 */
const loginBodyBytes = 8_192;

/**
 * Spellings of the paths under /login that Moodle's own pages and programs use. The web server understands others too
 * (//login/, /login/index.php/x, %6cogin), but nobody sends those by accident, and each would have a rate of its own.
 */
const plainLoginPath = "^/login/?([a-z_]+\\.php)?$";

/**
 * Labels of single rules, where the group also has rules that must not block here: sizes, and clients without a name,
 * since scripts ask for tokens at /login/token.php. Every label of the other groups counts.
 */
const singly = "AWSManagedRulesCommonRuleSet";
const blockedAgent = "awswaf:managed:aws:core-rule-set:BadBots_Header";

const action = (mode: Mode) => (mode === "block" ? { block: {} } : { count: {} });

/**
 * Requests for one path under /login from one address of a campus within five minutes. A sign-in asks /login/index.php
 * three times (form, post, session test). 4,000 students behind one address who start an exam together ask 12,000 times;
 * if a quarter mistypes twice, 2,000 times more; 20,000 leaves a margin of 40 %.
 */
export const campusLoginLimit = 20_000;

/**
 * The same for an address outside the campus: a hall of residence of 1,500, of whom a quarter signs in within the five
 * minutes, asks 1,125 times. Above it a guesser has 24,000 tries an hour, for each of which Moodle's lockout counts.
 */
export const strangerLoginLimit = 2_000;

/** The default limit. While the campus's networks are unknown, it is the limit that locks no exam out. */
export function defaultLoginLimit(allowedCidrs: readonly string[]): number {
  return allowedCidrs.length > 0 ? strangerLoginLimit : campusLoginLimit;
}

/** Aggregation by address and path, at 30 units a key. */
const byPath = {
  aggregateKeyType: "CUSTOM_KEYS",
  customKeys: [{ ip: {} }, { uriPath: { textTransformations: [{ priority: 0, type: "NONE" }] } }],
};

/** Blocks an address that sends too many requests under /login. */
function rate(name: string, limit: number, mode: Mode, from: readonly Statement[], by: object): PlainRule {
  const scopeDownStatement = all([labelled(onLogin), ...from]);
  return {
    name,
    action: action(mode),
    statement: { rateBasedStatement: { ...by, limit, evaluationWindowSec: windowSeconds, scopeDownStatement } },
  } as PlainRule;
}

/**
 * Rules for /login alone, where no user writes text. `before` AWS's groups: rules that need no look inside. `after`
 * them: rules on their labels.
 */
export const loginRules = {
  /**
   * *Rate*: per address and path, and for known networks, with {@link campusLoginLimit}, per address alone, which leaves the
   * ACL within the units that its price includes: phones that renew 3,000 tokens meanwhile fit in. For all others `limit`, by default {@link strangerLoginLimit} once the known ones are named.
   *
   * *Limit*: AWS estimates rates and looks every few seconds, so a few thousand requests more pass; and a guess from
   * thousands of addresses at a time never reaches the limit. The name is a field of the form, which no rate rule of AWS
   * can count by (https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatementCustomKey.html): Moodle's own
   * account lockout is for that.
   */
  before: (limit: number, mode: Mode, known: readonly Statement[]): readonly PlainRule[] => [
    rate("login-rate", limit, mode, known.map(not), byPath),
    ...(known.length === 0
      ? []
      : [rate("login-rate-known", campusLoginLimit, mode, [any(known)], { aggregateKeyType: "IP" })]),
    {
      name: "login-path",
      action: action(mode),
      statement: all([labelled(onLogin), not(rawPathMatches(plainLoginPath))]),
    },
    {
      name: "login-size",
      action: action(mode),
      statement: all([
        labelled(onLogin),
        {
          sizeConstraintStatement: {
            fieldToMatch: { body: { oversizeHandling: "CONTINUE" } },
            comparisonOperator: "GT",
            size: loginBodyBytes,
            textTransformations: [{ priority: 0, type: "NONE" }],
          },
        },
      ]),
    },
  ],

  after: (mode: Mode): readonly PlainRule[] => [
    {
      name: "login-contents",
      action: action(mode),
      statement: all([labelled(onLogin), any(hostileLabels())]),
    },
  ],
};

function hostileLabels(): readonly Statement[] {
  const contents = managedRuleGroups.filter(({ step }) => step !== "reputation");
  return [
    ...contents
      .filter(({ name }) => name === singly)
      .flatMap(({ rules }) => rules.filter(({ reads }) => reads === "typed" || reads === "certain"))
      .map(({ label }) => labelled(label)),
    labelled(blockedAgent),
    ...contents.filter(({ name }) => name !== singly).map(({ namespace }) => labelledUnder(namespace)),
  ];
}

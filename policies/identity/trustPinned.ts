import { isForAnyone } from "../lib/anyone";
import { asks, conditionsOf, statementsOf, takesIn, type Condition } from "../lib/document";
import { resourceRule } from "../lib/rule";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

export const trustPinned = resourceRule({
  id: "trust-pinned",
  group: "identity",
  severity: "critical",
  title: "Roles trust a named party, and a named repository or account behind an identity provider.",
  why: "A role that trusts everyone, or a whole identity provider such as GitHub's, can be taken by any account or any repository in the world.",
  fix: "Name the service or account in Principal; for web identity add a StringEquals or StringLike condition on the provider's :sub claim (repo:<owner>/<name>:...), for SAML one on SAML:aud.",
  serves: ["Well-Architected SEC03-BP07", "Moodle R25"],
  example: `{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }`,
  types: ["aws:iam/role:Role"],
  limits: {},
  check: ({ props }) => {
    const statements = statementsOf(props, "assumeRolePolicy");
    return isUnknown(statements) ? undecided(statements) : statements.flatMap(judge);
  },
});

/** A statement holds for each kind of its principals: identity providers, and accounts or services beside them. */
function judge(statement: View): readonly Verdict[] {
  if (statement.text("Effect") !== "Allow") {
    return [pass];
  }
  const open = isForAnyone(statement, "Federated");
  const others = isUnknown(open) ? undecided(open) : open ? violation("it trusts every AWS account") : pass;
  const federated = federatedOf(statement);
  return federated.length === 0 ? [others] : [others, ofProviders(federated, statement)];
}

function ofProviders(federated: readonly string[], statement: View): Verdict {
  if (federated.includes("*")) {
    return violation("it trusts every identity provider");
  }
  const conditions = conditionsOf(statement);
  if (isUnknown(conditions)) {
    return undecided(conditions);
  }
  const claims = federated.flatMap(claimsOf);
  const wanted = conditions.filter((one) => claims.some((claim) => one.key.endsWith(claim)) && pins(one));
  if (wanted.length === 0) {
    const claim = [...new Set(claims)].join(" or ");
    return violation(`it trusts everyone whom an identity provider knows (no condition on ${claim})`);
  }
  // Each condition must hold, so one that is narrow is enough; of its values any is.
  const verdicts = wanted.map(ofValues);
  return (
    verdicts.find(({ kind }) => kind === "pass") ?? verdicts.find(({ kind }) => kind === "undecided") ?? verdicts[0]!
  );
}

/**
 * The claims of which one pins a provider, as the end of a condition's key. SAML has its audience, and its subject is the directory's business;
 * an identity pool of Cognito is its audience; a repository or a workload is the subject.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
 */
function claimsOf(provider: string): readonly string[] {
  return provider.includes(":saml-provider/") ? ["saml:aud"] : (audiences[provider] ?? [":sub"]);
}

/**
 * Providers that IAM knows by name. Everybody may sign in there, and does so to an application, whose number is what pins the trust:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
const audiences: Readonly<Record<string, readonly string[]>> = {
  "cognito-identity.amazonaws.com": ["cognito-identity.amazonaws.com:aud"],
  "accounts.google.com": ["accounts.google.com:aud", "accounts.google.com:oaud", ":sub"],
  "graph.facebook.com": ["graph.facebook.com:app_id", "graph.facebook.com:id"],
  "www.amazon.com": ["www.amazon.com:app_id", "www.amazon.com:user_id"],
};

function federatedOf(statement: View): readonly string[] {
  const list = statement.list("Principal.Federated");
  return isUnknown(list) ? ["?"] : list.map((one) => (typeof one === "string" ? one : "?"));
}

function pins(condition: Condition): boolean {
  return asks(condition) && /^String/i.test(condition.operator);
}

function ofValues({ key, operator, values }: Condition): Verdict {
  const isOpen = key === "saml:aud" ? isOpenAudience : isOpenSubject;
  const open = values.find((value) => typeof value === "string" && isOpen(value, /like/i.test(operator)));
  if (open !== undefined) {
    return violation(`it trusts everyone whose ${key.split(":").pop()!} is like "${String(open)}"`);
  }
  const unknown = values.find(isUnknown);
  return unknown === undefined ? pass : undecided(unknown);
}

/** A pattern that takes in another site than AWS's own sign-in. */
function isOpenAudience(value: string, isPattern: boolean): boolean {
  return isPattern && takesIn(value, "https://sign-in.example.org/saml");
}

/**
 * `*`, `repo:*`, `repo:my*`, `repo:*\/moodle:ref:refs/heads/main`: anyone can register an owner of that name, and have a repository of any
 * name. What is fixed must reach past the owner: to the first `/`, or the second `:`. Of a workload of Kubernetes that is its namespace:
 * `system:serviceaccount:moodle:*`.
 */
function isOpenSubject(value: string, isPattern: boolean): boolean {
  if (!isPattern || !/[*?]/.test(value)) {
    return value === "*";
  }
  // A repository of Bitbucket is a number, of a provider that is one workspace's own.
  if (/^\{[\w-]{8,}\}:/.test(value)) {
    return false;
  }
  const fixed = (value.split(/[*?]/)[0] ?? "").replace(/^system:serviceaccount:/, "system:");
  const owner = fixed.slice(fixed.indexOf(":") + 1);
  return !/^[^/:]+[/:]/.test(owner);
}

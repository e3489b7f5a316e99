import { isForAnyone } from "../lib/anyone";
import { conditionsOf, statementsOf, type Condition } from "../lib/document";
import { resourceRule } from "../lib/rule";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

export const trustPinned = resourceRule({
  id: "trust-pinned",
  group: "identity",
  severity: "critical",
  title: "Roles trust a named party, and a named repository or account behind an identity provider.",
  why: "A role that trusts everyone, or a whole identity provider such as GitHub's, can be taken by any account or any repository in the world.",
  fix: "Name the service or account in Principal; for web identity add a StringEquals or StringLike condition on the provider's :sub claim (repo:<owner>/<name>:...).",
  serves: ["Well-Architected SEC03-BP07", "Moodle R25"],
  example: `{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }`,
  types: ["aws:iam/role:Role"],
  limits: {},
  check: ({ props }) => {
    const statements = statementsOf(props, "assumeRolePolicy");
    return isUnknown(statements) ? undecided(statements) : statements.map(judge);
  },
});

function judge(statement: View): Verdict {
  if (statement.text("Effect") !== "Allow") {
    return pass;
  }
  const federated = federatedOf(statement);
  if (federated.length === 0) {
    const open = isForAnyone(statement);
    return isUnknown(open) ? undecided(open) : open ? violation("it trusts every AWS account") : pass;
  }
  // SAML asks for its audience only; its subject is the directory's business.
  if (federated.every((one) => one.includes(":saml-provider/"))) {
    return pass;
  }
  if (federated.includes("*")) {
    return violation("it trusts every identity provider");
  }
  // An identity pool of Cognito is pinned by its own id, which is the audience; a repository or a workload is the subject.
  const claim = federated.includes("cognito-identity.amazonaws.com") ? ":aud" : ":sub";
  const conditions = conditionsOf(statement);
  if (isUnknown(conditions)) {
    return undecided(conditions);
  }
  const wanted = conditions.filter((one) => one.key.endsWith(claim) && pins(one));
  if (wanted.length === 0) {
    return violation(`it trusts everyone whom an identity provider knows (no condition on ${claim})`);
  }
  // Each condition must hold, so one that is narrow is enough; of its values any is.
  const verdicts = wanted.map((one) => ofValues(one, claim));
  return (
    verdicts.find(({ kind }) => kind === "pass") ?? verdicts.find(({ kind }) => kind === "undecided") ?? verdicts[0]!
  );
}

function federatedOf(statement: View): readonly string[] {
  const list = statement.list("Principal.Federated");
  return isUnknown(list) ? ["?"] : list.map((one) => (typeof one === "string" ? one : "?"));
}

/** What excludes (StringNotLike), or holds for a token without the claim, pins nothing. */
function pins({ operator, set, ifExists }: Condition): boolean {
  return /^String(Equals|Like|EqualsIgnoreCase)$/i.test(operator) && set !== "ForAllValues" && !ifExists;
}

function ofValues({ operator, values }: Condition, claim: string): Verdict {
  const open = values.find((value) => typeof value === "string" && isOpenSubject(value, /like/i.test(operator)));
  if (open !== undefined) {
    return violation(`it trusts everyone whose ${claim.slice(1)} is like "${String(open)}"`);
  }
  const unknown = values.find(isUnknown);
  return unknown === undefined ? pass : undecided(unknown);
}

/**
 * `*`, `repo:*`, `repo:my*`, `repo:*\/moodle:ref:refs/heads/main`: anyone can register an owner of that name, and have a repository of any
 * name. What is fixed must reach past the owner: to the first `/`, or the second `:`.
 */
function isOpenSubject(value: string, isPattern: boolean): boolean {
  if (!isPattern || !/[*?]/.test(value)) {
    return value === "*";
  }
  const fixed = value.split(/[*?]/)[0] ?? "";
  const owner = fixed.slice(fixed.indexOf(":") + 1);
  return !/^[^/:]+[/:]/.test(owner);
}

import { resourceRule } from "../lib/rule";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { isForAnyone, statementsOf } from "./statements";

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
  if (isForAnyone(statement)) {
    return violation("it trusts every AWS account");
  }
  // SAML asks for its audience only; its subject is the directory's business.
  const federated = statement.text("Principal.Federated");
  if (federated === undefined || (typeof federated === "string" && federated.includes(":saml-provider/"))) {
    return pass;
  }
  // An identity pool of Cognito is pinned by its own id, which is the audience; a repository or a workload is the subject.
  const claim = federated === "cognito-identity.amazonaws.com" ? ":aud" : ":sub";
  const condition = statement.at("Condition");
  if (isUnknown(condition)) {
    return undecided(condition);
  }
  const wanted = claimed(statement.object("Condition"), claim);
  if (wanted.length === 0) {
    return violation(`it trusts everyone whom an identity provider knows (no condition on ${claim})`);
  }
  const open = wanted.find((value) => typeof value === "string" && isOpenSubject(value));
  if (open !== undefined) {
    return violation(`it trusts everyone whose ${claim.slice(1)} is like "${String(open)}"`);
  }
  const unknown = wanted.find(isUnknown);
  return unknown === undefined ? pass : undecided(unknown);
}

/** What the conditions ask of a claim. One that excludes (StringNotLike) pins nothing. */
function claimed(condition: View, claim: string): readonly unknown[] {
  return condition
    .keys()
    .filter((operator) => !/not/i.test(operator))
    .flatMap((operator) => condition.object(operator).entries())
    .filter(([key]) => key.endsWith(claim))
    .flatMap(([, list]) => list);
}

/** `*`, `repo:*`, `repo:*\/moodle:ref:refs/heads/main`: anyone can have a repository of any name. */
function isOpenSubject(value: string): boolean {
  const fixed = value.split(/[*?]/)[0] ?? "";
  return fixed !== value && fixed.slice(fixed.indexOf(":") + 1) === "";
}

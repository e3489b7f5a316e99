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
  mend: "Name the service or account in Principal; for web identity add a StringEquals or StringLike condition on the provider's :sub claim (repo:<owner>/<name>:...).",
  serves: ["Security Hub IAM.1", "Well-Architected SEC03-BP07", "Moodle R25"],
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
  const condition = statement.object("Condition");
  const claims = condition.keys().flatMap((operator) => condition.object(operator).keys());
  return claims.some((claim) => claim.endsWith(":sub"))
    ? pass
    : violation("it trusts everyone whom an identity provider knows (no condition on :sub)");
}

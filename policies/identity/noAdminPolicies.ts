import { texts } from "../lib/document";
import { resourceRule } from "../lib/rule";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { attachedArns, identityTypes, onEverything, ownStatements } from "./identityPolicies";

/** Policies of AWS that give away everything, or the means to take it. */
const adminPolicy =
  /:policy\/(AdministratorAccess(-\w+)?|PowerUserAccess|IAMFullAccess|job-function\/SystemAdministrator)$/;

export const noAdminPolicies = resourceRule({
  id: "no-admin-policies",
  group: "identity",
  severity: "critical",
  title: "No policy allows everything.",
  why: "Whoever gets hold of such a role owns the account: the data, the backups and the logs that would show it.",
  fix: "List the actions that the role really uses, on the ARNs that it uses them on; for a pipeline, use a permissions boundary as well.",
  serves: ["CIS AWS 3.0 1.16", "Security Hub IAM.1", "Well-Architected SEC03-BP02", "Moodle R25"],
  example: `{ Effect: "Allow", Action: ["s3:GetObject"], Resource: \`\${bucketArn}/*\` }`,
  types: identityTypes,
  limits: {},
  check: (resource) => [
    ...ownStatements(resource).map((one) => (isUnknown(one) ? undecided(one) : ofStatement(one))),
    ...attachedArns(resource).map((arn) => (adminPolicy.test(arn) ? violation(`it attaches ${arn}`) : pass)),
  ],
});

function ofStatement(statement: View): Verdict {
  if (statement.text("Effect") !== "Allow" || !onEverything(statement)) {
    return pass;
  }
  // All but some is all: who may do everything but IAM may still read, change and delete all data.
  if (statement.has("NotAction")) {
    return violation("a statement allows every action but some on every resource (NotAction)");
  }
  const all = texts(statement, "Action").find((action) => /^(\*|[*?]*:[*?]*|iam:\*+)$/i.test(action));
  return all === undefined
    ? pass
    : violation(`a statement allows ${all === "*" ? "every action" : all} on every resource`);
}

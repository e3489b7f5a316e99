import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { statementsOf, texts } from "./statements";

const documents = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
];
const attachments = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
];
const role = "aws:iam/role:Role";

/** Policies of AWS that give away everything, or the means to take it. */
const adminPolicy = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const noAdminPolicies = resourceRule({
  id: "no-admin-policies",
  group: "identity",
  severity: "critical",
  title: "No policy allows everything.",
  why: "Whoever gets hold of such a role owns the account: the data, the backups and the logs that would show it.",
  fix: "List the actions that the role really uses, on the ARNs that it uses them on; for a pipeline, use a permissions boundary as well.",
  serves: ["CIS AWS 3.0 1.16", "Security Hub IAM.1", "Well-Architected SEC03-BP02", "Moodle R25"],
  example: `{ Effect: "Allow", Action: ["s3:GetObject"], Resource: \`\${bucketArn}/*\` }`,
  types: [...documents, ...attachments, role],
  limits: {},
  check: (resource) => {
    if (documents.includes(resource.type)) {
      return ofDocument(resource.props);
    }
    return attachments.includes(resource.type) ? ofArn(resource.props.text("policyArn")) : ofRole(resource);
  },
});

function ofDocument(props: View): Verdicts {
  const statements = statementsOf(props, "policy");
  return isUnknown(statements) ? undecided(statements) : statements.map(ofStatement);
}

function ofStatement(statement: View): Verdict {
  const all =
    statement.text("Effect") === "Allow" &&
    texts(statement, "Action").some((action) => action === "*" || action === "*:*") &&
    texts(statement, "Resource").includes("*");
  return all ? violation("a statement allows every action on every resource") : pass;
}

function ofArn(arn: ReturnType<View["text"]>): Verdict {
  // The policy of another resource of the stack is judged where it is written.
  return isUnknown(arn)
    ? pass
    : expect(
        arn,
        (value) => !adminPolicy.test(value ?? ""),
        (value) => `it attaches ${value ?? ""}`,
      );
}

function ofRole({ props }: Resource): Verdicts {
  const managed = props.list("managedPolicyArns");
  const inline = props.items("inlinePolicies");
  return [
    ...(isUnknown(managed) ? [] : managed.map((arn) => ofArn(typeof arn === "string" ? arn : undefined))),
    ...(isUnknown(inline) ? [undecided(inline)] : inline.flatMap((one) => ofDocument(one))),
  ];
}

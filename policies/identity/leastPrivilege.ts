import { allowed, resourceRule } from "../lib/rule";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { statementsOf, texts } from "./statements";

export const leastPrivilege = resourceRule({
  id: "least-privilege",
  group: "identity",
  severity: "medium",
  title: "No policy allows all actions of a service on everything.",
  why: "s3:* on * also means deleting every bucket of the account; a task that reads one prefix needs one action on one ARN.",
  fix: 'Replace the wildcard by the actions in use (the last-accessed report of IAM lists them), and Resource "*" by ARNs.',
  serves: ["Security Hub IAM.21", "Well-Architected SEC03-BP02", "Moodle R25"],
  example: `{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secret.arn }`,
  types: [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
  ],
  limits: { services: allowed([], 'Services that may be allowed as a whole, such as "cloudwatch".') },
  check: ({ props }, limits) => {
    const statements = statementsOf(props, "policy");
    return isUnknown(statements)
      ? undecided(statements)
      : statements.map((statement) => {
          const wide = texts(statement, "Action").filter(
            (action) => /^[a-z0-9-]+:\*$/i.test(action) && !limits.services.includes(action.split(":")[0] ?? ""),
          );
          return statement.text("Effect") === "Allow" && wide.length > 0 && texts(statement, "Resource").includes("*")
            ? violation(`a statement allows ${wide.join(", ")} on every resource`)
            : pass;
        });
  },
});

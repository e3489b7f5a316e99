import { asks, conditionsOf, takesIn, texts, type Condition } from "../lib/document";
import { allowed, resourceRule } from "../lib/rule";
import { allOf, anyOf, pass, undecided, violation, type Tri, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { attachedArns, identityTypes, isEverything, onEverything, ownStatements } from "./identityPolicies";

/**
 * Actions that on every resource are as good as all: they hand on roles, change permissions, or read what is secret.
 * The ways to more permissions are those of https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_actions-resources-contextkeys.html
 * that write permissions or hand out credentials.
 */
const powerful = [
  ...["PassRole", "AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy", "PutRolePolicy", "PutUserPolicy"],
  ...["PutGroupPolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy", "AddUserToGroup"],
  ...["CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile", "DeleteRolePermissionsBoundary"],
]
  .map((action) => `iam:${action}`)
  .concat([
    ...["sts:AssumeRole", "secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy"],
    ...["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:SendCommand"],
    ...["kms:Decrypt", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:ScheduleKeyDeletion"],
    ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy", "lambda:UpdateFunctionCode"],
  ]);

/** Keys whose condition says on which resources, or for what, although the resource is `*`. */
const narrowing =
  /^(aws:resourcetag\/|[a-z0-9]+:resourcetag\/|aws:resourceorgid$|iam:(passedtoservice|permissionsboundary|associatedresourcearn|policyarn)$|kms:(viaservice|encryptioncontext|resourcealiases|grantisforawsresource)|s3:existingobjecttag\/|ecs:cluster$)/;

export const leastPrivilege = resourceRule({
  id: "least-privilege",
  group: "identity",
  severity: "medium",
  title: "No policy allows all actions of a service, or one that opens all doors, on everything.",
  why: "s3:* on * also means deleting every bucket of the account, and iam:PassRole on * hands on any role; a task that reads one prefix needs one action on one ARN.",
  fix: 'Replace the wildcard by the actions in use (the last-accessed report of IAM lists them), and Resource "*" by ARNs.',
  serves: ["Security Hub IAM.21", "Well-Architected SEC03-BP02", "Moodle R25"],
  example: `{ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secret.arn }`,
  types: identityTypes,
  limits: { services: allowed([], 'Services that may be allowed as a whole, such as "cloudwatch".') },
  check: (resource, limits) => [
    ...ownStatements(resource).map((one) => (isUnknown(one) ? undecided(one) : ofStatement(one, limits.services))),
    ...attachedArns(resource).map((arn) => ofArn(arn, limits.services)),
  ],
});

function ofStatement(statement: View, services: readonly string[]): Verdict {
  if (statement.text("Effect") !== "Allow" || !onEverything(statement)) {
    return pass;
  }
  const actions = texts(statement, "Action").filter((action) => !services.includes(action.split(":")[0] ?? ""));
  const whole = actions.filter((action) => /^[a-z0-9-]+:[*?]*\*$/i.test(action));
  if (whole.length > 0) {
    return violation(`a statement allows ${whole.join(", ")} on every resource`);
  }
  const strong = actions.filter((action) => action !== "*" && powerful.some((one) => takesIn(action, one)));
  if (strong.length === 0) {
    return pass;
  }
  const conditions = conditionsOf(statement);
  if (isUnknown(conditions)) {
    return undecided(conditions);
  }
  const narrow = anyOf(conditions.map(narrows));
  return isUnknown(narrow)
    ? undecided(narrow)
    : narrow
      ? pass
      : violation(`a statement allows ${strong.join(", ")} on every resource`);
}

/** Whether a condition leaves only some resources or services: any of its values is enough for a request, so each must. */
function narrows(condition: Condition): Tri {
  const { operator, key, values } = condition;
  if (!asks(condition) || !narrowing.test(key)) {
    return false;
  }
  const good = /^bool$/i.test(operator)
    ? (value: unknown) => key === "kms:grantisforawsresource" && String(value) === "true"
    : (value: unknown) => !takesAll(String(value));
  return allOf(values.map((value): Tri => (isUnknown(value) ? value : good(value))));
}

/** Who asks, as a variable of a policy: it is the same in every request of that caller, who cannot choose it. */
const caller = /^\$\{aws:(principal\w+(\/[^}]+)?|username|userid)\}$/i;

/** What is nothing but wildcards, by itself or as the name of a service or in an ARN, or a variable that the request itself fills. */
function takesAll(value: string): boolean {
  return (
    /^[*?]*(\.amazonaws\.com)?$/.test(value) ||
    isEverything(value) ||
    (/^\$\{[^}]*\}$/.test(value) && !caller.test(value))
  );
}

/** The policies of AWS that allow a whole service: AmazonS3FullAccess. */
function ofArn(arn: string, services: readonly string[]): Verdict {
  const [, name = ""] = /:iam::aws:policy\/(?:.*\/)?(\w+?)_?FullAccess(?:V\d)?$/.exec(arn) ?? [];
  const service = name.replace(/^(Amazon|AWS)/, "").toLowerCase();
  return name === "" || name === "IAM" || services.includes(service) ? pass : violation(`it attaches ${arn}`);
}

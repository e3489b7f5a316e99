import { statementsOf, texts } from "../lib/document";
import type { Resource } from "../lib/resource";
import { isUnknown, type Unknown, type View } from "../lib/view";

/** Types that hold a policy of an identity, with the property that holds the document. */
const documents: Readonly<Record<string, string>> = {
  "aws:iam/policy:Policy": "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/userPolicy:UserPolicy": "policy",
  "aws:iam/groupPolicy:GroupPolicy": "policy",
  // Of a device's certificate.
  "aws:iot/policy:Policy": "policy",
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
};
/** Types that attach policies which are written elsewhere, with the property that names them. */
const attachments: Readonly<Record<string, string>> = {
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
};
const role = "aws:iam/role:Role";

export const identityTypes: readonly string[] = [...Object.keys(documents), ...Object.keys(attachments), role];

/** The statements of a resource's own policies, the inline ones of a role among them. */
export function ownStatements({ type, props }: Resource): readonly (View | Unknown)[] {
  const path = documents[type];
  if (path !== undefined) {
    return listed(statementsOf(props, path));
  }
  if (type !== role) {
    return [];
  }
  const inline = props.items("inlinePolicies");
  return isUnknown(inline) ? [inline] : inline.flatMap((one) => listed(statementsOf(one, "policy")));
}

function listed(statements: readonly View[] | Unknown): readonly (View | Unknown)[] {
  return isUnknown(statements) ? [statements] : statements;
}

/** The ARNs of the policies that a resource attaches. One of another resource of the stack is judged where it is written. */
export function attachedArns({ type, props }: Resource): readonly string[] {
  const path = attachments[type] ?? (type === role ? "managedPolicyArns" : undefined);
  const list = path === undefined ? [] : props.list(path);
  return isUnknown(list) ? [] : list.filter((one) => typeof one === "string");
}

/** Whether a statement allows on every resource of its kind: `*`, an ARN of wildcards only, or all but some. */
export function onEverything(statement: View): boolean {
  return statement.has("NotResource") || texts(statement, "Resource").some(isEverything);
}

/** Whether a pattern of ARNs takes in all of its kind. */
export function isEverything(resource: string): boolean {
  if (/^\*+$/.test(resource)) {
    return true;
  }
  // `arn:aws:s3:::objects/*` is one bucket: S3 writes no kind before its name.
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
  if (/^arn:[^:]*:s3:::/.test(resource)) {
    return /:::\*(\/\*)*$/.test(resource);
  }
  // `arn:aws:dynamodb:*:111122223333:table/*`, `arn:*`.
  return /^arn:(\*|[^:]*:[^:]*:[^:]*:[^:]*:([a-z-]*[:/])?\*(\/\*)*)$/.test(resource);
}

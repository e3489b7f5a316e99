import { isDeepStrictEqual } from "node:util";
import type { Change, Resource } from "../changes";
import type { References } from "../references";

/** One sentence about who may do what. */
export interface Sentence {
  readonly urn: string;
  readonly text: string;
  /** Gives more than before: a reviewer must look. */
  readonly widens: boolean;
}

/** Properties that hold a policy document, by type. */
const documents: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/role:Role": ["assumeRolePolicy"],
  "aws:iam/rolePolicy:RolePolicy": ["policy"],
  "aws:iam/policy:Policy": ["policy"],
  "aws:iam/userPolicy:UserPolicy": ["policy"],
  "aws:iam/groupPolicy:GroupPolicy": ["policy"],
  "aws:s3/bucketPolicy:BucketPolicy": ["policy"],
  "aws:kms/key:Key": ["policy"],
  "aws:sns/topicPolicy:TopicPolicy": ["policy"],
  "aws:sqs/queuePolicy:QueuePolicy": ["policy"],
  "aws:secretsmanager/secretPolicy:SecretPolicy": ["policy"],
  "aws:efs/fileSystemPolicy:FileSystemPolicy": ["policy"],
  "aws:ecr/repositoryPolicy:RepositoryPolicy": ["policy"],
};

const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const lambdaPermission = "aws:lambda/permission:Permission";

interface Statement {
  readonly sid: string;
  readonly allows: boolean;
  readonly who: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
}

interface Side {
  readonly resource: Resource | undefined;
  readonly references: References;
}

/** Permissions that a change of an IAM resource, or of a resource's own policy, gives and takes. */
export function permissionSentences(change: Change, before: Side, after: Side): readonly Sentence[] {
  const sentence = (text: string, widens: boolean): Sentence => ({ urn: change.urn, text, widens });
  if (change.type === attachment || change.type === lambdaPermission) {
    const of = ({ resource, references }: Side) =>
      resource === undefined ? undefined : attachmentText(resource, references);
    const [old, made] = [of(before), of(after)];
    return old === made
      ? []
      : [
          ...(old === undefined ? [] : [sentence(`No longer: ${old}.`, false)]),
          ...(made === undefined ? [] : [sentence(`New: ${made}.`, true)]),
        ];
  }
  return (documents[change.type] ?? []).flatMap((property) => {
    const [old, made] = [before, after].map(({ resource, references }) =>
      statementsOf(resource?.inputs[property], references),
    ) as [readonly Statement[], readonly Statement[]];
    const subject = subjectOf(after.resource === undefined ? before : after, property);
    return compareStatements(old, made).map(({ text, widens }) => sentence(`${subject} ${text}`, widens));
  });
}

function attachmentText({ type, inputs }: Resource, references: References): string {
  const value = (key: string) => references.named(String(inputs[key] ?? "(not known yet)"));
  return type === attachment
    ? `role ${value("role")} has the managed policy ${value("policyArn")}`
    : `${value("principal")}, for ${value("sourceArn")}, may call function ${value("function")}`;
}

/** Whom the document is about, as the beginning of a sentence. */
function subjectOf({ resource, references }: Side, property: string): string {
  const inputs = resource?.inputs ?? {};
  const owner = [
    "role",
    "user",
    "group",
    "bucket",
    "topic",
    "secretArn",
    "fileSystemId",
    "queueUrl",
    "repository",
    "arn",
  ]
    .map((key) => inputs[key])
    .find((value) => typeof value === "string");
  const name = typeof owner === "string" ? references.named(owner) : (resource?.name ?? "");
  return property === "assumeRolePolicy" ? `Trust in role ${name}:` : `${name}:`;
}

function list(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);
}

function statementsOf(document: unknown, references: References): readonly Statement[] {
  let parsed: { Statement?: unknown };
  try {
    parsed = JSON.parse(typeof document === "string" ? document : "{}") as { Statement?: unknown };
  } catch {
    return [];
  }
  const all = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement ?? []].flat();
  return (all as Record<string, unknown>[]).map((one, index) => ({
    sid: String(one["Sid"] ?? `statement ${index + 1}`),
    allows: one["Effect"] === "Allow",
    who: principals(one["Principal"]).map((who) => references.named(who)),
    actions: list(one["Action"] ?? list(one["NotAction"]).map((action) => `all but ${action}`)),
    resources: list(one["Resource"] ?? list(one["NotResource"]).map((arn) => `all but ${arn}`)).map((arn) =>
      references.named(arn),
    ),
    condition: one["Condition"],
  }));
}

function principals(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(list) : list(value);
}

function compareStatements(
  before: readonly Statement[],
  after: readonly Statement[],
): readonly { readonly text: string; readonly widens: boolean }[] {
  const sids = [...new Set([...before, ...after].map(({ sid }) => sid))];
  return sids.flatMap((sid) => {
    const [old, made] = [before, after].map((all) => all.find((one) => one.sid === sid));
    if (isDeepStrictEqual(old, made)) {
      return [];
    }
    if (old === undefined || made === undefined || old.allows !== made.allows) {
      return [
        ...(old === undefined ? [] : [{ text: `no longer ${wholeText(old)} (${sid})`, widens: !old.allows }]),
        ...(made === undefined ? [] : [{ text: `now ${wholeText(made)} (${sid})`, widens: made.allows }]),
      ];
    }
    const parts = (["who", "actions", "resources"] as const).flatMap((key) => {
      const more = made[key].filter((value) => !old[key].includes(value));
      const fewer = old[key].filter((value) => !made[key].includes(value));
      const what = { who: "for", actions: "to do", resources: "on" }[key];
      return [
        ...(more.length > 0 ? [{ text: `also ${what} ${more.join(", ")}`, widens: made.allows }] : []),
        ...(fewer.length > 0 ? [{ text: `no longer ${what} ${fewer.join(", ")}`, widens: !made.allows }] : []),
      ];
    });
    const condition = isDeepStrictEqual(old.condition, made.condition)
      ? []
      : [
          {
            text: `under another condition: ${conditionText(made.condition)} instead of ${conditionText(old.condition)}`,
            widens: true,
          },
        ];
    return [...parts, ...condition].map(({ text, widens }) => ({
      text: `${made.allows ? "allows" : "forbids"} ${text} (${sid})`,
      widens,
    }));
  });
}

function wholeText({ allows, who, actions, resources, condition }: Statement): string {
  return [
    allows ? "allows" : "forbids",
    ...(who.length > 0 ? [`${who.join(", ")} to do`] : []),
    actions.join(", "),
    ...(resources.length > 0 ? [`on ${resources.join(", ")}`] : []),
    ...(condition === undefined ? [] : [`if ${conditionText(condition)}`]),
  ].join(" ");
}

function conditionText(condition: unknown): string {
  return condition === undefined ? "none" : JSON.stringify(condition);
}

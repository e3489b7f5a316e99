import { areOpenCidrs, isCidr } from "./cidr";
import { asks, conditionsOf, statementsOf, takesIn, texts, type Condition } from "./document";
import { allOf, anyOf, type Tri } from "./verdict";
import { isUnknown, type Unknown, type View } from "./view";

/**
 * Whether a resource policy lets in anybody, whoever it is: the one place that decides it.
 *
 * Public is what an unknown account, or nobody signed in at all, can use. A condition counts only when it restricts who
 * asks: by account, organisation, ARN, network or address, with fixed values. What anybody can bring along (a header,
 * TLS, a tag of one's own role, a mount target) restricts nobody. The keys are those of Amazon S3's own definition, with the
 * same kinds of other services:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 *
 * A statement that denies all but certain callers closes what another one opens.
 */
export function letsAnyoneIn(statements: readonly View[]): Tri {
  return anyOf(
    statements.map((one): Tri => {
      const open = isForAnyone(one);
      return open === false ? false : allOf([open, allOf(statements.map((other) => leavesOpen(other, one)))]);
    }),
  );
}

/** The same of the document in a property. Unknown as a whole in most previews. */
export function documentLetsAnyoneIn(props: View, path: string): Tri {
  const statements = statementsOf(props, path);
  return isUnknown(statements) ? statements : letsAnyoneIn(statements);
}

/**
 * Whether a statement, taken by itself, allows something to anyone.
 *
 * @param aside A kind of principal that is judged elsewhere: "Federated".
 */
export function isForAnyone(statement: View, aside?: string): Tri {
  const effect = statement.text("Effect");
  if (isUnknown(effect)) {
    return effect;
  }
  if (effect !== "Allow") {
    return false;
  }
  const everyone = isEveryone(statement, aside);
  if (everyone === false) {
    return false;
  }
  const conditions = conditionsOf(statement);
  if (isUnknown(conditions)) {
    return conditions;
  }
  const restricted = anyOf(conditions.map(restricts));
  return allOf([everyone, isUnknown(restricted) ? restricted : !restricted]);
}

/** `"*"`, `{"AWS": "*"}`, an ARN of any account, or everybody but some (`NotPrincipal`). */
function isEveryone(statement: View, aside?: string): Tri {
  if (statement.has("NotPrincipal")) {
    return true;
  }
  const principal = statement.at("Principal");
  if (isUnknown(principal)) {
    return principal;
  }
  if (typeof principal === "string" || Array.isArray(principal)) {
    return texts(statement, "Principal").some(isAnyPrincipal);
  }
  const kinds = statement.object("Principal");
  return anyOf(
    kinds
      .entries()
      .filter(([kind]) => kind !== aside)
      .flatMap(([, list]): readonly Tri[] =>
        isUnknown(list) ? [list] : list.map((one) => (isUnknown(one) ? one : isAnyPrincipal(one))),
      ),
  );
}

function isAnyPrincipal(value: unknown): boolean {
  return typeof value === "string" && (value === "*" || /^arn:[^:]*:(iam|sts)::[^:]*\*/.test(value));
}

/** Whether a Deny statement leaves open what an Allow statement lets anyone do. */
function leavesOpen(denial: View, allowed: View): Tri {
  if (
    denial.text("Effect") !== "Deny" ||
    !coversAllOf(denial, allowed, "Action") ||
    !coversAllOf(denial, allowed, "Resource")
  ) {
    return true;
  }
  const conditions = conditionsOf(denial);
  if (isUnknown(conditions)) {
    return conditions;
  }
  if (denial.has("NotPrincipal")) {
    return conditions.length > 0 || texts(denial, "NotPrincipal.AWS").some(isAnyPrincipal);
  }
  if (isEveryone(denial) !== true) {
    return true;
  }
  // Denied is who is not among the known ones. A further condition, but that AWS itself may come, leaves others undenied.
  const closing = conditions.filter((one) => !isAboutAwsItself(one));
  return closing.length === 0 ? conditions.length > 0 : closing.length > 1 || !excludesOthers(closing[0]!);
}

function coversAllOf(denial: View, allowed: View, property: "Action" | "Resource"): boolean {
  if (denial.has(`Not${property}`) || (allowed.has(`Not${property}`) && !texts(denial, property).includes("*"))) {
    return false;
  }
  if (!allowed.has(property) || !denial.has(property)) {
    return property === "Resource" || texts(denial, property).includes("*");
  }
  const patterns = texts(denial, property);
  return texts(allowed, property).every((one) => one === "?" || patterns.some((pattern) => takesIn(pattern, one)));
}

function isAboutAwsItself({ operator, key, values }: Condition): boolean {
  return (
    /^bool$/i.test(operator) && key === "aws:principalisawsservice" && values.every((one) => String(one) === "false")
  );
}

/** StringNotEquals and its like on a key that says who asks. They hold, too, when a request has no such key. */
function excludesOthers(condition: Condition): boolean {
  const positive = condition.operator.replace(/not/i, "");
  return (
    positive !== condition.operator &&
    condition.set.toLowerCase() !== "foranyvalue" &&
    restricts({ ...condition, operator: positive, set: "", ifExists: false }) === true
  );
}

/** Whether a condition of an Allow statement restricts who may come. */
export function restricts(condition: Condition): Tri {
  const { operator, key, values } = condition;
  // What holds for a request without the key holds for anybody who leaves it out.
  if (!asks(condition) || /^bool$/i.test(operator)) {
    return false;
  }
  const judge = /^IpAddress$/i.test(operator) ? addressKeys[key] : keyJudge(key);
  if (judge === undefined) {
    return false;
  }
  if (judge === "addresses") {
    const unknown = values.find(isUnknown) as Unknown | undefined;
    const known = values.filter((one) => !isUnknown(one));
    return areOpenCidrs(known) || !known.every(isCidr) ? false : (unknown ?? true);
  }
  return allOf(values.map((value): Tri => (isUnknown(value) ? value : judge(String(value)))));
}

/** The one key of addresses that says where a request came from on the internet. */
const addressKeys: Readonly<Record<string, "addresses">> = { "aws:sourceip": "addresses" };

type Judge = (value: string) => boolean;

const isAccount: Judge = (value) => /^\d{12}$/.test(value) || isOwn(value);
const isFixed: Judge = (value) => value !== "" && !/[*?]/.test(value) && (!value.includes("${") || isOwn(value));
/** The key of the caller must be the same as that of the resource, or the other way round. */
const isOwn: Judge = (value) => /^\$\{aws:(Resource|Principal)(Account|OrgID|OrgPaths)\}$/i.test(value);
const isOrganisation: Judge = (value) => /^o-[a-z0-9]+$/i.test(value) || isOwn(value);
const isOrganisationPath: Judge = (value) => /^o-[a-z0-9]+\//i.test(value) || isOwn(value);
/** Of a user or a role's session: before the colon stands the role's own id. */
const isUserId: Judge = (value) => /^[A-Z0-9]{10,}(:|$)/.test(value);

/** An ARN with a fixed account; an ARN of S3 has none, and is pinned by the name of its bucket. */
const isPinnedArn: Judge = (value) => {
  const [arn, , service, , account = "", ...rest] = value.split(":");
  return (
    arn === "arn" &&
    (/^\d{12}$/.test(account) || (account === "" && service === "s3" && /^[a-z0-9][^*?]{2,}/.test(rest.join(":"))))
  );
};

const keys: Readonly<Record<string, Judge>> = {
  "aws:sourceaccount": isAccount,
  "aws:sourceowner": isAccount,
  "aws:principalaccount": isAccount,
  "kms:calleraccount": isAccount,
  "s3:dataaccesspointaccount": isAccount,
  "aws:principalorgid": isOrganisation,
  "aws:sourceorgid": isOrganisation,
  "aws:principalorgpaths": isOrganisationPath,
  "aws:sourceorgpaths": isOrganisationPath,
  "aws:resourceorgid": isOwn,
  "aws:resourceaccount": isOwn,
  "aws:resourceorgpaths": isOwn,
  "aws:sourcevpc": isFixed,
  "aws:sourcevpce": isFixed,
  "aws:sourcevpcarn": isPinnedArn,
  "aws:ec2instancesourcevpc": isFixed,
  // Whose an endpoint is: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount
  "aws:vpceaccount": isAccount,
  "aws:vpceorgid": isOrganisation,
  "aws:vpceorgpaths": isOrganisationPath,
  "aws:userid": isUserId,
  "aws:principalservicename": isFixed,
  "aws:principalservicenameslist": isFixed,
  "s3:x-amz-server-side-encryption-aws-kms-key-id": isPinnedArn,
};

/** Keys whose value is an ARN of who asks, or of what it asks through. */
const arnKey =
  /^(aws:(source|principal)arn|s3:dataaccesspointarn|elasticfilesystem:accesspointarn|ec2:sourceinstancearn|lambda:sourcefunctionarn|aws:sourcefunctionarn)$/;

function keyJudge(key: string): Judge | undefined {
  return keys[key] ?? (arnKey.test(key) ? isPinnedArn : undefined);
}

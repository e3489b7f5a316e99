import { isUnknown, type Unknown, type View } from "./view";

/** The statements of a policy document, JSON text or object. One that is not JSON has none: AWS refuses it itself. */
export function statementsOf(props: View, path: string): readonly View[] | Unknown {
  const document = props.json(path);
  return document === undefined ? [] : isUnknown(document) ? document : document.items("Statement");
}

/** Action, Resource, principals: one value or a list. Unknown elements stand as "?". */
export function texts(statement: View, path: string): readonly string[] {
  const list = statement.list(path);
  return isUnknown(list) ? ["?"] : list.map((one) => (typeof one === "string" ? one : "?"));
}

/** One line of a statement's conditions: an operator, a key and the values that it may have. */
export interface Condition {
  /** Without its set operator and without IfExists: StringLike. */
  readonly operator: string;
  /** ForAnyValue, ForAllValues or nothing. */
  readonly set: string;
  /** Whether it holds, too, for a request that does not have the key. */
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly unknown[];
}

/** The conditions of a statement, all of which must hold. */
export function conditionsOf(statement: View): readonly Condition[] | Unknown {
  const block = statement.at("Condition");
  if (isUnknown(block)) {
    return block;
  }
  const condition = statement.object("Condition");
  const found: Condition[] = [];
  for (const name of condition.keys()) {
    const inner = condition.at(name);
    if (isUnknown(inner)) {
      return inner;
    }
    const [set, plain] = /^(ForAnyValue|ForAllValues):/i.test(name) ? name.split(":") : ["", name];
    const operator = (plain ?? "").replace(/IfExists$/i, "");
    for (const [key, list] of condition.object(name).entries()) {
      const values = isUnknown(list) ? [list] : list;
      found.push({ operator, set: set ?? "", ifExists: operator !== plain, key: key.toLowerCase(), values });
    }
  }
  return found;
}

/**
 * Whether a request without the key, or with another value, is refused: what excludes (`StringNotLike`), holds for a missing key
 * (`IfExists`, `ForAllValues`), or has no values, asks nothing of anybody.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function asks({ operator, set, ifExists, values }: Condition): boolean {
  return (
    !ifExists &&
    set.toLowerCase() !== "forallvalues" &&
    values.length > 0 &&
    /^(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like)|IpAddress|Bool)$/i.test(operator)
  );
}

/** Whether a pattern of actions or resources, with `*` and `?`, takes in all that another one does. */
export function takesIn(pattern: string, other: string): boolean {
  const source = pattern
    .split("")
    .map((one) => (one === "*" ? ".*" : one === "?" ? "." : one.replace(/[.+^${}()|[\]\\]/g, "\\$&")))
    .join("");
  return new RegExp(`^${source}$`, "is").test(other);
}

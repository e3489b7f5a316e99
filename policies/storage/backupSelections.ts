import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { allOf, anyOf, type Tri } from "../lib/verdict";
import { isUnknown, Unknown, View } from "../lib/view";

const selection = "aws:backup/selection:Selection";

/** Service of a type's ARN, where it is not the type's module. */
const services: Readonly<Record<string, string>> = { efs: "elasticfilesystem" };

/** Whether a plan of AWS Backup takes a resource. */
export function inBackupPlan(stack: Stack, data: Resource): Tri {
  return anyOf(stack.ofType(selection).map((one) => selects(stack, one, data)));
}

/** Whether a pattern takes every ARN of the type's service. One that takes some of them is unknown: an ARN is known late. */
function matches(pattern: string, type: string): Tri {
  if (pattern === "*") {
    return true;
  }
  const [, module = ""] = /^aws:([^/]+)\//.exec(type) ?? [];
  const [, service, rest = ""] = /^arn:[^:]*:([^:]+):[^:]*:[^:]*:(.*)$/.exec(pattern) ?? [];
  if ((service !== "*" && service !== (services[module] ?? module)) || !pattern.includes("*")) {
    return false;
  }
  const everywhere = /^arn:[^:]*:[^:]+:\*:\*:/.test(pattern);
  return everywhere && /^([a-z-]+[:/])?\*$/.test(rest) ? true : new Unknown(`what ${pattern} takes`);
}

/** A selection of AWS Backup takes resources by ARN, by pattern (`*`) or by tag; `notResources` takes some out again. */
function selects(stack: Stack, one: Resource, data: Resource): Tri {
  const named = stack.references(one, "resources", [data.type]);
  if (named.exact.includes(data)) {
    return true;
  }
  const taken = stack.references(one, "notResources", [data.type]);
  if (taken.exact.includes(data)) {
    return false;
  }
  const patterns = one.props.list("resources");
  if (isUnknown(patterns)) {
    return named.possible.length > 0 && !named.possible.includes(data) ? false : patterns;
  }
  const byPattern = anyOf(
    patterns.map((pattern) => (typeof pattern === "string" ? matches(pattern, data.type) : false)),
  );
  const byTags = takenByTags(one, data);
  return patterns.length === 0 ? (byTags ?? false) : allOf([byPattern, byTags ?? true]);
}

const otherOperators = ["stringLike", "stringNotEquals", "stringNotLike"];

/**
 * Whether the resource has the tags that a selection asks for; undefined when it asks for none. One of `selectionTags` is
 * enough, and all of `conditions` are needed:
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html
 */
function takenByTags({ props, name }: Resource, data: Resource): Tri | undefined {
  const [tags, conditions] = [props.items("selectionTags"), props.items("conditions")];
  if (isUnknown(tags) || isUnknown(conditions)) {
    return new Unknown(`the tags that ${name} asks for`);
  }
  const any = tags.map((tag) => has(data, String(tag.at("key")), tag.at("value")));
  const all = conditions.flatMap((one): Tri[] => {
    const equal = one.items("stringEquals");
    const others = otherOperators.some((operator) => one.has(operator));
    return [
      ...(isUnknown(equal)
        ? [equal]
        : equal.map((tag) => has(data, String(tag.at("key")).replace(/^aws:ResourceTag\//, ""), tag.at("value")))),
      ...(others ? [new Unknown(`the conditions of ${name}`)] : []),
    ];
  });
  const asked = [...(any.length === 0 ? [] : [anyOf(any)]), ...all];
  return asked.length === 0 ? undefined : allOf(asked);
}

function has(data: Resource, key: string, wanted: unknown): Tri {
  const found = [data.props.object("tags"), data.props.object("tagsAll"), defaultTagsOf(data)].map((tags) =>
    tags.at(key),
  );
  const unknown = [wanted, ...found].find(isUnknown);
  return found.includes(wanted) && wanted !== undefined ? true : (unknown ?? false);
}

function defaultTagsOf({ provider }: Resource): View {
  const parsed = provider.json("defaultTags");
  return parsed === undefined || isUnknown(parsed) ? new View({}) : parsed.object("tags");
}

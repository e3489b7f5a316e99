import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { anyOf, type Tri } from "../lib/verdict";
import { isUnknown, View } from "../lib/view";

const selection = "aws:backup/selection:Selection";

/** Service of a type's ARN, where it is not the type's module. */
const services: Readonly<Record<string, string>> = { efs: "elasticfilesystem" };

/** Whether a plan of AWS Backup takes a resource. */
export function inBackupPlan(stack: Stack, data: Resource): Tri {
  return anyOf(stack.ofType(selection).map((one) => selects(stack, one, data)));
}

/** A pattern for every ARN, or for ARNs of the type's service. */
function matchesAll(pattern: string, type: string): boolean {
  const [, module = ""] = /^aws:([^/]+)\//.exec(type) ?? [];
  const [, service] = /^arn:[^:]*:([^:]+):.*\*$/.exec(pattern) ?? [];
  return pattern === "*" || service === "*" || service === (services[module] ?? module);
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
  const byPattern = patterns.some((pattern) => typeof pattern === "string" && matchesAll(pattern, data.type));
  const tags = tagsOf(one);
  if (tags.length > 0 && (byPattern || patterns.length === 0)) {
    return anyOf(tags.map(([key, value]) => has(data, key, value)));
  }
  return byPattern;
}

/** The tags that a selection asks for, in its two forms. */
function tagsOf({ props }: Resource): readonly (readonly [key: string, value: unknown])[] {
  const old = props.items("selectionTags");
  const conditions = props.items("conditions");
  const listed = (isUnknown(old) ? [] : old).map((tag) => [String(tag.at("key")), tag.at("value")] as const);
  const equal = (isUnknown(conditions) ? [] : conditions).flatMap((one) => {
    const all = one.items("stringEquals");
    return isUnknown(all)
      ? []
      : all.map((tag) => [String(tag.at("key")).replace(/^aws:ResourceTag\//, ""), tag.at("value")] as const);
  });
  return [...listed, ...equal];
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

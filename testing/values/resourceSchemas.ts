import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./packages";
import { matching, oneOf, type Rule, type Shape, within } from "./shape";

interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly readOnlyProperties?: readonly string[];
  readonly definitions?: Readonly<Record<string, Node>>;
}

/**
 * Input of CloudFormation for a resource type in a region, from the registry's schemas as cfn-lint ships them.
 *
 * @returns undefined when the region does not have the type.
 */
export function resourceShape(type: string, region: string): Shape | undefined {
  const folder = join(packageFolder("cfnlint"), "data/schemas");
  const types = JSON.parse(readFileSync(join(folder, "providers", `${region}.json`), "utf8")) as Record<string, string>;
  const file = types[type];
  if (file === undefined) {
    return undefined;
  }
  const root = JSON.parse(readFileSync(join(folder, "resources", `${file}.json`), "utf8")) as Node;
  return toShape(root, root);
}

const kinds: Readonly<Record<string, Shape["kind"]>> = {
  object: "structure",
  array: "list",
  string: "text",
  integer: "number",
  number: "number",
  boolean: "flag",
};

function toShape(root: Node, given: Node): Shape {
  const node = resolve(root, given);
  const type = typeof node.type === "string" ? node.type : undefined;
  const elements = Object.values(node.patternProperties ?? {})[0];
  const isMap = node.properties === undefined && elements !== undefined;
  const kind = isMap
    ? "map"
    : type === "object" && node.properties === undefined
      ? "any"
      : (kinds[type ?? ""] ?? "any");
  const element = isMap ? elements : node.items;
  const length = (min: number | undefined, max: number | undefined, on: Shape["kind"]): readonly Rule[] =>
    kind === on ? within(on, min, max) : [];
  return {
    kind,
    members: new Map(Object.entries(node.properties ?? {}).map(([name, inner]) => [name, () => toShape(root, inner)])),
    required: node.required ?? [],
    ...(element === undefined ? {} : { element: () => toShape(root, element) }),
    rules: [
      ...(node.enum === undefined ? [] : [oneOf(node.enum)]),
      ...(node.const === undefined ? [] : [oneOf([node.const])]),
      ...(node.pattern === undefined ? [] : searching(node.pattern)),
      ...length(node.minLength, node.maxLength, "text"),
      ...length(node.minimum, node.maximum, "number"),
      ...length(node.minItems, node.maxItems, "list"),
    ],
  };
}

/** JSON Schema looks for a pattern anywhere in the text; only its anchors bind it to the ends. */
function searching(pattern: string): Rule[] {
  return matching(`${pattern.startsWith("^") ? "" : "[^]*"}(?:${pattern})${pattern.endsWith("$") ? "" : "[^]*"}`).map(
    (rule) => ({ ...rule, says: `like ${pattern}` }),
  );
}

function resolve(root: Node, node: Node): Node {
  if (node.$ref === undefined) {
    return node;
  }
  const path = node.$ref.replace(/^#\//, "").split("/");
  const target = path.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], root);
  return resolve(root, (target ?? {}) as Node);
}

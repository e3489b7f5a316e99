import { z } from "zod";

/** The part of JSON Schema that Zod makes of our schemas. */
export interface Node {
  type?: string;
  description?: string;
  /** Our own field: the allowed values in words. Never written to the schema file. */
  allowed?: string;
  /** Our own field: the kind of a group that names none. Never written to the schema file. */
  usualKind?: string;
  /** Our own field: how the value is worked out when it is not given. Never written to the schema file. */
  derived?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  minItems?: number;
  items?: Node;
  properties?: Record<string, Node>;
  required?: string[];
  additionalProperties?: unknown;
  patternProperties?: Record<string, unknown>;
  oneOf?: Node[];
  anyOf?: Node[];
  $schema?: string;
}

/** Schema of the text that a stack file may write: defaults make a property optional. */
export function toNode(schema: z.ZodType): Node {
  return z.toJSONSchema(schema, { io: "input" }) as Node;
}

/** The variants of a group that has a `kind`; the node itself otherwise. */
export function variants(node: Node): readonly Node[] {
  return node.oneOf ?? node.anyOf ?? [node];
}

/** The `kind` that a variant is for. */
export function kindOf(variant: Node): unknown {
  return variant.properties?.["kind"]?.const;
}

/** The variant that a value chose by its `kind`; undefined when it chose none. The only one where there is one. */
function chosen(node: Node, value: unknown): Node | undefined {
  const fitting = variants(node).filter((variant) => {
    const wanted = kindOf(variant);
    return wanted === undefined || (isRecord(value) && value["kind"] === wanted);
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The schema at a path with all its variants, choosing each variant on the way by the `kind` that was given. */
export function locate(node: Node, path: readonly PropertyKey[], value: unknown): Node | undefined {
  const [head, ...rest] = path;
  if (head === undefined) {
    return node;
  }
  if (typeof head === "number") {
    return node.items && locate(node.items, rest, Array.isArray(value) ? value[head] : undefined);
  }
  const variant = chosen(node, value);
  if (head === "kind" && variant === undefined) {
    return { enum: kindsOf(node) };
  }
  // A record has the same schema under every key.
  const next = variant?.properties?.[String(head)] ?? recordOf(variant);
  return next && locate(next, rest, isRecord(value) ? value[String(head)] : undefined);
}

function recordOf(node: Node | undefined): Node | undefined {
  return isRecord(node?.additionalProperties) ? (node.additionalProperties as Node) : undefined;
}

/** The keys that a group may have, given its kind. */
export function keysOf(node: Node, value: unknown): string[] {
  return Object.keys(chosen(node, value)?.properties ?? {});
}

/** The kinds of a group that have this key. */
export function kindsWith(node: Node, key: string): unknown[] {
  return kindsOf({ oneOf: variants(node).filter((variant) => variant.properties?.[key] !== undefined) });
}

function kindsOf(node: Node): unknown[] {
  return variants(node)
    .map(kindOf)
    .filter((kind) => kind !== undefined);
}

/** The allowed values of a schema, to finish the sentence "expected ...". */
export function describeAllowed(node: Node): string {
  const choices = kindsOf(node);
  if (node.allowed !== undefined) {
    return node.allowed;
  }
  if (choices.length > 1) {
    return `an object whose kind is ${list(choices)}`;
  }
  if (node.const !== undefined || node.enum !== undefined) {
    return list(node.enum ?? [node.const]);
  }
  switch (node.type) {
    case "integer":
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list${node.minItems === undefined ? "" : ` of at least ${node.minItems}`}, each ${describeAllowed(node.items ?? {})}`;
    case "object":
      return `an object with ${list(Object.keys(node.properties ?? {}))}`;
    default:
      return node.type ?? "something else";
  }
}

/** "a, b or c". Text that YAML would read as a number keeps its quotes. */
function list(values: readonly unknown[]): string {
  const words = values.map((value) =>
    /^[\d.]+$/.test(String(value)) && typeof value === "string" ? `"${value}"` : String(value),
  );
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

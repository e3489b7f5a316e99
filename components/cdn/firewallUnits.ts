import { managedRuleGroups } from "./firewallGroups";

/**
 * A web ACL with more costs more for every request:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html
 */
export const includedUnits = 1500;

/** https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-match.html and the page of each statement. */
const baseUnits: Readonly<Record<string, number>> = {
  geoMatchStatement: 1,
  ipSetReferenceStatement: 1,
  labelMatchStatement: 1,
  sizeConstraintStatement: 1,
  regexMatchStatement: 3,
};
/** Starts with, ends with, exactly; containing costs 10. */
const byteMatchUnits: Readonly<Record<string, number>> = { CONTAINS: 10, CONTAINS_WORD: 10 };
const transformationUnits = 10;
/** https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html */
const rateUnits = { base: 2, customKey: 30 };

type Json = Readonly<Record<string, unknown>>;

/**
 * Capacity units of a statement as the component writes it, by AWS's published prices. AWS itself decides when the ACL
 * is created. An upper estimate where the documents are silent: the transformations of a rate key count as much as
 * those of a match.
 *
 * @throws Error for a kind of statement whose price is not in the tables above.
 */
export function statementUnits(statement: unknown): number {
  const [[kind, body] = ["nothing", {}], ...more] = Object.entries(statement as Json).filter(([, value]) => value);
  if (more.length > 0) {
    throw new Error(`A statement has exactly one kind; this one has also ${more.map(([key]) => key).join(", ")}.`);
  }
  const json = body as Json;
  switch (kind) {
    case "andStatement":
    case "orStatement":
      return sum(json["statements"], statementUnits);
    case "notStatement":
      return statementUnits(json["statement"]);
    case "managedRuleGroupStatement":
      return groupUnits(json["name"] as string) + scopeUnits(json);
    case "rateBasedStatement":
      return rateUnits.base + sum(json["customKeys"] ?? [], keyUnits) + scopeUnits(json);
    case "byteMatchStatement":
      return (byteMatchUnits[json["positionalConstraint"] as string] ?? 2) + transformUnits(json);
  }
  const base = baseUnits[kind];
  if (base === undefined) {
    throw new Error(`${kind} has no price in components/cdn/firewallUnits.ts: look it up and add it.`);
  }
  return base + transformUnits(json);
}

function groupUnits(name: string): number {
  const found = managedRuleGroups.find((group) => group.name === name);
  if (found === undefined) {
    throw new Error(`${name} is not in components/cdn/firewallGroups.ts, so its units are not known.`);
  }
  return found.units;
}

function keyUnits(key: unknown): number {
  return rateUnits.customKey + sum(Object.values(key as Json), (part) => transformUnits(part as Json));
}

function scopeUnits(json: Json): number {
  return json["scopeDownStatement"] === undefined ? 0 : statementUnits(json["scopeDownStatement"]);
}

function transformUnits(json: Json): number {
  const types = ((json["textTransformations"] ?? []) as readonly { readonly type: string }[]).map(({ type }) => type);
  return types.filter((type) => type !== "NONE").length * transformationUnits;
}

function sum<T>(items: unknown, units: (item: T) => number): number {
  return (items as readonly T[]).reduce((total, item) => total + units(item), 0);
}

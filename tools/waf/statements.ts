import { BlockList, isIPv6 } from "node:net";
import { component, header } from "./components";
import type { Rates } from "./rates";
import type { WafRequest } from "./request";
import { transform } from "./transformations";

type Json = Readonly<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- rules as Pulumi wrote them

/** Data that statements need beyond the request itself. */
export interface Context {
  readonly request: WafRequest;
  readonly labels: ReadonlySet<string>;
  readonly bodyLimit: number;
  /** Addresses of each IP set, by ARN. */
  readonly ipSets: ReadonlyMap<string, readonly string[]>;
  readonly rates: Rates;
  /** The rule that a rate belongs to. */
  readonly rule: string;
  /** Seconds. */
  readonly now: number;
}

const sizes: Readonly<Record<string, (bytes: number, limit: number) => boolean>> = {
  EQ: (bytes, limit) => bytes === limit,
  NE: (bytes, limit) => bytes !== limit,
  LE: (bytes, limit) => bytes <= limit,
  LT: (bytes, limit) => bytes < limit,
  GE: (bytes, limit) => bytes >= limit,
  GT: (bytes, limit) => bytes > limit,
};

const positions: Readonly<Record<string, (text: string, search: string) => boolean>> = {
  EXACTLY: (text, search) => text === search,
  STARTS_WITH: (text, search) => text.startsWith(search),
  ENDS_WITH: (text, search) => text.endsWith(search),
  CONTAINS: (text, search) => text.includes(search),
  CONTAINS_WORD: (text, search) =>
    new RegExp(`(^|\\W)${search.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(\\W|$)`).test(text),
};

/**
 * Whether a request matches a statement, by what AWS documents of each kind:
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html.
 *
 * @throws Error for a kind that is not modelled here, so that no rule is silently skipped.
 */
export function matches(statement: Json, context: Context): boolean {
  const [kind = "nothing"] = Object.keys(statement).filter((key) => statement[key] !== undefined);
  const given = statement[kind] as Json;
  const { request } = context;
  switch (kind) {
    case "andStatement":
      return given["statements"].every((one: Json) => matches(one, context));
    case "orStatement":
      return given["statements"].some((one: Json) => matches(one, context));
    case "notStatement":
      return !matches(given["statement"], context);
    case "labelMatchStatement":
      return given["scope"] === "LABEL"
        ? context.labels.has(given["key"])
        : [...context.labels].some((label) => label.startsWith(given["key"]));
    case "geoMatchStatement":
      return given["countryCodes"].includes(request.country);
    case "ipSetReferenceStatement":
      return inSet(request.address, context.ipSets.get(given["arn"]), given["arn"]);
    case "byteMatchStatement":
      return anyText(given, context, (text) =>
        known(positions, given["positionalConstraint"])(text, given["searchString"]),
      );
    case "regexMatchStatement":
      return anyText(given, context, (text) => new RegExp(given["regexString"]).test(text));
    case "sizeConstraintStatement":
      return anyText(given, context, (text) => known(sizes, given["comparisonOperator"])(text.length, given["size"]));
    case "rateBasedStatement":
      return overRate(given, context);
  }
  throw new Error(`The statement ${kind} is not modelled in tools/waf/statements.ts.`);
}

/** With MATCH or NO_MATCH an oversize component decides by itself; with CONTINUE what there is of it is looked at. */
function anyText(given: Json, { request, bodyLimit }: Context, test: (text: string) => boolean): boolean {
  const field = given["fieldToMatch"] as Json;
  const { texts, oversize } = component(field, request, bodyLimit);
  const [settings] = Object.values(field) as readonly { readonly oversizeHandling?: string }[];
  if (oversize && settings?.oversizeHandling === "MATCH") {
    return true;
  }
  if (oversize && settings?.oversizeHandling === "NO_MATCH") {
    return false;
  }
  return texts.some((text) => test(transform(text, inOrder(given["textTransformations"]))));
}

function overRate(given: Json, context: Context): boolean {
  if (given["scopeDownStatement"] !== undefined && !matches(given["scopeDownStatement"], context)) {
    return false;
  }
  const { request } = context;
  const keys =
    given["aggregateKeyType"] === "IP"
      ? [request.address]
      : (given["customKeys"] as readonly Json[]).map((key) => keyOf(key, request));
  return context.rates.exceeded(
    [context.rule, ...keys].join("\n"),
    given["limit"],
    given["evaluationWindowSec"],
    context.now,
  );
}

function keyOf(key: Json, request: WafRequest): string {
  const [[kind, given] = ["nothing", {}]] = Object.entries(key) as [string, Json][];
  const changed = (text: string) => transform(text, inOrder(given["textTransformations"]));
  switch (kind) {
    case "ip":
      return request.address;
    case "uriPath":
      return changed(request.path);
    case "httpMethod":
      return request.method;
    case "header":
      return changed(header(request, given["name"]) ?? "");
  }
  throw new Error(`The rate key ${kind} is not modelled in tools/waf/statements.ts.`);
}

function inOrder(transformations: readonly { readonly priority: number; readonly type: string }[] = []): string[] {
  return [...transformations].sort((a, b) => a.priority - b.priority).map(({ type }) => type);
}

function known<T>(table: Readonly<Record<string, T>>, key: string): T {
  const found = table[key];
  if (found === undefined) {
    throw new Error(`${key} is not modelled; known are ${Object.keys(table).join(", ")}.`);
  }
  return found;
}

/** @throws Error when the ACL refers to a set that was not given. */
function inSet(address: string, cidrs: readonly string[] | undefined, arn: string): boolean {
  if (cidrs === undefined) {
    throw new Error(`The ACL refers to an IP set whose addresses are not known: ${arn}.`);
  }
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = "", prefix = ""] = cidr.split("/");
    list.addSubnet(network, Number(prefix), isIPv6(network) ? "ipv6" : "ipv4");
  }
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

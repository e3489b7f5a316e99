import { managedRuleGroups } from "../../components/cdn/firewallGroups";
import { body, type Component, cookies, header, headers, queryArguments } from "./components";
import approximations from "./managed/approximations.json";
import type { WafRequest } from "./request";
import { transform } from "./transformations";

/** One rule of AWS's, as far as its public description lets us imitate it. */
interface Imitation {
  readonly rule: string;
  readonly field: string;
  /** A pattern of `patterns`, over the transformed text. */
  readonly pattern?: string;
  /** Bytes that are still allowed. */
  readonly over?: number;
  /** Matches when the field is missing. */
  readonly absent?: boolean;
  /** Stand-ins for AWS's lists of addresses. */
  readonly addresses?: readonly string[];
  readonly counts?: boolean;
  /** False where AWS publishes exactly what the rule does. */
  readonly approximation: boolean;
}

export interface ManagedMatch {
  readonly name: string;
  readonly label: string;
  /** AWS made the rule to count. */
  readonly counts: boolean;
}

const imitations = new Map((approximations.rules as readonly Imitation[]).map((one) => [one.rule, one]));
const patterns = new Map(
  Object.entries(approximations.patterns as Readonly<Record<string, readonly string[]>>).map(([name, alternatives]) => [
    name,
    new RegExp(alternatives.map((one) => `(?:${one})`).join("|")),
  ]),
);

/** The same request is judged many times when a burst is replayed. */
const judged = new WeakMap<WafRequest, Map<string, readonly ManagedMatch[]>>();

/** The rules of one of AWS's groups that would match, in the group's order. */
export function managedMatches(group: string, request: WafRequest, bodyLimit: number): readonly ManagedMatch[] {
  const known = judged.get(request) ?? new Map<string, readonly ManagedMatch[]>();
  judged.set(request, known);
  const key = `${group} ${bodyLimit}`;
  const found = known.get(key) ?? askRules(group, request, bodyLimit);
  known.set(key, found);
  return found;
}

function askRules(group: string, request: WafRequest, bodyLimit: number): readonly ManagedMatch[] {
  const found = managedRuleGroups.find(({ name }) => name === group);
  if (found === undefined) {
    throw new Error(`${group} is not in components/cdn/firewallGroups.ts.`);
  }
  return found.rules.flatMap(({ name, label }) => {
    const imitation = imitations.get(name);
    if (imitation === undefined) {
      throw new Error(`${name} is not imitated in tools/waf/managed/approximations.json.`);
    }
    return imitates(imitation, request, bodyLimit) ? [{ name, label, counts: imitation.counts ?? false }] : [];
  });
}

/** Number of rules that are imitated from a description alone. */
export function approximated(): { readonly rules: number; readonly approximations: number } {
  const all = [...imitations.values()];
  return { rules: all.length, approximations: all.filter(({ approximation }) => approximation).length };
}

/** Whether AWS made the rule to count. */
export const countsByItself = (rule: string): boolean => imitations.get(rule)?.counts ?? false;

function imitates(imitation: Imitation, request: WafRequest, bodyLimit: number): boolean {
  if (imitation.addresses !== undefined) {
    return imitation.addresses.includes(request.address);
  }
  const { texts, oversize } = field(imitation.field, request, bodyLimit);
  if (imitation.absent === true) {
    return texts.length === 0;
  }
  if (imitation.over !== undefined) {
    return oversize || texts.some((text) => text.length > imitation.over!);
  }
  const pattern = patterns.get(imitation.pattern ?? "");
  if (pattern === undefined) {
    throw new Error(`${imitation.rule} names the pattern ${imitation.pattern}, which is not in approximations.json.`);
  }
  return texts.some((text) => pattern.test(transform(text, approximations.transformations)));
}

/** Sizes come from the whole request, as on AWS; contents only from the part that it inspects. */
function field(name: string, request: WafRequest, bodyLimit: number): Component {
  const one = (text: string | undefined): Component => ({ texts: text === undefined ? [] : [text], oversize: false });
  switch (name) {
    case "body":
      return { ...body(request, bodyLimit), oversize: false };
    case "bodySize":
      return { texts: [], oversize: request.body.length > 8_192 };
    case "cookie":
      return { ...cookies(request), oversize: false };
    case "cookieSize":
      return one(header(request, "cookie") ?? "");
    case "headers":
      return { ...headers(request), oversize: false };
    case "queryArguments":
      return queryArguments(request);
    case "query":
      return one(request.query);
    case "path":
      return one(request.path);
    case "method":
      return one(request.method);
  }
  return one(header(request, name));
}

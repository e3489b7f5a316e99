import { managedMatches } from "./managedGroups";
import { Rates } from "./rates";
import type { WafRequest } from "./request";
import { type Context, matches } from "./statements";

type Json = Readonly<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- rules as Pulumi wrote them

/** An ACL as the component gives it to AWS, with the addresses of its IP sets. */
export interface Acl {
  readonly rules: readonly Json[];
  readonly defaultAction: "allow" | "block";
  readonly bodyLimit: number;
  readonly ipSets: ReadonlyMap<string, readonly string[]>;
}

export interface Verdict {
  readonly action: "allow" | "block";
  /** The rule that decided: the ACL's own, or the managed one after its group. Undefined for the default action. */
  readonly by: string | undefined;
  /** Rules that matched and only counted. */
  readonly counted: readonly string[];
  readonly labels: readonly string[];
}

/**
 * Judges requests by an ACL: rules by priority, until one blocks or allows; a rule that counts puts its labels on the
 * request and evaluation goes on (https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html). Keeps
 * count of rates from one request to the next.
 */
export class Evaluator {
  private readonly rates = new Rates();
  private readonly rules: readonly Json[];

  constructor(private readonly acl: Acl) {
    this.rules = [...acl.rules].sort((a, b) => a["priority"] - b["priority"]);
  }

  judge(request: WafRequest, now = 0): Verdict {
    const labels = new Set<string>();
    const counted: string[] = [];
    const { bodyLimit, ipSets } = this.acl;
    const verdict = (action: Verdict["action"], by?: string): Verdict => ({ action, by, counted, labels: [...labels] });

    for (const rule of this.rules) {
      const name = rule["name"] as string;
      const context: Context = { request, labels, bodyLimit, ipSets, rates: this.rates, rule: name, now };
      const group = rule["statement"]["managedRuleGroupStatement"] as Json | undefined;
      const blockedBy = group === undefined ? undefined : askGroup(group, context, labels, counted);
      if (blockedBy !== undefined && rule["overrideAction"]["count"] === undefined) {
        return verdict("block", `${name}: ${blockedBy}`);
      }
      if (blockedBy !== undefined) {
        counted.push(`${name}: ${blockedBy}`);
      }
      if (group !== undefined || !matches(rule["statement"], context)) {
        continue;
      }
      for (const label of (rule["ruleLabels"] ?? []) as readonly { readonly name: string }[]) {
        labels.add(label.name);
      }
      const [action] = Object.keys(rule["action"] as Json).filter((key) => rule["action"][key] !== undefined);
      if (action === "block" || action === "allow") {
        return verdict(action, name);
      }
      counted.push(name);
    }
    return verdict(this.acl.defaultAction);
  }
}

/** The rule of a managed group that blocks, if any; the rules of a group run in order until one does. */
function askGroup(group: Json, context: Context, labels: Set<string>, counted: string[]): string | undefined {
  if (group["scopeDownStatement"] !== undefined && !matches(group["scopeDownStatement"], context)) {
    return undefined;
  }
  const overridden = new Map(
    (group["ruleActionOverrides"] as readonly Json[]).map((given) => [
      given["name"],
      Object.keys(given["actionToUse"])[0],
    ]),
  );
  for (const { name, label, counts } of managedMatches(group["name"], context.request, context.bodyLimit)) {
    labels.add(label);
    const action = overridden.get(name) ?? (counts ? "count" : "block");
    if (action === "block") {
      return name;
    }
    counted.push(`${group["name"]}: ${name}`);
  }
  return undefined;
}

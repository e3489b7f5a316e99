import type { Exemption } from "./exemptions";
import type { Resource } from "./resource";
import type { Rule } from "./rule";

export interface UndecidedEntry {
  readonly rule: string;
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly unknown: readonly string[];
}

/**
 * Passes results from the policies of one run to the reports after them: open verdicts, and exemptions that were
 * needed. The SDK calls each policy on its own, in the order of the pack, in one process; so the reports come last and
 * empty the ledger. A run that fails halfway never reaches them. So entries are also keyed by rule and resource,
 * replaced when the same is judged again, and listed only for resources of the current stack.
 */
export class Ledger {
  private readonly open = new Map<string, UndecidedEntry>();
  private readonly used = new Map<string, Exemption>();

  /** To be called before a resource is judged. */
  forget(rule: Rule, resource: Resource): void {
    this.open.delete(keyOf(rule, resource));
    this.used.delete(keyOf(rule, resource));
  }

  undecided(rule: Rule, resource: Resource, unknown: readonly string[]): void {
    const { urn, name, type } = resource;
    this.open.set(keyOf(rule, resource), { rule: rule.id, urn, name, type, unknown });
  }

  exempted(rule: Rule, resource: Resource, exemption: Exemption): void {
    this.used.set(keyOf(rule, resource), exemption);
  }

  /** The open verdicts of these resources, by rule and resource. */
  entries(urns: ReadonlySet<string>): readonly UndecidedEntry[] {
    return [...this.open.values()]
      .filter((entry) => urns.has(entry.urn))
      .sort((a, b) => a.rule.localeCompare(b.rule) || a.urn.localeCompare(b.urn));
  }

  wasUsed(exemption: Exemption): boolean {
    return [...this.used.values()].includes(exemption);
  }

  clear(): void {
    this.open.clear();
    this.used.clear();
  }
}

function keyOf(rule: Rule, resource: Resource): string {
  return `${rule.id} ${resource.urn}`;
}

import type { Resource } from "./resource";
import type { Stack } from "./stack";
import type { Verdicts } from "./verdict";

export type Group =
  "network" | "compute" | "database" | "cache" | "storage" | "edge" | "identity" | "observability" | "tagging" | "cost";

export type Severity = "low" | "medium" | "high" | "critical";

/** A threshold of a rule, and in which direction it is stricter, so that environments can be compared. */
export type Limit =
  | { readonly kind: "at-least" | "at-most"; readonly value: number; readonly about: string }
  /** Money: not stricter or looser, but never less for prod than for staging, nor for staging than for dev. */
  | { readonly kind: "budget"; readonly value: number; readonly about: string }
  /** Names that are let through (shorter is stricter), or asked for (longer is stricter). */
  | { readonly kind: "allowed" | "required"; readonly value: readonly string[]; readonly about: string }
  /** True is stricter for `strict`, false for `permit`. */
  | { readonly kind: "strict" | "permit"; readonly value: boolean; readonly about: string };

export type Limits = Readonly<Record<string, Limit>>;

/** What a rule's check receives: each threshold by name, from the configuration or the default. */
export type LimitValues<L extends Limits> = {
  readonly [K in keyof L]: L[K] extends { readonly value: number }
    ? number
    : L[K] extends { readonly value: boolean }
      ? boolean
      : readonly string[];
};

export function atLeast(value: number, about: string) {
  return { kind: "at-least" as const, value, about };
}
export function atMost(value: number, about: string) {
  return { kind: "at-most" as const, value, about };
}
export function budget(value: number, about: string) {
  return { kind: "budget" as const, value, about };
}
export function allowed(value: readonly string[], about: string) {
  return { kind: "allowed" as const, value, about };
}
export function required(value: readonly string[], about: string) {
  return { kind: "required" as const, value, about };
}
export function strict(value: boolean, about: string) {
  return { kind: "strict" as const, value, about };
}
export function permit(value: boolean, about: string) {
  return { kind: "permit" as const, value, about };
}

interface Description<L extends Limits> {
  /** Kebab case, unique, never changed once released: it is what configurations and exemptions name. */
  readonly id: string;
  readonly group: Group;
  readonly severity: Severity;
  /** The rule in one sentence. */
  readonly title: string;
  readonly why: string;
  /** The change that fixes a violation. A verdict may give a more exact one. */
  readonly fix: string;
  /** What it serves: "CIS AWS 3.0 2.3.1", "Well-Architected REL10-BP01", "Moodle R16". */
  readonly serves: readonly string[];
  /** A program that passes, for the catalogue. */
  readonly example: string;
  /** The types that the rule judges. One of another type is not applicable. */
  readonly types: readonly string[];
  readonly limits: L;
}

/** A rule that needs nothing but the resource's own inputs. In an update it is judged before the resource is made. */
export interface ResourceRule<L extends Limits = Limits> extends Description<L> {
  readonly scope: "resource";
  /** Judges every other type of AWS too, in the form that holds for all of them. */
  readonly everywhere?: true;
  /** The verdict, or undefined when the rule does not apply to this resource after all. */
  check(resource: Resource, limits: LimitValues<L>): Verdicts | undefined;
  /**
   * Properties to add where the program gave none, at level "remediate". Only for what is additive and harmless: it
   * never changes a value that was given, replaces nothing, and costs next to nothing.
   */
  remedy?(resource: Resource, limits: LimitValues<L>): Readonly<Record<string, unknown>> | undefined;
}

/** A rule that looks at other resources too. Not judged before the whole stack is planned (preview) or made (update). */
export interface StackRule<L extends Limits = Limits> extends Description<L> {
  readonly scope: "stack";
  /** The verdict, or undefined when the rule does not apply to this resource after all. */
  check(resource: Resource, stack: Stack, limits: LimitValues<L>): Verdicts | undefined;
}

export type Rule = ResourceRule | StackRule;

/** Whether a rule looks at resources of a type. */
export function isAbout(rule: Rule, type: string): boolean {
  return (
    rule.types.includes(type) || (rule.scope === "resource" && rule.everywhere === true && /^aws(-native)?:/.test(type))
  );
}

// Rules are written with their own limits and kept in one list, which knows only that they have some. Sound, because
// policy.ts builds the values that `check` receives from the same rule's `limits`.
export function resourceRule<L extends Limits>(rule: Omit<ResourceRule<L>, "scope">): ResourceRule {
  return { ...rule, scope: "resource" } as unknown as ResourceRule;
}

export function stackRule<L extends Limits>(rule: Omit<StackRule<L>, "scope">): StackRule {
  return { ...rule, scope: "stack" } as unknown as StackRule;
}

import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import { covers, type Exemption } from "./exemptions";
import type { Ledger } from "./ledger";
import { resourceOf, shortType, type Resource } from "./resource";
import {
  isAbout,
  type Limit,
  type Limits,
  type LimitValues,
  type ResourceRule,
  type Rule,
  type StackRule,
} from "./rule";
import type { Stack } from "./stack";
import { together, type Verdicts } from "./verdict";
import type { Walk } from "./walk";

type PropertySchema = PolicyConfigSchema["properties"][string];

/** What is the same for all rules of a run. */
export interface Run {
  readonly exemptions: readonly Exemption[];
  readonly today: () => Date;
  readonly ledger: Ledger;
  /** The names of the properties that the program gave, by URN: what is seen of resources before the stack is. */
  readonly inputs: Map<string, ReadonlySet<string>>;
  noting?: Rule;
  readonly rules: readonly Rule[];
  readonly walk: Walk;
  /** The thresholds that the engine sent, by rule; undefined while they are not known. */
  readonly received: Received;
  /** Sensitive types that no rule looks at. */
  readonly unjudged: ReadonlySet<string>;
}

/** Where the engine's configuration is kept, once it has come. */
export interface Received {
  config?: Readonly<Record<string, object>>;
}

/** Makes the policy that the SDK serves from one of our rules. */
export function policyOf(rule: Rule, run: Run): ResourceValidationPolicy | StackValidationPolicy {
  const shared = {
    name: rule.id,
    displayName: rule.title,
    description: rule.title,
    severity: rule.severity,
    // Strict unless a configuration says otherwise: a pack that is used without one must not wave things through.
    enforcementLevel: "mandatory" as const,
    tags: [rule.group],
    remediationSteps: rule.fix,
    ...(Object.keys(rule.limits).length === 0 ? {} : { configSchema: { properties: schemaOf(rule.limits) } }),
  };
  return rule.scope === "resource" ? resourcePolicy(shared, rule, run) : stackPolicy(shared, rule, run);
}

type Shared = Omit<ResourceValidationPolicy, "validateResource" | "remediateResource">;

function resourcePolicy(shared: Shared, rule: ResourceRule, run: Run): ResourceValidationPolicy {
  const validate: ResourceValidation & { __pulumiType?: string } = (args, report) => {
    if (rule.types.length > 1) {
      // Once for each resource: the first rule that is asked about all of them does it.
      run.noting ??= rule;
    }
    if (run.noting === rule) {
      run.inputs.set(args.urn, new Set(Object.keys(args.props)));
      run.walk.meet(args.type);
    }
    if (!isAbout(rule, args.type)) {
      return;
    }
    const resource = resourceOf(args);
    judge(rule, resource, run, report, () => rule.check(resource, limitsOf(rule, args.getConfig())));
  };
  // With one type, the SDK skips the others before it unpacks their properties. With more, there is nothing to call then.
  if (rule.types.length === 1) {
    validate.__pulumiType = rule.types[0]!;
  }
  const policy = {
    ...shared,
    get validateResource(): ResourceValidation | ResourceValidation[] {
      const type = run.walk.present;
      const skip = rule.types.length > 1 && rule !== run.noting && type !== undefined && !isAbout(rule, type);
      return skip ? [] : validate;
    },
  };
  const { remedy } = rule;
  if (remedy === undefined) {
    return policy;
  }
  return Object.assign(policy, {
    remediateResource: (args: Parameters<NonNullable<ResourceValidationPolicy["remediateResource"]>>[0]) => {
      if (!rule.types.includes(args.type)) {
        return undefined;
      }
      try {
        const additions = remedy(resourceOf(args), limitsOf(rule, args.getConfig()));
        return additions === undefined ? undefined : Object.assign(args.props, additions);
      } catch {
        // Nothing is fixed; the check that follows says what is wrong, the rule itself included.
        return undefined;
      }
    },
  });
}

function stackPolicy(shared: Shared, rule: StackRule, run: Run): StackValidationPolicy {
  const validate: StackValidation = (args, report) => {
    const stack = run.walk.of(args.resources, run.inputs, (one) => quietRules(one, run));
    const limits = limitsOf(rule, args.getConfig());
    for (const resource of stack.ofType(...rule.types)) {
      judge(rule, resource, run, report, () => rule.check(resource, stack, limits));
    }
  };
  return {
    ...shared,
    get validateStack(): StackValidation {
      return (run.walk.isQuiet(rule) ? undefined : validate) as StackValidation;
    },
  };
}

/** The rules for a stack that all of its resources pass, as far as their thresholds are known. */
function quietRules(stack: Stack, run: Run): ReadonlySet<Rule> {
  return new Set(
    run.rules.filter((rule) => {
      if (rule.scope !== "stack") {
        return false;
      }
      const resources = stack.ofType(...rule.types);
      const config = Object.keys(rule.limits).length === 0 ? {} : thresholdsOf(rule, run);
      const quiet =
        resources.length === 0 || (config !== undefined && resources.every((one) => passes(rule, one, stack, config)));
      if (quiet) {
        resources.forEach((one) => run.ledger.forget(rule, one));
      }
      return quiet;
    }),
  );
}

/** None for a rule that the engine sent none for, which is one that is left at its defaults. */
function thresholdsOf(rule: Rule, { received }: Run): object | undefined {
  return received.config === undefined ? undefined : (received.config[rule.id] ?? {});
}

function passes(rule: StackRule, resource: Resource, stack: Stack, config: object): boolean {
  try {
    const verdicts = rule.check(resource, stack, limitsOf(rule, config));
    return verdicts === undefined || together(verdicts).every(({ kind }) => kind === "pass");
  } catch {
    return false;
  }
}

function judge(
  rule: Rule,
  resource: Resource,
  run: Run,
  report: ReportViolation,
  check: () => Verdicts | undefined,
): void {
  run.ledger.forget(rule, resource);
  let verdicts: Verdicts | undefined;
  try {
    verdicts = check();
  } catch (error) {
    report(defect(rule, resource, error), resource.urn);
    return;
  }
  for (const verdict of verdicts === undefined ? [] : together(verdicts)) {
    if (verdict.kind === "undecided") {
      run.ledger.undecided(rule, resource, verdict.unknown);
    } else if (verdict.kind === "violation") {
      const exemption = run.exemptions.find((one) => covers(one, rule.id, resource.urn, run.today()));
      if (exemption === undefined) {
        report(message(rule, resource, verdict.found, verdict.fix ?? rule.fix), resource.urn);
      } else {
        run.ledger.exempted(rule, resource, exemption);
      }
    }
  }
}

/** The CLI prints the rule's title and then this text, and nothing else, so the fix has to be here. */
export function message(rule: Rule, resource: Resource, found: string, fix: string): string {
  return `Found: ${shortType(resource.type)} "${resource.name}": ${found}.\nWhy: ${rule.why}\nFix: ${fix}`;
}

function defect(rule: Rule, resource: Resource, error: unknown): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (
    `Found: the rule "${rule.id}" itself is defective: it failed on ${shortType(resource.type)} "${resource.name}" ` +
    `(${reason.split("\n")[0] ?? reason}).\nWhy: what a rule could not judge does not count as passed.\n` +
    `Fix: report this line to the owners of the policy pack; nothing in your program has to change.`
  );
}

export function limitsOf<L extends Limits>(rule: { readonly limits: L }, config: object): LimitValues<L> {
  const given = config as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(rule.limits).map(([name, limit]) => [name, given[name] ?? limit.value]),
  ) as LimitValues<L>;
}

/** The thresholds in the form in which the engine checks a configuration file. */
export function schemaOf(limits: Limits): Record<string, PropertySchema> {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, schemaOfLimit(limit)]));
}

function schemaOfLimit(limit: Limit): PropertySchema {
  const shared = { description: limit.about, default: limit.value as PropertySchema["default"] };
  switch (limit.kind) {
    case "at-least":
    case "at-most":
    case "budget":
      return { type: "number", minimum: 0, ...shared };
    case "allowed":
    case "required":
      return { type: "array", items: { type: "string" }, ...shared };
    case "strict":
    case "permit":
      return { type: "boolean", ...shared };
  }
}

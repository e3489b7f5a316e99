import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { covers, type Exemption } from "./exemptions";
import type { Ledger } from "./ledger";
import { resourceOf, shortType, type Resource } from "./resource";
import type { Limit, Limits, LimitValues, ResourceRule, Rule, StackRule } from "./rule";
import { Stack } from "./stack";
import { together, type Verdicts } from "./verdict";

type PropertySchema = PolicyConfigSchema["properties"][string];

/** What is the same for all rules of a run. */
export interface Run {
  readonly exemptions: readonly Exemption[];
  readonly today: () => Date;
  readonly ledger: Ledger;
  /** The names of the properties that the program gave, by URN: what is seen of resources before the stack is. */
  readonly inputs: Map<string, ReadonlySet<string>>;
  noting?: Rule;
  /** Sensitive types that no rule looks at. */
  readonly unjudged: ReadonlySet<string>;
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
  return rule.scope === "resource"
    ? { ...shared, ...resourcePolicy(rule, run) }
    : { ...shared, ...stackPolicy(rule, run) };
}

function resourcePolicy(
  rule: ResourceRule,
  run: Run,
): Pick<ResourceValidationPolicy, "validateResource" | "remediateResource"> {
  const validateResource: ResourceValidation & { __pulumiType?: string } = (args, report) => {
    // Once for each resource: the first rule that is asked about all of them does it.
    run.noting ??= rule;
    if (run.noting === rule) {
      run.inputs.set(args.urn, new Set(Object.keys(args.props)));
    }
    if (!rule.types.includes(args.type)) {
      return;
    }
    const resource = resourceOf(args);
    judge(rule, resource, run, report, () => rule.check(resource, limitsOf(rule, args.getConfig())));
  };
  // With one type, the SDK skips the others before it unpacks their properties.
  if (rule.types.length === 1) {
    validateResource.__pulumiType = rule.types[0]!;
  }
  const { remedy } = rule;
  if (remedy === undefined) {
    return { validateResource };
  }
  return {
    validateResource,
    remediateResource: (args) => {
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
  };
}

function stackPolicy(rule: StackRule, run: Run): Pick<StackValidationPolicy, "validateStack"> {
  return {
    validateStack: (args, report) => {
      // Most stacks have nothing of most rules' types.
      if (!args.resources.some(({ type }) => rule.types.includes(type))) {
        return;
      }
      const stack = new Stack(args.resources, run.inputs);
      const limits = limitsOf(rule, args.getConfig());
      for (const resource of stack.ofType(...rule.types)) {
        judge(rule, resource, run, report, () => rule.check(resource, stack, limits));
      }
    },
  };
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

import type { StackValidation, StackValidationPolicy } from "@pulumi/policy";
import { concerns, faults, tooBroad, type Exemption } from "./exemptions";
import type { UndecidedEntry } from "./ledger";
import { unseen } from "./coverage";
import type { Run } from "./policy";
import { shortType } from "./resource";

export const undecidedReport = "undecided";
export const exemptionsReport = "exemptions";

/**
 * Lists every verdict that could not be reached because a value is not known yet, once, where everyone sees it. It is
 * advisory: most open verdicts of a preview are settled by the stack policies of the update, or by
 * `pulumi policy analyze` on the state. A configuration may make it mandatory.
 */
export function undecidedPolicy(run: Run): StackValidationPolicy {
  const listed = (resources: readonly { readonly type: string; readonly urn: string; readonly name: string }[]) => ({
    entries: run.ledger.entries(new Set(resources.map((one) => one.urn))),
    missed: unseen(resources, run.unjudged),
  });
  const isEmpty = ({ entries, missed }: ReturnType<typeof listed>): boolean => entries.length + missed.length === 0;
  const validate: StackValidation = ({ resources }, report) => {
    const found = listed(resources);
    if (!isEmpty(found)) {
      report(undecidedText(found.entries, found.missed), stackUrn(resources));
    }
  };
  return {
    name: undecidedReport,
    displayName: "Undecided verdicts",
    description:
      "Lists what could not be judged: a value is not known yet, or no rule looks at the type. None of it counts as passed.",
    severity: "medium",
    enforcementLevel: "advisory",
    get validateStack(): StackValidation {
      const stack = run.walk.stackNow;
      return (stack !== undefined && isEmpty(listed(stack.resources)) ? undefined : validate) as StackValidation;
    },
  };
}

function undecidedText(entries: readonly UndecidedEntry[], missed: readonly string[]): string {
  const lines: string[] = [];
  let last = "";
  for (const entry of entries) {
    if (entry.rule !== last) {
      lines.push(`${entry.rule}:`);
      last = entry.rule;
    }
    lines.push(`  ${shortType(entry.type)} "${entry.name}": unknown ${entry.unknown.join(", ")}`);
  }
  const count = `${entries.length} verdict${entries.length === 1 ? " is" : "s are"}`;
  if (missed.length > 0) {
    lines.push("no rule looks at:", ...missed);
  }
  return `Found: ${count} open${missed.length === 0 ? "" : `, and ${missed.length} resource${missed.length === 1 ? " has" : "s have"} no rule`}.\n${lines.join("\n")}\nFix: run \`pulumi policy analyze\` once the stack is up, where every value is known. Of a type that no rule looks at, policies/coverage.md says what is judged instead.`;
}

/**
 * Judges the exemptions themselves. It comes last, because it asks which of them were needed; and it empties the
 * ledger, also when it is set to advisory.
 */
export function exemptionsPolicy(run: Run, policies: ReadonlySet<string>): StackValidationPolicy {
  const validate: StackValidation = ({ resources }, report) => {
    const urn = stackUrn(resources);
    const open = new Set(run.ledger.entries(new Set(resources.map((one) => one.urn))).map((entry) => entry.rule));
    for (const exemption of run.exemptions) {
      for (const fault of faultsHere(exemption, urn, run, policies, open)) {
        report(exemptionText(exemption, fault), urn);
      }
    }
    run.ledger.clear();
  };
  return {
    name: exemptionsReport,
    displayName: "Exemptions in order",
    description: "Exemptions name one place, one reason and one owner, hold for 90 days at most and are still needed.",
    severity: "high",
    enforcementLevel: "mandatory",
    get validateStack(): StackValidation {
      const nothing = run.walk.stackNow !== undefined && run.exemptions.length === 0;
      return (nothing ? undefined : validate) as StackValidation;
    },
  };
}

function faultsHere(
  exemption: Exemption,
  urn: string,
  run: Run,
  policies: ReadonlySet<string>,
  open: ReadonlySet<string>,
): readonly string[] {
  const wrong = faults(exemption, policies, run.today());
  if (wrong.length > 0) {
    // One that does not say where it belongs is every stack's business.
    return typeof exemption.urn !== "string" || tooBroad(exemption) !== undefined || concerns(exemption, urn)
      ? wrong
      : [];
  }
  // In a preview the violation may be there and not be seen yet.
  if (!concerns(exemption, urn) || run.ledger.wasUsed(exemption) || open.has(exemption.policy)) {
    return [];
  }
  return ["is not needed: nothing that it covers violates the policy"];
}

function exemptionText(exemption: Exemption, fault: string): string {
  return (
    `Found: the exemption of "${exemption.policy}" for ${exemption.urn} ${fault}.\n` +
    `Why: an exemption that nobody needs, or that nobody looks at again, is a hole.\n` +
    `Fix: delete it from exemptions.json, or correct it there and have it reviewed (owner: ${exemption.owner}, ticket: ${exemption.ticket}).`
  );
}

function stackUrn(resources: readonly { readonly type: string; readonly urn: string }[]): string {
  return (resources.find((one) => one.type === "pulumi:pulumi:Stack") ?? resources[0])?.urn ?? "";
}

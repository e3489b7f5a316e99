import type { Policies } from "@pulumi/policy";
import type { Exemption } from "./exemptions";
import { unjudged } from "./coverage";
import { Ledger } from "./ledger";
import { policyOf, type Run } from "./policy";
import { exemptionsPolicy, exemptionsReport, undecidedPolicy, undecidedReport } from "./reports";
import type { Rule } from "./rule";

/** All policies of the pack: one per rule and, last, the two reports, which need what the rules found. */
export function policiesOf(
  rules: readonly Rule[],
  exemptions: readonly Exemption[],
  today: () => Date = () => new Date(),
): Policies {
  const run: Run = { exemptions, today, ledger: new Ledger(), inputs: new Map(), unjudged: new Set(unjudged(rules)) };
  const names = new Set([...rules.map((rule) => rule.id), undecidedReport, exemptionsReport]);
  return [...rules.map((rule) => policyOf(rule, run)), undecidedPolicy(run), exemptionsPolicy(run, names)];
}

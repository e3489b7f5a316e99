import type { Policies } from "@pulumi/policy";
import type { Exemption } from "./exemptions";
import { unjudged } from "./coverage";
import { Ledger } from "./ledger";
import { policyOf, type Received, type Run } from "./policy";
import { exemptionsPolicy, exemptionsReport, undecidedPolicy, undecidedReport } from "./reports";
import type { Rule } from "./rule";
import { Walk } from "./walk";

/** All policies of the pack: one per rule and, last, the two reports, which need what the rules found. */
export function policiesOf(
  rules: readonly Rule[],
  exemptions: readonly Exemption[],
  today: () => Date = () => new Date(),
  received: Received = {},
): Policies {
  const run: Run = {
    ...{ rules, exemptions, today, received, ledger: new Ledger(), walk: new Walk(), inputs: new Map() },
    unjudged: new Set(unjudged(rules)),
  };
  const names = new Set([...rules.map((rule) => rule.id), undecidedReport, exemptionsReport]);
  // A rule that is called for every resource comes first, so that the others learn from it which type it is (see walk.ts).
  const all = (rule: Rule): boolean => rule.scope === "resource" && rule.everywhere === true;
  const ordered = [...rules.filter(all), ...rules.filter((rule) => !all(rule))];
  return [...ordered.map((rule) => policyOf(rule, run)), undecidedPolicy(run), exemptionsPolicy(run, names)];
}

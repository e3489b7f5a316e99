import type { Recorded } from "../values/recorded";
import { sampleProblems } from "./samples";
import { deafRules } from "./senders";

export const eventRule = "aws:cloudwatch/eventRule:EventRule";

/** Why event rules never match: nothing in the stack sends the event, or AWS's event looks otherwise. */
export function eventProblems(resources: readonly Recorded[]): readonly string[] {
  const rules = resources
    .filter(({ type, inputs }) => type === eventRule && inputs["eventPattern"] !== undefined)
    .map(({ name, inputs }) => [name, JSON.parse(String(inputs["eventPattern"])) as Record<string, unknown>] as const);
  return [...deafRules(resources), ...sampleProblems(rules)];
}

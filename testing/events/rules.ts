import type { Recorded } from "../values/recorded";
import { sampleProblems } from "./samples";
import { deafRules } from "./senders";

export const eventRule = "aws:cloudwatch/eventRule:EventRule";

/** Why event rules never match: nothing in the stack sends the event, or AWS's event looks otherwise. */
export function eventProblems(resources: readonly Recorded[]): readonly string[] {
  const found = resources
    .filter(({ type, inputs }) => type === eventRule && inputs["eventPattern"] !== undefined)
    .flatMap(({ name, inputs }) =>
      sampleProblems(name, JSON.parse(String(inputs["eventPattern"])) as Record<string, unknown>),
    );
  return [...deafRules(resources), ...found];
}

/**
 * Makes SARIF 2.1.0 of what the policies found, for code review: GitHub's code scanning, GitLab and editors read it.
 *
 *   PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 pulumi preview --json --policy-pack policies ... | npx ts-node policies/scripts/sarif.ts > policies.sarif
 *   pulumi policy analyze --json ... | npx ts-node policies/scripts/sarif.ts > policies.sarif
 */
import type { Rule } from "../lib/rule";
import { rules } from "../rules";

interface PolicyEvent {
  readonly resourceUrn?: string;
  readonly message: string;
  readonly policyName: string;
  readonly enforcementLevel: string;
}

/** The events of violations among the lines that the engine prints, one JSON text each; other lines are passed over. */
export function policyEvents(lines: readonly string[]): readonly PolicyEvent[] {
  return lines.flatMap((line) => {
    try {
      const event = JSON.parse(line) as { readonly policyEvent?: PolicyEvent } | null;
      return event?.policyEvent === undefined ? [] : [event.policyEvent];
    } catch {
      return [];
    }
  });
}

/** @param program The file that reviewers look at, because a resource has no line that the engine tells. */
export function sarif(events: readonly PolicyEvent[], known: readonly Rule[], program: string): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "moodle-on-aws-policies", rules: known.map(descriptor) } },
        results: events.map(({ policyName, enforcementLevel, message, resourceUrn = "" }) => ({
          ruleId: policyName,
          level: enforcementLevel === "mandatory" ? "error" : "warning",
          // Events carry colours as <{%fg 1%}> marks.
          message: { text: message.replace(/<\{%[^%]*%\}>/g, "").trim() },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: program }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: resourceUrn, name: resourceUrn.split("::").pop() ?? "" }],
            },
          ],
          partialFingerprints: { "policyAndUrn/v1": `${policyName} ${resourceUrn}` },
        })),
      },
    ],
  };
}

function descriptor({ id, title, why, fix, severity, group }: Rule): object {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: fix },
    properties: {
      tags: [group],
      "security-severity": { low: "2.0", medium: "5.0", high: "7.5", critical: "9.5" }[severity],
    },
  };
}

if (require.main === module) {
  let text = "";
  process.stdin
    .setEncoding("utf8")
    .on("data", (part: string) => (text += part))
    .on("end", () =>
      console.log(JSON.stringify(sarif(policyEvents(text.split("\n")), rules, process.argv[2] ?? "index.ts"), null, 2)),
    );
}

import * as assert from "node:assert/strict";
import { longestDays } from "../lib/exemptions";
import { rules } from "../rules";
import { exempted } from "./exempt";
import { policyEvents, sarif } from "./sarif";

const urn = "urn:pulumi:prod::website::aws:s3/bucket:Bucket::open-data";

describe("What the policies found, for code review", () => {
  const lines = [
    "Previewing update (prod):",
    JSON.stringify({ sequence: 1, summaryEvent: {} }),
    JSON.stringify({
      policyEvent: {
        resourceUrn: urn,
        message: "<{%fg 1%}>Found: it.<{%reset%}>\n",
        policyName: "bucket-private",
        enforcementLevel: "mandatory",
      },
    }),
    JSON.stringify({
      policyEvent: { message: "Found: 1 open.", policyName: "undecided", enforcementLevel: "advisory" },
    }),
    "null",
  ];

  it("is in SARIF, with the rule, the level, the resource and no colours", () => {
    const { runs } = sarif(policyEvents(lines), rules, "index.ts") as {
      runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
    };
    assert.equal(runs[0]!.tool.driver.rules.length, rules.length);
    assert.deepEqual(
      runs[0]!.results.map(({ ruleId, level, message }) => [ruleId, level, message]),
      [
        ["bucket-private", "error", { text: "Found: it." }],
        ["undecided", "warning", { text: "Found: 1 open." }],
      ],
    );
    assert.match(
      JSON.stringify(runs[0]!.results[0]),
      /"fullyQualifiedName":"urn:pulumi:prod::website[^"]+","name":"open-data"/,
    );
  });

  it("is exempted by one line, for 90 days, or refused with what is wrong", () => {
    const today = new Date("2027-01-01T12:00:00Z");
    const text = exempted('{"exemptions": []}', ["bucket-private", urn, "platform", "PLAT-7", "Open", "data."], today);
    assert.deepEqual(JSON.parse(text), {
      exemptions: [
        {
          policy: "bucket-private",
          urn,
          reason: "Open data.",
          owner: "platform",
          ticket: "PLAT-7",
          expires: "2027-04-01",
        },
      ],
    });
    assert.equal(longestDays, 90);
    assert.throws(() => exempted(text, ["bucket-nothing", urn, "platform", "PLAT-7", "x"], today), /does not exist/);
    assert.throws(() => exempted(text, ["bucket-private", urn], today), /lacks reason, owner, ticket/);
  });
});

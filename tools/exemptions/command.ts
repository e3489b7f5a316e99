import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { daysLeft, type Exemption, faults, parseExemptions } from "../../policies/lib/exemptions";
import { rules } from "../../policies/rules";
import { declare, standard, start } from "../lib/command";
import { file } from "../lib/kinds";

/** The exemptions, the one that ends first on top, with days left and what is not in order. */
export function listing(exemptions: readonly Exemption[], policies: ReadonlySet<string>, today: Date): string {
  if (exemptions.length === 0) {
    return "No exemptions.";
  }
  return [...exemptions]
    .sort((a, b) => daysLeft(a, today) - daysLeft(b, today))
    .map((one) => {
      const left = daysLeft(one, today);
      const wrong = faults(one, policies, today);
      const head = `${one.policy}: ${left < 0 ? "expired" : `${left} days left`} (until ${one.expires})`;
      const lines = [`  ${one.urn}`, `  ${one.reason} Owner: ${one.owner}. Ticket: ${one.ticket}.`];
      return [head, ...lines, ...wrong.map((fault) => `  NOT IN ORDER: it ${fault}.`)].join("\n");
    })
    .join("\n");
}

export const command = declare({
  name: "exemptions",
  summary: "What is exempted from the policies, by whom, why, and for how many days yet",
  options: {
    FILE: standard(
      file("a file of exemptions", "For example FILE=policies/exemptions.json."),
      "The file",
      relative(process.cwd(), join(__dirname, "../../policies/exemptions.json")),
    ),
  },
  failure: "an exemption is not in order",
  run: ({ FILE }, { print }) => {
    const policies = new Set(rules.map((rule) => rule.id));
    const today = new Date();
    const exemptions = parseExemptions(readFileSync(FILE, "utf8"));
    print(listing(exemptions, policies, today));
    return exemptions.some((one) => faults(one, policies, today).length > 0) ? 1 : 0;
  },
});

if (require.main === module) {
  start(command);
}

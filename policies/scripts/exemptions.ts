/** Lists the exemptions, the one that ends first on top, with days left. Fails when one of them is not in order. */
import * as fs from "node:fs";
import * as path from "node:path";
import { daysLeft, faults, parseExemptions, type Exemption } from "../lib/exemptions";
import { rules } from "../rules";

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

if (require.main === module) {
  const file = process.argv[2] ?? path.join(__dirname, "..", "exemptions.json");
  const policies = new Set(rules.map((rule) => rule.id));
  const today = new Date();
  const exemptions = parseExemptions(fs.readFileSync(file, "utf8"));
  console.log(listing(exemptions, policies, today));
  process.exitCode = exemptions.some((one) => faults(one, policies, today).length > 0) ? 1 : 0;
}

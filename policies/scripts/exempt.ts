/**
 * Adds an exemption to exemptions.json, for as long as one may run:
 *
 *   npx ts-node scripts/exempt.ts <policy> <urn> <owner> <ticket> <reason>
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { faults, longestDays, parseExemptions, type Exemption } from "../lib/exemptions";
import { rules } from "../rules";

const day = 24 * 60 * 60 * 1000;

/** @throws Error with all that is wrong with it. */
export function exempted(text: string, given: readonly string[], today: Date): string {
  const [policy = "", urn = "", owner = "", ticket = "", ...words] = given;
  const expires = new Date(today.getTime() + longestDays * day).toISOString().slice(0, 10);
  const one: Exemption = { policy, urn, reason: words.join(" "), owner, ticket, expires };
  const wrong = faults(one, new Set(rules.map(({ id }) => id)), today);
  if (wrong.length > 0) {
    throw new Error(
      `The exemption ${wrong.join(", and it ")}.\nFix: npx ts-node scripts/exempt.ts <policy> <urn> <owner> <ticket> <reason>`,
    );
  }
  return `${JSON.stringify({ exemptions: [...parseExemptions(text), one] }, null, 2)}\n`;
}

if (require.main === module) {
  const file = path.join(__dirname, "..", "exemptions.json");
  try {
    fs.writeFileSync(file, exempted(fs.readFileSync(file, "utf8"), process.argv.slice(2), new Date()));
    console.log(`exemptions.json has it, until its last day in ${longestDays} days. Have it reviewed.`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

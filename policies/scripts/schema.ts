/** Writes config/schema.json from the rules, for editors; with --check, fails when it is stale. */
import * as path from "node:path";
import { levels } from "../lib/config";
import { schemaOf } from "../lib/policy";
import { exemptionsReport, undecidedReport } from "../lib/reports";
import type { Rule } from "../lib/rule";
import { rules } from "../rules";
import { writeOrCheck } from "./writeOrCheck";

const levelSchema = (allowed: readonly string[]) => ({ type: "string", enum: allowed });

function entry(description: string, allowed: readonly string[], limits: object) {
  return {
    description,
    anyOf: [
      levelSchema(allowed),
      {
        type: "object",
        properties: { enforcementLevel: levelSchema(allowed), ...limits },
        additionalProperties: false,
      },
    ],
  };
}

function ofRule(rule: Rule) {
  const fixes = rule.scope === "resource" && rule.remedy !== undefined;
  return entry(rule.title, fixes ? levels : levels.filter((level) => level !== "remediate"), schemaOf(rule.limits));
}

export function configSchema(): object {
  const report = levels.filter((level) => level === "advisory" || level === "mandatory");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Levels and thresholds of the policies of one environment (--policy-pack-config)",
    type: "object",
    properties: {
      all: entry("The level of every policy that is not named.", ["advisory", "mandatory", "disabled"], {}),
      [undecidedReport]: entry("The list of open verdicts.", report, {}),
      [exemptionsReport]: entry("The check of the exemptions themselves.", report, {}),
      ...Object.fromEntries([...rules].sort((a, b) => a.id.localeCompare(b.id)).map((rule) => [rule.id, ofRule(rule)])),
    },
    additionalProperties: false,
  };
}

if (require.main === module) {
  writeOrCheck(path.join(__dirname, "..", "config", "schema.json"), `${JSON.stringify(configSchema(), null, 2)}\n`);
}

/** Writes coverage.md: the types of AWS that are judged, and the sensitive ones that are not; with --check, fails when it is stale. */
import * as path from "node:path";
import { judged, unjudged } from "../lib/coverage";
import { rules } from "../rules";
import { writeOrCheck } from "./writeOrCheck";

export function coverage(): string {
  const types = [...judged(rules)].sort(([a], [b]) => a.localeCompare(b));
  return [
    "# Types of AWS that are judged",
    "",
    "<!-- Written by scripts/coverage.ts. -->",
    "",
    `${types.length} types are judged. Whoever has one that is not here gets no verdict of it.`,
    "",
    "| Type | Rules |",
    "| --- | --- |",
    ...types.map(([type, ids]) => `| \`${type}\` | ${ids.map((id) => `[${id}](README.md#${id})`).join(", ")} |`),
    "",
    "## Sensitive, and not judged",
    "",
    "These hold data, take connections or share something. A stack that has one finds it in the report `undecided`.",
    "So are all resources of `aws-native` and `awscc` for the services that are judged here in `aws`.",
    "",
    ...unjudged(rules).map((type) => `- \`${type}\``),
    "",
  ].join("\n");
}

if (require.main === module) {
  writeOrCheck(path.join(__dirname, "..", "coverage.md"), coverage());
}

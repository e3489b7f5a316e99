import type { Change } from "./changes";
import type { Violation } from "../../offline/results";
import { gateFaults, type Report } from "./report";
import {
  afterwards,
  alike,
  byComponent,
  costSentence,
  countText,
  groupLine,
  headline,
  isRevision,
  money,
  notes,
  openText,
  shortType,
} from "./texts";

/** A comment on GitHub holds 65,536 characters; what is above that is in the page. */
export const longestComment = 60_000;
/** Most values shown for one resource. */
const mostValues = 12;

/** The report for a pull request. Values of the change are shown as code, so that nothing in them becomes markup. */
export function markdown(report: Report): string {
  const { stack, base, judged, verdicts, costs, permissions, paths, guards, changes, unchanged, versions, ceilings } =
    report;
  const faults = gateFaults(report);
  const parts = [
    `## Plan of \`${stack}\`: ${headline(report)}`,
    `Against ${code(base.name)} (${base.commit.slice(0, 12)}), on the offline engine: stand-ins answer instead of AWS.`,
    ...alert("CAUTION", "**The gate is closed.**", faults),
    ...alert(
      "WARNING",
      "**Replaced or deleted, and acknowledged:**",
      judged.acknowledged.map(
        ({ change, by }) => `${change.action} ${change.urn} (${by.ticket}, until ${by.expires}): ${by.reason}`,
      ),
    ),
    ...(versions.length > 0 ? [section("Versions in the image", versions.map(code), "")] : []),
    ...(ceilings.length > 0 ? [section("Ceilings", ceilings.map(code), "")] : []),
    section(
      "Permissions",
      permissions.map(({ text, widens }) => `${widens ? "⚠️ " : ""}${code(text)}`),
      "No permission changes.",
    ),
    section(
      "Network paths",
      paths.map(({ text, widens }) => `${widens ? "⚠️ " : ""}${code(text)}`),
      "No security group changes.",
    ),
    "### Policies",
    list([
      ...verdicts.added.map((one) => `❌ new ${violation(one)}`),
      ...verdicts.kept.map((one) => `as before: ${violation(one)}`),
      ...verdicts.gone.map((one) => `✅ gone: ${violation(one)}`),
    ]) || "No violation, before or after.",
    ...(verdicts.undecided.length > 0
      ? [details(openText(verdicts.undecided.length), list(verdicts.undecided.map(code)))]
      : []),
    "### Cost",
    typeof costs === "string" ? code(costs) : costSentence(costs.total),
    ...(typeof costs === "string" || costs.lines.length === 0
      ? []
      : [
          `| | before | after |\n|---|---:|---:|\n${costs.lines.map(({ what, before, after }) => `| ${what} | ${money(before)} | ${money(after)} |`).join("\n")}`,
        ]),
    ...(guards.length > 0
      ? [
          "### What decides is changed too",
          list(guards.map(code)),
          "These files say what is allowed: look at them first.",
        ]
      : []),
    "### Changes",
    `${countText(changes)}; ${unchanged} stay as they are. ${afterwards(report) ?? ""}`.trimEnd(),
    ...byComponent(changes).map(([component, own]) =>
      details(`${component}: ${countText(own)}`, list(own.map((change) => changeText(change)))),
    ),
  ];
  const whole = `${parts.filter((part) => part !== "").join("\n\n")}\n`;
  return whole.length <= longestComment
    ? whole
    : `${whole.slice(0, longestComment).replace(/\n[^\n]*$/, "")}\n\n**Cut here: the rest is in the page.**\n`;
}

/** As code, with any content: a fence longer than any run of backticks inside, and no line break. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function alert(kind: "CAUTION" | "WARNING", first: string, items: readonly string[]): readonly string[] {
  return items.length === 0
    ? []
    : [[`> [!${kind}]`, `> ${first}`, ">", ...items.map((item) => `> - 🔴 ${code(item)}`)].join("\n")];
}

function section(title: string, items: readonly string[], nothing: string): string {
  return `### ${title}\n\n${items.length === 0 ? nothing : list(items)}`;
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function violation({ policy, level, urn, message }: Violation): string {
  return `${level} ${code(`${policy}${urn === undefined ? "" : ` on ${urn.slice(urn.lastIndexOf("::") + 2)}`}: ${message}`)}`;
}

function changeText(change: Change): string {
  const { action, type, name, values } = change;
  const head = `**${isRevision(change) ? "new revision" : action}** ${code(`${shortType(type)} ${name}`)}${notes(change)
    .map((note) => `, ${note}`)
    .join("")}`;
  const groups = alike(values);
  const lines = groups.slice(0, mostValues).map((group) => `  - ${code(groupLine(group))}`);
  const more = groups.length > mostValues ? [`  - and ${groups.length - mostValues} more`] : [];
  return [head, ...lines, ...more].join("\n");
}

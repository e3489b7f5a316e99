/** Writes the catalogue of rules into README.md; with --check, fails when it is stale. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Limit, Rule } from "../lib/rule";
import { settingOf, type PackConfig } from "../lib/config";
import { entries } from "../corpus/entries";
import { awsDefaults } from "../lib/awsDefaults";
import { placements } from "../lib/placement";
import { shortType } from "../lib/resource";
import { hashOf, resultsSoFar, score } from "../mutation/results";
import { rules } from "../rules";
import { writeOrCheck } from "./writeOrCheck";

const begin = "<!-- Written by scripts/catalogue.ts. -->\n<!-- prettier-ignore-start -->";
const end = "<!-- prettier-ignore-end -->";
const environments = ["prod", "staging", "dev"] as const;

function configOf(environment: string): PackConfig {
  return JSON.parse(fs.readFileSync(path.join(__dirname, "..", "config", `${environment}.json`), "utf8")) as PackConfig;
}

export function catalogue(): string {
  const configs = environments.map((name) => ({ name, config: configOf(name) }));
  const groups = [...new Set(rules.map((rule) => rule.group))];
  const overview = groups.map((group) => {
    const own = rules.filter((rule) => rule.group === group);
    return `| ${group} | ${own.length} | ${own.map((rule) => `[${rule.id}](#${rule.id})`).join(", ")} |`;
  });
  return [
    `${rules.length} rules in ${groups.length} groups.`,
    "",
    ...measured(),
    "",
    "| Group | Rules | |",
    "| --- | --- | --- |",
    ...overview,
    ...groups.flatMap((group) => [
      "",
      `### ${group[0]!.toUpperCase()}${group.slice(1)}`,
      ...rules.filter((rule) => rule.group === group).flatMap((rule) => section(rule, configs)),
    ]),
  ].join("\n");
}

/** The verdicts that the corpus asks for, each of which corpus.test.ts sees given: before the first update, and after it. */
function counted(take: (rule: string) => boolean) {
  const about = entries.filter((entry) => entry.about.some(take));
  const faults = about.flatMap(({ faults: now = [], later = [] }) =>
    [...now.map((one) => ({ one, open: false })), ...later.map((one) => ({ one, open: true }))].filter(({ one }) =>
      take(one.split(": ")[0]!),
    ),
  );
  const good = about.filter(
    (entry) => ![...(entry.faults ?? []), ...(entry.later ?? [])].some((one) => take(one.split(": ")[0]!)),
  );
  return { faults: faults.length, open: faults.filter(({ open }) => open).length, good: good.length };
}

function measured(): readonly string[] {
  const all = counted(() => true);
  const measuredFiles = Object.fromEntries(
    Object.entries(resultsSoFar()).filter(([name, { hash }]) => hash === hashOfFile(name)),
  );
  return [
    `The corpus has ${entries.length} programs. Of their ${all.faults} faults ${all.faults - all.open} are found in a first preview. The other ${all.open} are reported`,
    `as undecided there, and found after the update. None of the ${all.good} good programs is refused.`,
    "",
    `Of single conditions that were changed in ${Object.keys(measuredFiles).length} files: ${score(measuredFiles)}.`,
    "",
    "| Left out by the program | What AWS does | Source |",
    "| --- | --- | --- |",
    ...Object.values(awsDefaults).map(
      ({ what, value, source }) => `| ${what} | ${String(value)} | [source](${source}) |`,
    ),
    ...Object.entries(placements).map(
      ([type, { by, otherwise, source }]) => `| ${by[0]} of ${shortType(type)} | ${otherwise} | [source](${source}) |`,
    ),
  ];
}

function ofCorpus(rule: Rule): readonly string[] {
  const { faults, open, good } = counted((id) => id === rule.id);
  return faults + good === 0
    ? []
    : [
        `_Corpus._ Faults found: ${faults} of ${faults}${open === 0 ? "" : `, ${open} of them after the update`}. Good programs refused: 0 of ${good}.`,
        "",
      ];
}

function hashOfFile(name: string): string {
  return hashOf(fs.readFileSync(path.join(__dirname, "..", name), "utf8"));
}

/** Of the rule's own file, while it is the text that was measured. */
function ofMutants(rule: Rule): readonly string[] {
  const name = `${rule.group}/${rule.id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}.ts`;
  const result = resultsSoFar()[name];
  return result === undefined || result.mutants === 0 || result.hash !== hashOfFile(name)
    ? []
    : [`_Mutants._ Noticed: ${result.killed} of ${result.mutants}.`, ""];
}

function section(
  rule: Rule,
  configs: readonly { readonly name: string; readonly config: PackConfig }[],
): readonly string[] {
  const names = Object.keys(rule.limits);
  const head = ["Environment", "Level", ...names.map((name) => `\`${name}\``)];
  const rows = configs.map(({ name, config }) => {
    const { level, limits } = settingOf(config, rule);
    return [name, level, ...names.map((key) => valueOf(rule.limits[key]!, limits[key]))];
  });
  const fixes = rule.scope === "resource" && rule.remedy !== undefined ? " It can be remediated." : "";
  return [
    "",
    `#### ${rule.id}`,
    "",
    `**${plain(rule.title)}** Severity: ${rule.severity}. Judges ${rule.scope === "resource" ? "each resource by itself" : "the stack as a whole"}.${fixes}`,
    "",
    `_Why._ ${plain(rule.why)}`,
    "",
    `_Fix._ ${plain(rule.fix)}`,
    "",
    `_Serves._ ${rule.serves.map(linked).join(", ")}.`,
    "",
    ...ofCorpus(rule),
    ...ofMutants(rule),
    ...names.map((name) => `- \`${name}\`: ${plain(rule.limits[name]!.about)}`),
    ...(names.length > 0 ? [""] : []),
    `| ${head.join(" | ")} |`,
    `| ${head.map(() => "---").join(" | ")} |`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    "```ts",
    rule.example,
    "```",
  ];
}

/** Text as Markdown shows it: `<region>` outside code would be read as HTML, and a lone `*` as emphasis. */
function plain(text: string): string {
  return text.replace(/`[^`]*`|[<*]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

/** A requirement of Moodle with a link to its text. */
function linked(standard: string): string {
  const number = /^Moodle R(\d+)$/.exec(standard)?.[1];
  return number === undefined ? standard : `[${standard}](../docs/requirements.md#r${number})`;
}

function valueOf(limit: Limit, value: unknown): string {
  if (!Array.isArray(value)) {
    return String(value);
  }
  return value.length === 0
    ? "none"
    : value.length > 4 && limit.kind === "allowed"
      ? `${value.length} entries`
      : value.map((one) => `\`${String(one)}\``).join(" ");
}

export function readmeWith(text: string, body: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`README.md lacks the marks "${begin}" and "${end}".`);
  }
  return `${text.slice(0, from)}${begin}\n\n${body}\n\n${text.slice(to)}`;
}

if (require.main === module) {
  const file = path.join(__dirname, "..", "README.md");
  writeOrCheck(file, readmeWith(fs.readFileSync(file, "utf8"), catalogue()));
}

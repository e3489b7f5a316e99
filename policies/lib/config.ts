import type { EnforcementLevel } from "@pulumi/policy";
import { exemptionsReport, undecidedReport } from "./reports";
import type { Limit, Rule } from "./rule";

/** The form of `--policy-pack-config`: a level by name, or a level and thresholds. `all` stands for every policy. */
export type PackConfig = Readonly<Record<string, unknown>>;

/** From the loosest to the strictest. */
export const levels: readonly EnforcementLevel[] = ["disabled", "advisory", "remediate", "mandatory"];

const reports = [undecidedReport, exemptionsReport];

interface Entry {
  readonly level: EnforcementLevel | undefined;
  readonly given: Readonly<Record<string, unknown>>;
}

/** All that is wrong with a configuration, each in a line that names it and what is allowed. */
export function configProblems(config: PackConfig, rules: readonly Rule[]): readonly string[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const problems: string[] = [];
  for (const [name, value] of Object.entries(config)) {
    const rule = byId.get(name);
    const fixed = name === "all" || reports.includes(name);
    // Read by the CLI itself: environments of Pulumi ESC.
    if (name === "environments") {
      continue;
    }
    if (rule === undefined && !fixed) {
      problems.push(`${name}: there is no such policy${suggestion(name, [...byId.keys(), ...reports])}`);
      continue;
    }
    const entry = entryOf(value);
    if (entry === undefined) {
      problems.push(`${name}: must be a level (${levels.join(", ")}) or an object, not ${JSON.stringify(value)}`);
      continue;
    }
    problems.push(...levelProblems(name, entry.level, rule), ...limitProblems(name, entry.given, rule));
  }
  return problems;
}

function levelProblems(name: string, level: EnforcementLevel | undefined, rule: Rule | undefined): readonly string[] {
  if (level !== undefined && !levels.includes(level)) {
    return [`${name}: the level "${String(level)}" does not exist. Allowed: ${levels.join(", ")}`];
  }
  if (level === "remediate" && !(rule !== undefined && rule.scope === "resource" && rule.remedy !== undefined)) {
    return [`${name}: nothing is remediated here. Allowed: disabled, advisory, mandatory`];
  }
  return reports.includes(name) && level === "disabled"
    ? [`${name}: this report can not be disabled: what is not judged must be seen. Allowed: advisory, mandatory`]
    : [];
}

function limitProblems(name: string, given: Entry["given"], rule: Rule | undefined): readonly string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const limit = rule?.limits[key];
    if (limit === undefined) {
      const known = Object.keys(rule?.limits ?? {});
      return [`${name}.${key}: there is no such threshold. Allowed: ${known.length === 0 ? "none" : known.join(", ")}`];
    }
    return fits(limit, value) ? [] : [`${name}.${key}: must be ${shapeOf(limit)}, not ${JSON.stringify(value)}`];
  });
}

function fits(limit: Limit, value: unknown): boolean {
  if (typeof limit.value === "number") {
    return typeof value === "number" && value >= 0;
  }
  return typeof limit.value === "boolean"
    ? typeof value === "boolean"
    : Array.isArray(value) && value.every((one) => typeof one === "string");
}

function shapeOf(limit: Limit): string {
  return typeof limit.value === "number"
    ? "a number from 0"
    : typeof limit.value === "boolean"
      ? "true or false"
      : "a list of texts";
}

function entryOf(value: unknown): Entry | undefined {
  if (typeof value === "string") {
    return { level: value as EnforcementLevel, given: {} };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return undefined;
  }
  const { enforcementLevel, ...given } = value as Record<string, unknown>;
  return { level: enforcementLevel as EnforcementLevel | undefined, given };
}

/** Level and thresholds of a rule under a configuration, as the engine puts them together. */
export function settingOf(config: PackConfig, rule: { readonly id: string; readonly limits: Rule["limits"] }) {
  const own = entryOf(config[rule.id]);
  const level = own?.level ?? entryOf(config["all"])?.level ?? "mandatory";
  const limits = Object.fromEntries(
    Object.entries(rule.limits).map(([key, limit]) => [key, own?.given[key] ?? limit.value]),
  );
  return { level, limits };
}

/** Where `config` is looser than `than`: what the stricter environment must never be. Budgets must not be smaller. */
export function looser(config: PackConfig, than: PackConfig, rules: readonly Rule[]): readonly string[] {
  const named = [...rules, ...reports.map((id) => ({ id, limits: {} }))];
  return named.flatMap((rule) => {
    const one = settingOf(config, rule);
    const other = settingOf(than, rule);
    const level =
      levels.indexOf(one.level) < levels.indexOf(other.level) ? [`${rule.id}: ${one.level} < ${other.level}`] : [];
    // A disabled rule asks for nothing, whatever its thresholds are.
    const limits =
      other.level === "disabled"
        ? []
        : Object.entries(rule.limits)
            .filter(([key, limit]) => isLooser(limit, one.limits[key], other.limits[key]))
            .map(
              ([key]) => `${rule.id}.${key}: ${String(one.limits[key])} is looser than ${String(other.limits[key])}`,
            );
    return [...level, ...limits];
  });
}

function isLooser(limit: Limit, one: unknown, than: unknown): boolean {
  switch (limit.kind) {
    case "at-least":
      return Number(one) < Number(than);
    case "at-most":
      return Number(one) > Number(than);
    case "budget":
      return Number(one) < Number(than);
    case "allowed":
      return (one as string[]).some((name) => !(than as string[]).includes(name));
    case "required":
      return (than as string[]).some((name) => !(one as string[]).includes(name));
    case "strict":
      return one === false && than === true;
    case "permit":
      return one === true && than === false;
  }
}

/** The name that was probably meant. */
function suggestion(name: string, known: readonly string[]): string {
  const near = known
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near !== undefined && near.distance <= Math.max(3, name.length / 4)
    ? `. Did you mean "${near.one}"?`
    : ". See policies/README.md for the list.";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

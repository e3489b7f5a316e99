import { type Change, type ValueChange } from "./changes";
import { type CostLine, difference } from "./costs";
import { gateFaults, type Report } from "./report";

/** Words that the Markdown and the page share, so that they cannot disagree. */

/** The first sentence: what a reviewer must know when they read nothing else. */
export function headline(report: Report): string {
  const { changes, judged, failure } = report;
  if (failure !== undefined) {
    return "The plan failed";
  }
  if (judged.open.length > 0) {
    const what =
      judged.open.length === 1 ? "1 resource that holds data" : `${judged.open.length} resources that hold data`;
    return `Data would be lost: ${what} would be replaced or deleted`;
  }
  const counts = countText(changes);
  return gateFaults(report).length > 0 ? `Not to be merged as it is: ${counts}` : counts;
}

/** The step that remains after a deployment, or undefined. */
export function afterwards({ changes, stack }: Pick<Report, "changes" | "stack">): string | undefined {
  return changes.some(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
    ? `New task definitions run only after a release: make release STACK=${stack} IMAGE=<digest>, which pipelines/deploy calls.`
    : undefined;
}

/**
 * Whether a change only adds a revision of a task definition, which Pulumi calls a replacement. The old revision stays registered, tasks
 * run on, and nothing is lost.
 */
export function isRevision({ action, type }: Change): boolean {
  return action === "replaced" && type === "aws:ecs/taskDefinition:TaskDefinition";
}

export function countText(changes: readonly Change[]): string {
  const revisions = changes.filter(isRevision).length;
  const counts = [
    ...(["deleted", "replaced", "updated", "created"] as const)
      .map((action) => [changes.filter((one) => one.action === action && !isRevision(one)).length, action] as const)
      .filter(([count]) => count > 0)
      .map(([count, action]) => `${count} ${action}`),
    ...(revisions === 0 ? [] : [`${revisions} new ${revisions === 1 ? "revision" : "revisions"} of task definitions`]),
  ];
  return counts.length === 0 ? "Nothing changes" : counts.join(", ");
}

export function openText(count: number): string {
  return `${count} ${count === 1 ? "verdict is" : "verdicts are"} open until the deployment`;
}

export function shortType(type: string): string {
  const [pkg, module, name] = type.split(":") as [string, string?, string?];
  return name === undefined ? type : [pkg, module?.split("/")[0], name].filter((part) => part !== "index").join(":");
}

/** Why, and what else there is to know of a change. */
export function notes(change: Change): readonly string[] {
  return [
    ...(change.because.length > 0 ? [`because of ${change.because.join(", ")}`] : []),
    ...(change.isPossible ? ["perhaps: it depends on a value that is known only at the deployment"] : []),
    ...(change.isRetained ? ["AWS keeps the old one (retainOnDelete)"] : []),
    ...(change.stateful !== undefined && change.isProtected
      ? ["protected: the deployment stops until it is unprotected"]
      : []),
  ];
}

const longest = 160;

export function valueText(value: unknown): string {
  const text = value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Values that change from the same to the same, such as an image's digest in every state of a state machine. */
export interface Alike {
  readonly paths: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** Values in groups, those of large JSON texts above all: each pair of before and after is told once. Pure. */
export function alike(values: readonly ValueChange[]): readonly Alike[] {
  const groups = new Map<string, { readonly paths: string[]; readonly before: unknown; readonly after: unknown }>();
  for (const { path, before, after } of values) {
    const key = JSON.stringify([before ?? null, after ?? null]);
    const group = groups.get(key) ?? { paths: [], before, after };
    group.paths.push(path);
    groups.set(key, group);
  }
  return [...groups.values()];
}

export function groupLine({ paths: [path, ...further], before, after }: Alike): string {
  const more = further.length === 0 ? "" : ` and ${further.length} more alike`;
  return `${path}${more}: ${valueText(before)} → ${valueText(after)}`;
}

export function byComponent(changes: readonly Change[]): readonly (readonly [string, readonly Change[]])[] {
  const components = [...new Set(changes.map(({ component }) => component))].sort();
  return components.map((name) => [name, changes.filter(({ component }) => component === name)] as const);
}

export function money(amount: number): string {
  return `$${Math.abs(amount).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

export function costSentence(line: CostLine): string {
  const change = difference(line);
  const share = line.before === 0 ? "" : ` (${((100 * Math.abs(change)) / line.before).toFixed(1)} %)`;
  return Math.abs(change) < 0.01
    ? `Unchanged: ${money(line.after)} a month.`
    : `${money(change)} a month ${change > 0 ? "more" : "less"}${share}: ${money(line.before)} before, ${money(line.after)} after.`;
}

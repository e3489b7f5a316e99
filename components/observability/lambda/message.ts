import type { DraftName } from "../draft";

/** One message to the team, before it is formatted for e-mail or chat. */
export interface Message {
  readonly state: "problem" | "over" | "no data" | "notice";
  readonly title: string;
  readonly what: string;
  /** For people, in UTC. */
  readonly since?: string | undefined;
  readonly bad?: string | undefined;
  /** A path in the repository, or an address. */
  readonly runbook?: string | undefined;
  /** Addresses by their names. */
  readonly links?: Readonly<Record<string, string>> | undefined;
  /** Whether it comes from a composite alarm. */
  readonly composite?: boolean;
  /** Words that the status page's editors are offered with it. */
  readonly draft?: DraftName | undefined;
  /** Messages of one thread belong together in chat. */
  readonly thread?: string | undefined;
  readonly resources?: readonly string[];
}

/** "2026-10-05 09:10 UTC", or undefined for an invalid time. */
export function moment(time: string | undefined): string | undefined {
  const date = new Date(time ?? "");
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** The first sentence of the first line, without its full stop. */
export function sentence(text: string): string {
  const line = firstLine(text);
  return (/^.*?\.(?=\s|$)/.exec(line)?.[0] ?? line).replace(/\.$/, "");
}

export function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** The description of our alarms ends with their runbook, a path or an address. */
export function described(description: string): { readonly what: string; readonly runbook: string | undefined } {
  const [, runbook] = /Runbook: (\S+)\s*$/.exec(description) ?? /(docs\/runbooks\/[\w-]+\.md)/.exec(description) ?? [];
  return { what: description.replace(/\s*Runbook: \S+\s*$/, "").trim(), runbook };
}

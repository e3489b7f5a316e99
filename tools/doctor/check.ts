import type { Settings } from "../../stacks/settings/settings";
import type { Planned } from "../lib/plan";
import type { Clients } from "./clients";
import type { Machine } from "./machine";

/**
 * `ok`: as it must be. `advice`: `up` succeeds, and something is worth doing. `wrong`: `up` would fail. `unchecked`: it
 * could not be found out, and the finding says why.
 */
export type Verdict = "ok" | "advice" | "wrong" | "unchecked";

/** The finding on one thing. */
export interface Line {
  readonly verdict: Verdict;
  /** The thing, in a few words. Lines of one group with the same finding are shown as one. */
  readonly subject: string;
  readonly finding: string;
  /** The command that fixes it, or what a person has to do. */
  readonly fix?: string;
}

/** Contents of a stack's file besides its settings. */
export interface StackFile {
  /** Written by `pulumi stack init --secrets-provider`. */
  readonly secretsProvider?: string | undefined;
  /** Written by `pulumi stack init` when a passphrase protects the secrets. */
  readonly encryptionSalt?: string | undefined;
}

/** Input of a check without an account. A test brings its own. */
export interface LocalWorld {
  readonly settings: Settings;
  readonly machine: Machine;
  /** Every resource that the stack has. */
  readonly plan: () => Promise<readonly Planned[]>;
}

export interface World extends LocalWorld {
  readonly stackFile: StackFile;
  readonly clients: Clients;
  /** The account of the credentials. */
  readonly account: string;
  /** The name servers that the internet knows for a zone. */
  readonly nameServers: (zone: string) => Promise<readonly string[]>;
  readonly now: Date;
}

export interface Check<T = World> {
  readonly group: Group;
  /** The thing that stays unknown when the check itself fails. */
  readonly subject: string;
  readonly run: (world: T) => Promise<readonly Line[]> | readonly Line[];
}

/** In the order in which they are shown. */
export const groups = [
  "This computer",
  "Account",
  "State",
  "Settings",
  "Zones",
  "Quotas",
  "DNS and certificates",
  "Mail",
  "Image",
  "Services",
] as const;
export type Group = (typeof groups)[number];

export const ok = (subject: string, finding: string): Line => ({ verdict: "ok", subject, finding });
export const advice = (subject: string, finding: string, fix: string): Line => ({
  verdict: "advice",
  subject,
  finding,
  fix,
});
export const wrong = (subject: string, finding: string, fix: string): Line => ({
  verdict: "wrong",
  subject,
  finding,
  fix,
});
export const unchecked = (subject: string, finding: string, fix?: string): Line => ({
  verdict: "unchecked",
  subject,
  finding,
  ...(fix !== undefined && { fix }),
});

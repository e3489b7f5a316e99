import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { z } from "zod";
import type { Change } from "./changes";

/** One stateful resource that may be replaced or deleted, with the reason. */
export interface Acknowledgement {
  /** Written out: no patterns, because this is about one resource's data. */
  readonly urn: string;
  readonly reason: string;
  readonly ticket: string;
  /** The last day on which it holds, as 2027-01-31. */
  readonly expires: string;
}

/** Long enough to plan a maintenance window; afterwards someone has to look again. */
export const longestDays = 60;

const text = (what: string) =>
  z
    .string({ error: `must be ${what}` })
    .trim()
    .min(1, `must be ${what}`);

const schema = z.strictObject({
  acknowledged: z.array(
    z.strictObject({
      urn: z
        .string({ error: "must be the resource's URN, as the report shows it" })
        .regex(/^urn:pulumi:[^:*]+::[^:*]+::[^*]+::[^:*]+$/, "must be one whole URN, as the report shows it"),
      reason: text("why the data may go, or how it is brought over"),
      ticket: text("the ticket under which it was agreed"),
      expires: z.iso.date('must be a day in quotes, such as "2027-01-31"'),
    }),
  ),
});

/**
 * Reads `stacks/acknowledged-replacements.yaml`.
 *
 * @throws Error with every mistake in it: where it is and what is allowed.
 */
export function parseAcknowledgements(content: string): readonly Acknowledgement[] {
  const parsed = schema.safeParse(load(content));
  if (parsed.success) {
    return parsed.data.acknowledged;
  }
  const lines = parsed.error.issues.map(({ path, message }) => `- ${path.join(".") || "the file"}: ${message}`);
  throw new Error(`stacks/acknowledged-replacements.yaml is not in order:\n${lines.join("\n")}`);
}

export function readAcknowledgements(file: string): readonly Acknowledgement[] {
  return parseAcknowledgements(readFileSync(file, "utf8"));
}

export function daysLeft({ expires }: Acknowledgement, today: Date): number {
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  return Math.round((Date.parse(`${expires}T00:00:00Z`) - midnight) / (24 * 60 * 60 * 1000));
}

export interface Judged {
  /** Losses without an acknowledgement. */
  readonly open: readonly Change[];
  readonly acknowledged: readonly { readonly change: Change; readonly by: Acknowledgement }[];
  /** Faults of the file, in sentences. */
  readonly faults: readonly string[];
}

/** Losses of data that are acknowledged, and acknowledgements that are out of use. */
export function judge(
  changes: readonly Change[],
  acknowledgements: readonly Acknowledgement[],
  stack: string,
  today: Date,
): Judged {
  const losses = changes.filter(({ stateful }) => stateful !== undefined);
  const own = acknowledgements.filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`));
  const faults = own.flatMap((one, index) => {
    const left = daysLeft(one, today);
    return [
      ...(left < 0 ? [`${one.urn}: expired on ${one.expires}. Agree on a new day, or take the entry out.`] : []),
      ...(left > longestDays ? [`${one.urn}: runs ${left} days, and ${longestDays} is the most.`] : []),
      ...(own.findIndex(({ urn }) => urn === one.urn) < index ? [`${one.urn}: is there twice.`] : []),
      ...(losses.some(({ urn }) => urn === one.urn)
        ? []
        : [`${one.urn}: nothing replaces or deletes it. Take the entry out; it would cover a later mistake.`]),
    ];
  });
  const valid = (urn: string) =>
    own.find((one) => one.urn === urn && daysLeft(one, today) >= 0 && daysLeft(one, today) <= longestDays);
  return {
    open: losses.filter(({ urn }) => valid(urn) === undefined),
    acknowledged: losses.flatMap((change) => {
      const by = valid(change.urn);
      return by === undefined ? [] : [{ change, by }];
    }),
    faults,
  };
}

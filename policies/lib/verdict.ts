import { isUnknown, type Read, type Unknown } from "./view";

/** What a rule says of one resource. Undecided is never a pass: it is listed by the `undecided` report. */
export type Verdict =
  | { readonly kind: "pass" }
  | {
      readonly kind: "violation";
      /** What is wrong on this resource, as half a sentence: "storageEncrypted is false". */
      readonly found: string;
      /** The exact change that fixes it, when that differs from the rule's own. */
      readonly fix?: string;
    }
  | { readonly kind: "undecided"; /** The properties that are not known yet. */ readonly unknown: readonly string[] };

export type Verdicts = Verdict | readonly Verdict[];

export const pass: Verdict = { kind: "pass" };

export function violation(found: string, fix?: string): Verdict {
  return fix === undefined ? { kind: "violation", found } : { kind: "violation", found, fix };
}

export function undecided(...unknown: readonly (Unknown | string)[]): Verdict {
  return { kind: "undecided", unknown: unknown.map((part) => (typeof part === "string" ? part : part.path)) };
}

/**
 * The usual rule in one line: an unknown value is undecided, a good one passes, any other is a violation.
 *
 * @param found What was found, as half a sentence; given the value when it is a function.
 */
export function expect<T>(
  value: Read<T>,
  good: (value: T | undefined) => boolean,
  found: string | ((value: T | undefined) => string),
  fix?: string,
): Verdict {
  if (isUnknown(value)) {
    return undecided(value);
  }
  if (good(value)) {
    return pass;
  }
  return violation(typeof found === "string" ? found : found(value), fix);
}

/** All violations if there is one, otherwise what is undecided, otherwise a pass. */
export function together(verdicts: Verdicts): readonly Verdict[] {
  const all: readonly Verdict[] = Array.isArray(verdicts) ? verdicts : [verdicts as Verdict];
  const violations = all.filter((verdict) => verdict.kind === "violation");
  if (violations.length > 0) {
    return violations;
  }
  const unknown = all.flatMap((verdict) => (verdict.kind === "undecided" ? verdict.unknown : []));
  return unknown.length > 0 ? [{ kind: "undecided", unknown: [...new Set(unknown)] }] : [pass];
}

/** A truth value that may not be known, with what made it so. */
export type Tri = boolean | Unknown;

/** True when any is, unknown when none is true and any is unknown. */
export function anyOf(values: readonly Tri[]): Tri {
  return values.includes(true) ? true : (values.find(isUnknown) ?? false);
}

/** True when all are, false when any is false, otherwise unknown. */
export function allOf(values: readonly Tri[]): Tri {
  return values.includes(false) ? false : (values.find(isUnknown) ?? true);
}

export function not(value: Tri): Tri {
  return isUnknown(value) ? value : !value;
}

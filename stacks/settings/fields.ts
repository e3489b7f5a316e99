import { z } from "zod";

/**
 * The kinds of field in settings. Each has its meaning (`description`) and, where a range or a list does not express
 * it, the allowed values in words: the editor's JSON Schema, the settings table and the error messages are all made
 * from these.
 */
export function integer(min: number, max: number, description: string): z.ZodInt {
  return z.int().min(min).max(max).meta({ description });
}

export function flag(description: string): z.ZodBoolean {
  return z.boolean().meta({ description });
}

export function choice<const T extends readonly string[]>(
  values: T,
  description: string,
): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values).meta({ description });
}

/** One of a few numbers, such as the retentions that CloudWatch Logs knows. */
export function step(values: readonly number[], description: string): z.ZodType<number, number> {
  return z.literal([...values]).meta({ description });
}

/** @param allowed finishes the sentence "expected ...". */
export function text(pattern: RegExp, allowed: string, description: string): z.ZodString {
  return z.string().regex(pattern).meta({ description, allowed });
}

/** An address of SMTP: at most 254 characters, https://www.rfc-editor.org/errata/eid1690. */
export function email(description: string): z.ZodEmail {
  return z.email().max(254).meta({ description, allowed: "an e-mail address" });
}

export function kind<const T extends string>(value: T, description: string): z.ZodLiteral<T> {
  return z.literal(value).meta({ description });
}

/** A group with kinds that no profile decides: `usual` is the kind of a group that names none. */
export function usually<T extends z.ZodType<{ readonly kind: string }>>(usual: z.output<T>["kind"], group: T): T {
  return group.meta({ usualKind: usual });
}

/** A value that the program works out when it is not given. `words` describe how, in place of a default. */
export function derived<T extends z.ZodType>(words: string, field: T): T {
  return field.meta({ derived: words });
}

/** A group's settings as the program reads them: nothing in them can be changed. */
export type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T;

/** The settings of some schemas, by key. */
export type Groups<S extends Readonly<Record<string, z.ZodType>>> = {
  readonly [K in keyof S]: Immutable<z.output<S[K]>>;
};

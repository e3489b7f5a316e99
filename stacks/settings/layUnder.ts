import { z } from "zod";
import type { Immutable } from "./fields";
import { isRecord } from "./jsonSchema";

type Plain = string | number | boolean;

/**
 * Defaults that a profile may give for a setting: any part of what a stack file may write there, and nothing else. For
 * a group with kinds, it gives the kind of a stack file that names none, and parts of each kind for a stack file that
 * names that kind: `{ kind: "ec2", ec2: { minInstances: 3 }, fargate: { spot: false } }`.
 */
export type Defaults<T> = [T] extends [Plain]
  ? T
  : [T] extends [readonly unknown[]]
    ? Immutable<T>
    : [T] extends [{ kind: string }]
      ? { readonly kind?: T["kind"] } & { readonly [K in T["kind"]]?: Parts<Omit<Extract<T, { kind: K }>, "kind">> }
      : Parts<T>;

type Parts<T> = { readonly [K in keyof T]?: Defaults<NonNullable<T[K]>> };

/**
 * Lays a profile's values under those of a stack file, which take precedence. Nothing is checked: the schema parses the
 * result.
 *
 * @param defaults In the form of {@link Defaults}.
 * @returns `given` itself where it is not a group: a single value, or a mistake that the schema will find.
 */
export function layUnder(schema: z.core.$ZodType, defaults: unknown, given: unknown): unknown {
  const group = unwrapped(schema);
  if (given === undefined && defaults === undefined) {
    return undefined;
  }
  if (given !== undefined && !isRecord(given)) {
    return given;
  }
  if (group instanceof z.ZodDiscriminatedUnion) {
    return layUnderKind(group, isRecord(defaults) ? defaults : {}, given ?? {});
  }
  if (group instanceof z.ZodObject && (defaults === undefined || isRecord(defaults))) {
    return layUnderObject(group, defaults ?? {}, given ?? {});
  }
  return given ?? defaults;
}

type Values = Readonly<Record<string, unknown>>;

function layUnderObject({ shape }: z.ZodObject, defaults: Values, given: Values): Values {
  // Includes the keys that the schema does not know, so that it refuses them.
  const keys = new Set([...Object.keys(given), ...Object.keys(defaults)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, layUnder(shape[key] ?? z.unknown(), defaults[key], given[key])]),
  );
}

function layUnderKind(group: z.ZodDiscriminatedUnion, defaults: Values, given: Values): Values {
  const kind = given["kind"] ?? defaults["kind"] ?? group.meta()?.["usualKind"];
  const chosen = group.options.find(
    (option): option is z.ZodObject => option instanceof z.ZodObject && literal(option.shape["kind"]) === kind,
  );
  if (kind === undefined || chosen === undefined) {
    return given;
  }
  const ofKind = defaults[String(kind)];
  return { kind, ...layUnderObject(chosen, isRecord(ofKind) ? ofKind : {}, given) };
}

function literal(schema: unknown): unknown {
  return schema instanceof z.ZodLiteral ? schema.value : undefined;
}

/** The schema inside `.optional()`, `.default()`, `.prefault()` and `.transform()`. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrapped(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}

import type { z } from "zod";
import { isRecord } from "./jsonSchema";

/** Thrown on reading a setting that already has its own problem. Never leaves this folder. */
export class UnreadableError extends Error {}

/** The valid part of a key's value, and the paths in it that are not valid. */
export interface Salvaged {
  readonly data: unknown;
  readonly broken: readonly (readonly PropertyKey[])[];
}

/**
 * The readable part of a value with mistakes: unknown keys are dropped, and a wrong value is replaced by its default,
 * marked as unreadable. So a mistake in one line does not hide mistakes in other lines.
 *
 * @param parse Gives the defaults as well.
 */
export function salvage(
  parse: (value: unknown) => z.ZodSafeParseResult<unknown>,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): Salvaged {
  const copy = structuredClone(value);
  const broken: PropertyKey[][] = [];
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys") {
      issue.keys.forEach((key) => remove(copy, [...issue.path, key]));
      continue;
    }
    // An array with one bad element is unreadable as a whole: dropping the element would renumber the rest.
    const index = issue.path.findIndex((part) => typeof part === "number");
    const path = index < 0 ? [...issue.path] : issue.path.slice(0, index);
    broken.push(path);
    remove(copy, path);
  }
  const again = parse(copy);
  return again.success ? { data: again.data, broken } : { data: undefined, broken: [[]] };
}

function remove(value: unknown, path: readonly PropertyKey[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((at, part) => (isRecord(at) ? at[String(part)] : undefined), value);
  if (isRecord(parent)) {
    delete parent[String(path.at(-1))];
  }
}

/** Puts a guard before the broken paths: reading one of them throws {@link UnreadableError}. */
export function guard(
  value: Readonly<Record<string, unknown>>,
  broken: readonly (readonly PropertyKey[])[],
): Readonly<Record<string, unknown>> {
  return new Proxy(value, {
    get(target, key) {
      const inside = broken.filter((path) => path[0] === key).map((path) => path.slice(1));
      if (inside.some((path) => path.length === 0)) {
        throw new UnreadableError(String(key));
      }
      const child = target[String(key)];
      return inside.length > 0 && isRecord(child) ? guard(child, inside) : child;
    },
  });
}

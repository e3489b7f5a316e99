import { existsSync, readFileSync } from "node:fs";
import type { Properties } from "./values";

/**
 * What happened on AWS outside of the program, for the test of a refresh: outputs by the resource's name and type, null for one that
 * is gone, and answers of functions. Read again each time, from the file that the variable names.
 */
export type Outside = Readonly<Record<string, Properties | null>>;

export const outsideVariable = "OFFLINE_OUTSIDE";

/** What a function of the provider finds there, by its token and the value that it looks for; undefined when nothing is said. */
export function outsideAnswer(token: string, value: unknown): Properties | undefined {
  return readOutside()[`${token}::${String(value)}`] ?? undefined;
}

/** The change of one resource; undefined when there is none. */
export function outsideChange(urn: string): Properties | null | undefined {
  const [type, name] = [urn.split("::")[2]!.split("$").at(-1)!, urn.split("::").at(-1)!];
  return readOutside()[`${type}::${name}`];
}

function readOutside(): Outside {
  const file = process.env[outsideVariable];
  return file === undefined || !existsSync(file) ? {} : (JSON.parse(readFileSync(file, "utf8")) as Outside);
}

import { existsSync, readFileSync } from "node:fs";
import type { Properties } from "./values";

/**
 * What happened on AWS outside of the program, for the test of a refresh: outputs by the resource's name and type, and null for one that
 * is gone. Read again each time, from the file that the variable names.
 */
export type Outside = Readonly<Record<string, Properties | null>>;

export const outsideVariable = "OFFLINE_OUTSIDE";

/** The change of one resource; undefined when there is none. */
export function outsideChange(urn: string): Properties | null | undefined {
  const file = process.env[outsideVariable];
  if (file === undefined || !existsSync(file)) {
    return undefined;
  }
  const [type, name] = [urn.split("::")[2]!.split("$").at(-1)!, urn.split("::").at(-1)!];
  return (JSON.parse(readFileSync(file, "utf8")) as Outside)[`${type}::${name}`];
}

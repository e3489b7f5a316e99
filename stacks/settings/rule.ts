import type { Problem } from "../../components/lib/invalid";
import { UnreadableError } from "./readable";

/** A check over several settings. It runs as far as its settings could be read. */
export type Rule<Settings> = (settings: Settings) => readonly Problem[];

/** The rules of a group. `Settings` are only the ones that they read, so that no group's file imports the whole. */
export type Rules<Settings> = readonly Rule<Settings>[];

/** The rules of a part of a group; the group passes the part to them. */
export type PartRules<Part, Settings> = readonly ((part: Part, settings: Settings) => readonly Problem[])[];

/** The problems that the rules find. A rule is skipped when it needs a setting that already has its own problem. */
export function runRules<Settings>(rules: Rules<Settings>, settings: Settings): Problem[] {
  return rules.flatMap((rule) => {
    try {
      return rule(settings);
    } catch (error) {
      if (error instanceof UnreadableError) {
        return [];
      }
      throw error;
    }
  });
}

/** The problem of a minimum above its maximum, or none. */
export function order(path: string, min: string, max: string, values: readonly [number, number]): Problem[] {
  return values[0] <= values[1]
    ? []
    : [
        {
          path: `${path}.${min}`,
          given: values[0],
          allowed: `at most ${max}, which is ${values[1]}`,
          fix: `Lower it, or raise ${path}.${max}.`,
        },
      ];
}

import type { Problem } from "../../../components/lib/invalid";
import type { Profile } from "../../profiles";
import type { Readable } from "../readable";
import { UnreadableError } from "../readable";

/** A check over several settings. It runs as far as what it reads could be read. */
export type Rule = (settings: Readable, profile: Profile) => readonly Problem[];

/** The problems that the rules find. A rule that needs a setting which has a problem of its own is left out. */
export function runRules(rules: readonly Rule[], settings: Readable, profile: Profile): Problem[] {
  return rules.flatMap((rule) => {
    try {
      return rule(settings, profile);
    } catch (error) {
      if (error instanceof UnreadableError) {
        return [];
      }
      throw error;
    }
  });
}

/** The problem of a number below a floor; none when it is not. */
export function below(path: string, given: number, floor: number, reason: string, { name }: Profile): Problem[] {
  return given >= floor
    ? []
    : [
        {
          path,
          given,
          allowed: `${floor} or more in profile ${name} (${reason})`,
          mend: "Raise it. The floor is in stacks/profiles.ts and moodle:safety, which can only raise it.",
        },
      ];
}

/** The problem of a smallest value above its largest; none when it is not. */
export function order(path: string, min: string, max: string, values: readonly [number, number]): Problem[] {
  return values[0] <= values[1]
    ? []
    : [
        {
          path: `${path}.${min}`,
          given: values[0],
          allowed: `at most ${max}, which is ${values[1]}`,
          mend: `Lower it, or raise ${path}.${max}.`,
        },
      ];
}

import type { Violation } from "../../offline/results";
import type { TreePlan } from "./plan/treePlan";

export interface Verdicts {
  /** Only in the head. */
  readonly added: readonly Violation[];
  /** Only in the base. */
  readonly gone: readonly Violation[];
  /** In both. */
  readonly kept: readonly Violation[];
  /** Resources that the head's policies could not judge, one line each. */
  readonly undecided: readonly string[];
}

/** The policies' report of what it could not judge (policies/lib/reports.ts). */
const undecidedReport = "undecided";

export function verdictsOf(base: TreePlan["plan"], head: TreePlan["plan"]): Verdicts {
  const key = ({ policy, urn, level }: Violation) => `${policy} ${urn ?? ""} ${level}`;
  const real = ({ violations }: TreePlan["plan"]) => violations.filter(({ policy }) => policy !== undecidedReport);
  const [before, after] = [real(base), real(head)];
  const [hadBefore, hasNow] = [new Set(before.map(key)), new Set(after.map(key))];
  return {
    added: after.filter((one) => !hadBefore.has(key(one))),
    gone: before.filter((one) => !hasNow.has(key(one))),
    kept: after.filter((one) => hadBefore.has(key(one))),
    undecided: head.violations
      .filter(({ policy }) => policy === undecidedReport)
      .flatMap(({ message }) => openOnes(message)),
  };
}

/** `rule: type "name": unknown what` for each open verdict; the report groups them below their rule. */
function openOnes(message: string): readonly string[] {
  let rule = "";
  return message.split("\n").flatMap((line) => {
    if (/^\s{2,}\S/.test(line)) {
      return rule === "" ? [] : [`${rule}: ${line.trim()}`];
    }
    rule = /^([a-z][a-z0-9-]*):$/.exec(line.trim())?.[1] ?? "";
    return [];
  });
}

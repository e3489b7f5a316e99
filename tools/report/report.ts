import { unlisted } from "../../policies/lib/resourceTypes";
import { type Acknowledgement, judge, type Judged } from "./acknowledgements";
import { ceilingSentences } from "./ceilings";
import { type Change, changesOf, isBookkeeping, type Resource } from "./changes";
import { type Costs, costsOf } from "./costs";
import { unfitInstances } from "./instances";
import { architectureOf } from "./picture/architecture";
import type { Architecture } from "./picture/content";
import { errorsOf } from "./plan/compareTrees";
import type { Comparison } from "./plan/treePlan";
import { References } from "./references";
import { type Verdicts, verdictsOf } from "./verdicts";
import { isPath, pathSentences } from "./words/paths";
import { permissionSentences, type Sentence } from "./words/permissions";

/** The report for reviewers, before it becomes Markdown or a page. */
export interface Report {
  readonly stack: string;
  /** The commit compared with, and the name it was asked for by. */
  readonly base: { readonly name: string; readonly commit: string };
  /** The engine's own words when the plan failed for another reason than a policy. */
  readonly failure: string | undefined;
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** Types of AWS in the plan that the table of resource types does not have. */
  readonly unlisted: readonly string[];
  readonly judged: Judged;
  readonly verdicts: Verdicts;
  readonly costs: Costs | string;
  /** Moodle, base and plugins that the image is built from, where another one. */
  readonly versions: readonly string[];
  /** How much the stack may grow to, where another. */
  readonly ceilings: readonly string[];
  /** Tasks of the base that would find no place on other instances. */
  readonly unfit: readonly string[];
  readonly permissions: readonly Sentence[];
  readonly paths: readonly Sentence[];
  /** Files of this change that decide what is allowed: policies, floors, acknowledgements, pipelines. */
  readonly guards: readonly string[];
  readonly architecture: Architecture;
}

export interface Context {
  readonly base: Report["base"];
  readonly acknowledgements: readonly Acknowledgement[];
  readonly guards: readonly string[];
  /** @default none */
  readonly versions?: readonly string[];
  readonly today: Date;
}

export function reportOf(
  comparison: Comparison,
  { base, acknowledgements, guards, versions = [], today }: Context,
): Report {
  const { stack, head } = comparison;
  const changes = changesOf(comparison);
  const verdicts = verdictsOf(comparison.base.plan, head.plan);
  const after = (head.deployed ?? head.plan.resources).filter(({ operation }) => operation !== "delete");
  const words = inWords(changes, comparison.base.deployed ?? [], after);
  return {
    stack,
    base,
    // A broken policy stops a plan too, but not the deployment to the stand-ins, which has no policies.
    failure: head.deployed === undefined ? errorsOf(head.plan.diagnostics) : undefined,
    changes,
    unchanged: head.plan.resources.filter(({ type, operation }) => operation === "same" && !isBookkeeping(type)).length,
    unlisted: unlisted(changes.map(({ type }) => type)),
    judged: judge(changes, acknowledgements, stack, today),
    verdicts,
    costs: costsOf(comparison),
    versions,
    ceilings: ceilingSentences(changes),
    unfit: unfitInstances(changes, comparison.base.deployed ?? []),
    ...words,
    guards,
    architecture: architectureOf(after, new Map(changes.map(({ urn, action }) => [urn, action]))),
  };
}

function inWords(changes: readonly Change[], before: readonly Resource[], after: readonly Resource[]) {
  const [old, made] = [new References(before), new References(after)];
  const sides = ({ urn, action }: Change) =>
    [
      { resource: action === "created" ? undefined : old.byUrn.get(urn), references: old },
      { resource: action === "deleted" ? undefined : made.byUrn.get(urn), references: made },
    ] as const;
  return {
    permissions: changes.flatMap((change) => permissionSentences(change, ...sides(change))),
    paths: changes.filter(({ type }) => isPath(type)).flatMap((change) => pathSentences(change, ...sides(change))),
  };
}

/** Reasons why the change must not be merged as it is; empty when it may be merged. */
export function gateFaults({ failure, judged, verdicts, unlisted, unfit }: Report): readonly string[] {
  return [
    ...(failure === undefined ? [] : [`The plan failed: ${failure}`]),
    ...unlisted.map(
      (type) =>
        `${type} is not in the table of resource types, so a loss of data cannot be ruled out. Add it to policies/lib/resourceTypes.ts.`,
    ),
    ...judged.open.map(
      ({ urn, action, stateful, isRetained }) =>
        `${action === "deleted" ? "Deletes" : "Replaces"} a ${stateful}: ${urn}${isRetained ? " (AWS keeps it, Pulumi forgets it)" : ""}. ` +
        "If that is meant, name it in stacks/acknowledged-replacements.yaml with reason, ticket and expiry; " +
        "if it only got another name, give it an alias.",
    ),
    ...unfit,
    ...judged.faults.map((fault) => `stacks/acknowledged-replacements.yaml: ${fault}`),
    ...[...verdicts.added, ...verdicts.kept]
      .filter(({ level }) => level === "mandatory")
      .map(({ policy, urn, message }) => `Policy ${policy}${urn === undefined ? "" : ` on ${urn}`}: ${message}`),
  ];
}

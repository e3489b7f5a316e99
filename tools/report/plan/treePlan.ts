import type { EngineResource, RunResult } from "../../../offline/results";
import type { Settings } from "../../../stacks/settings/settings";

/** Plan of a stack, made by one tree of the repository. */
export interface TreePlan {
  /** The policies' verdicts, and for the head what it would do to the base's deployment. */
  readonly plan: Pick<RunResult, "ok" | "resources" | "violations" | "diagnostics">;
  /** The same with every value known, deployed to the stand-ins; undefined when it could not be. */
  readonly deployed: readonly EngineResource[] | undefined;
  /** Undefined when the tree has none that can be read. */
  readonly settings: Settings | undefined;
}

/** The two trees that a report compares. */
export interface Comparison {
  readonly stack: string;
  readonly base: TreePlan;
  readonly head: TreePlan;
}

/** The work folder below a tree's `.offline/` that holds the throw-away state. */
export function runName(stack: string): string {
  return `report-${stack}`;
}

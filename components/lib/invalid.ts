import * as pulumi from "@pulumi/pulumi";

/** One argument that cannot be used: its path, the given value, the allowed values and the fix. */
export interface Problem {
  readonly path: string;
  readonly given: unknown;
  readonly allowed: string;
  readonly fix: string;
}

/** One line for a problem, the same for settings and component arguments. */
export function describeProblem({ path, given, allowed, fix }: Problem): string {
  const shown = given === undefined ? "nothing" : JSON.stringify(given);
  return `${path}: got ${shown}, expected ${allowed}. ${fix}`;
}

/**
 * Stops the construction of a component when its arguments have problems, naming them all at once.
 *
 * @throws pulumi.ResourceError which the engine shows without a stack trace.
 */
export function refuse(component: pulumi.Resource, problems: readonly Problem[]): void {
  if (problems.length > 0) {
    throw new pulumi.ResourceError(problems.map(describeProblem).join("\n"), component, true);
  }
}

/** Characters of an error that are shown: the rest of a long one is a trace. */
const longestAnswer = 400;

/** What a provider function said when it failed, on one line: its first line alone says only that something did. */
export function awsSays(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
  return `AWS says: ${text.slice(0, longestAnswer)}`;
}

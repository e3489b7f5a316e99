import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Statement } from "./documents";
import { takes } from "./patterns";

/** A request to AWS, as far as policies decide on it. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that the request has. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Ways to more rights than one was given: by name, the actions that one needs for it, in lower case. They are those of
 * https://pathfinding.cloud, from cloudsplaining.
 */
export function waysUp(): ReadonlyMap<string, readonly string[]> {
  const python = join(__dirname, "../../.offline/values/bin/python");
  const script =
    "import json; from cloudsplaining.shared.constants import PRIVILEGE_ESCALATION_METHODS as m; print(json.dumps(m))";
  return new Map(
    Object.entries(JSON.parse(execFileSync(python, ["-c", script], { encoding: "utf8" })) as Record<string, string[]>),
  );
}

/**
 * Whether policies allow a request: a denial by one statement overrides every allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * @throws Error for an operator that is not known here.
 */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const matching = statements.filter((statement) => matches(statement, request));
  return matching.some(({ effect }) => effect === "Allow") && !matching.some(({ effect }) => effect === "Deny");
}

function matches({ actions, resources, notResources, conditions }: Statement, request: Request): boolean {
  return (
    actions.some((one) => takes(one.toLowerCase(), request.action.toLowerCase())) &&
    (notResources.length > 0
      ? !notResources.some((one) => takes(one, request.resource))
      : resources.some((one) => takes(one, request.resource))) &&
    conditions.every(([operator, key, values]) => holds(operator, values, valueOf(request, key)))
  );
}

function valueOf({ context }: Request, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

/** A key that the request lacks is equal to nothing. */
function holds(operator: string, values: readonly string[], given: string | undefined): boolean {
  const [, not, kind] = /^(?:String|Arn)(Not)?(Equals|Like)$/.exec(operator) ?? [];
  if (kind === undefined) {
    throw new Error(
      `got the operator ${operator}, expected StringEquals, StringLike, ArnEquals, ArnLike or their opposites.`,
    );
  }
  const isOne =
    given !== undefined &&
    values.some((value) => (kind === "Like" || operator.startsWith("Arn") ? takes(value, given) : value === given));
  return not === undefined ? isOne : !isOne;
}

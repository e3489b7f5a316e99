import type { Document, Statement } from "./documents";
import { overlapArns, takes } from "./patterns";
import { type Action, actionsOf, kindOfKey } from "./reference";

/**
 * Keys that every request has, and those of the requests that AWS's services make, as far as the program uses them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const globalKeys = ["aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn", "aws:PrincipalArn"];

/** Types that the reference calls required although not every call has one, with the reason. */
const notAlways: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "rds:DeleteDBCluster": { "cluster-snapshot": "only a deletion that makes a last snapshot names one" },
  "states:DescribeExecution": { express: "an execution is a standard one or an express one" },
};

/** Parts of a policy document that AWS's service reference does not know, in words. */
export async function problemsOf({ name, statements }: Document): Promise<readonly string[]> {
  const found = await Promise.all(
    statements.map(async (statement) => {
      const say = (text: string): string => `${name}, ${statement.sid}: ${text}`;
      const actions = new Map<string, readonly Action[]>();
      for (const pattern of statement.actions.filter((each) => each !== "*")) {
        actions.set(pattern, await actionsOf(pattern));
      }
      const unknown = [...actions].filter(([, all]) => all.length === 0).map(([pattern]) => pattern);
      return [
        ...unknown.map((pattern) => say(`got the action ${pattern}, expected one that AWS has.`)),
        ...resourceProblems(statement, actions, statements).map(say),
        ...(await conditionProblems(statement, actions)).map(say),
      ];
    }),
  );
  return found.flat();
}

type Actions = ReadonlyMap<string, readonly Action[]>;

function resourceProblems(statement: Statement, actions: Actions, all: readonly Statement[]): readonly string[] {
  const resources = [...statement.resources, ...statement.notResources];
  if (resources.length === 0 || statement.actions.includes("*")) {
    return [];
  }
  const fits = ({ resources: forms }: Action, resource: string): boolean =>
    resource === "*" || forms.some(({ arn }) => isOf(resource, arn));
  const each = [...actions.values()].flat();
  const useless = resources
    .filter((resource) => each.length > 0 && !each.some((action) => fits(action, resource)))
    .map((resource) => `got the resource ${resource}, expected one that ${statement.actions.join(" or ")} takes.`);
  const without = [...actions]
    .filter(([, found]) => found.length > 0 && !found.some((action) => resources.some((one) => fits(action, one))))
    .map(([pattern, [action]]) => `${pattern} takes none of the resources, expected ${formsOf(action!)}.`);
  // A call needs every resource that it must name; another statement of the document may allow it.
  const missing = [...actions].flatMap(([pattern, [action, ...others]]) => {
    const allowed = all
      .filter(({ effect, actions: names }) => effect === "Allow" && names.some((one) => takes(one, pattern)))
      .flatMap((one) => one.resources);
    return statement.effect !== "Allow" || action === undefined || others.length > 0
      ? []
      : action.resources
          .filter(({ type }) => notAlways[pattern]?.[type] === undefined)
          .filter(({ isRequired, arn }) => isRequired && !allowed.some((one) => one === "*" || isOf(one, arn)))
          .map(({ type, arn }) => `${pattern} needs a resource of type ${type} too, expected one like ${arn}.`);
  });
  return [...new Set([...useless, ...without, ...missing])];
}

const formsOf = ({ resources }: Action): string =>
  resources.length === 0 ? "*: it knows no resource" : resources.map(({ arn }) => arn).join(" or ");

/** Whether a resource of a document can be one of a form. */
function isOf(resource: string, form: string): boolean {
  const bucket = /^(.*)<bucket>$/.exec(form);
  return bucket === null
    ? overlapArns(resource, form)
    : overlapArns(resource, `${bucket[1]}*`) && !resource.includes("/");
}

async function conditionProblems({ conditions, principal, effect }: Statement, actions: Actions): Promise<string[]> {
  const problems: string[] = [];
  for (const [operator, key] of conditions) {
    const isGlobal = globalKeys.some((one) => one.toLowerCase() === key.toLowerCase());
    const isProviders = JSON.stringify(principal ?? "").includes(`oidc-provider/${key.split(":")[0]}`);
    if (!isGlobal && !isProviders) {
      for (const [pattern, found] of actions) {
        const keys = found.flatMap((one) => [...one.keys]);
        if (found.length > 0 && !keys.some((one) => takes(one, key.toLowerCase()))) {
          problems.push(
            `got a condition on ${key}, expected one that ${pattern} has${effect === "Allow" ? ": it allows nothing" : ": it denies nothing, or all"}.`,
          );
        }
      }
    }
    const kind = isGlobal ? undefined : await kindOfKey(key);
    const plain = operator.replace(/^For(?:AllValues|AnyValue):/, "").replace(/IfExists$/, "");
    const expected = kind === undefined ? undefined : operators[kind.replace(/^ArrayOf/, "")];
    if (expected !== undefined && plain !== "Null" && !expected.test(plain)) {
      problems.push(`got ${operator} of ${key}, expected an operator for ${kind}.`);
    }
    if (kind?.startsWith("ArrayOf") === true && plain === operator) {
      problems.push(
        `got ${operator} of ${key}, expected ForAllValues: or ForAnyValue: before it, as it has several values.`,
      );
    }
  }
  return problems;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const operators: Readonly<Record<string, RegExp>> = {
  String: /^String|^Arn/,
  ARN: /^Arn|^String/,
  Bool: /^Bool$/,
  Boolean: /^Bool$/,
  Numeric: /^Numeric/,
  Date: /^Date/,
  IPAddress: /IpAddress$/,
};

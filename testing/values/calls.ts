import { operationShape, serviceOf } from "./apiModels";
import type { Recorded } from "./recorded";
import type { Shape } from "./shape";

/** A call of AWS's API that a state machine or a schedule makes, with what it sends. */
interface Call {
  /** `ecs:runTask`, as in the ARN of the integration. */
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** For the message. */
  readonly at: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Calls that AWS would refuse: no such service or operation, no such parameter, one missing, or a value that is not allowed.
 * What is known only when the call is made (`"Cluster.$"`, an intrinsic function) is not judged.
 */
export function callProblems(resources: readonly Recorded[]): readonly string[] {
  return resources.flatMap(callsOf).flatMap(({ action, parameters, at }) => {
    const [client = "", operation = ""] = action.split(":");
    const service = serviceOf(client);
    if (service === undefined) {
      return [`${at}: there is no service ${client}`];
    }
    let shape: Shape;
    try {
      shape = operationShape(service, capital(operation));
    } catch {
      return [`${at}: ${service} has no operation ${capital(operation)} with an input`];
    }
    return problemsOf(parameters, shape).map((problem) => `${at}, ${action}: ${problem}`);
  });
}

/** How many calls were found; none would mean that nothing was judged. */
export const countCalls = (resources: readonly Recorded[]): number => resources.flatMap(callsOf).length;

function callsOf({ type, name, inputs }: Recorded): readonly Call[] {
  if (type === "aws:scheduler/schedule:Schedule") {
    const { arn, input } = inputs["target"] as { readonly arn: string; readonly input?: string };
    const action = arn.split(":aws-sdk:")[1];
    return action === undefined ? [] : [{ action, parameters: JSON.parse(input ?? "{}") as Fields, at: name }];
  }
  if (type !== "aws:sfn/stateMachine:StateMachine") {
    return [];
  }
  const calls: Call[] = [];
  const visit = (value: unknown, at: string): void => {
    if (typeof value !== "object" || value === null) {
      return;
    }
    const { Resource, Parameters, Arguments } = value as Fields;
    const action = typeof Resource === "string" ? Resource.split(":aws-sdk:")[1] : undefined;
    if (action !== undefined) {
      calls.push({ action, parameters: (Parameters ?? Arguments ?? {}) as Fields, at: `${name} ${at}` });
    }
    for (const [key, inner] of Object.entries(value)) {
      visit(inner, key);
    }
  };
  visit(JSON.parse(String(inputs["definition"])), "");
  return calls;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A parameter as integrations write it: `DBClusterIdentifier` is `DbClusterIdentifier`, `kvsARN` is `KvsARN`. They take the names of
 * AWS's SDK for Java, which writes capitals at the beginning as one word; the first letter is then made large.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function parameterName(member: string): string {
  const beginning = /^[A-Z]+(?![a-z])/.exec(member)?.[0] ?? "";
  return capital(beginning.toLowerCase() + member.slice(beginning.length));
}

function problemsOf(value: unknown, shape: Shape, path = ""): readonly string[] {
  if (shape.kind === "list") {
    return Array.isArray(value)
      ? value.flatMap((one, at) => problemsOf(one, shape.element!(), `${path}[${at}]`))
      : [`${path}: got ${JSON.stringify(value)}, expected a list`];
  }
  if (shape.kind === "structure") {
    const members = new Map([...(shape.members ?? [])].map(([name, inner]) => [parameterName(name), inner]));
    const given = Object.entries(value as Fields);
    const names = given.map(([name]) => name.replace(/\.\$$/, ""));
    const missing = shape.required?.map(parameterName).filter((name) => !names.includes(name)) ?? [];
    return [
      ...missing.map((name) => `${path}.${name} is missing`),
      ...given.flatMap(([key, inner]) => {
        const name = key.replace(/\.\$$/, "");
        const member = members.get(name);
        if (member === undefined) {
          return [`${path}.${name}: there is no such parameter`];
        }
        return key === name ? problemsOf(inner, member(), `${path}.${name}`) : [];
      }),
    ];
  }
  if (shape.kind === "map") {
    const entries = Object.entries(value as Fields).filter(([key]) => !key.endsWith(".$"));
    return entries.flatMap(([key, inner]) => problemsOf(inner, shape.element!(), `${path}.${key}`));
  }
  return shape.rules
    .filter(({ allows }) => !allows(value))
    .map(({ says }) => `${path}: got ${JSON.stringify(value)}, expected ${says}`);
}

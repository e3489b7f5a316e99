import type { Recorded } from "../values/recorded";

/** A statement of a policy document, with every list as a list. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** Operator, key and values of each condition. */
  readonly conditions: readonly (readonly [operator: string, key: string, values: readonly string[]])[];
  readonly principal: unknown;
}

/** A policy document of the plan. */
export interface Document {
  /** The resource that has it. */
  readonly name: string;
  readonly type: string;
  /** A role's own policy names resources and no principals; a trust policy names no resources. */
  readonly statements: readonly Statement[];
}

/** Every JSON text of the plan that has statements: policies of roles, of resources, and who may assume a role. */
export function documentsOf(resources: readonly Recorded[]): readonly Document[] {
  return resources.flatMap(({ name, type, inputs }) =>
    Object.values(inputs).flatMap((value) => {
      const document = typeof value === "string" && /^\s*\{/.test(value) ? parsed(value) : value;
      const given = (document as { readonly Statement?: unknown } | undefined)?.Statement;
      return given === undefined ? [] : [{ name, type, statements: list(given).map(statementOf) }];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** @throws Error for an element that is not supported here. */
function statementOf(given: unknown): Statement {
  const known = ["Sid", "Effect", "Action", "Resource", "NotResource", "Principal", "Condition"];
  const statement = given as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(statement).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    throw new Error(
      `got ${unknown.join()} in ${JSON.stringify(given)}, expected ${known.join(", ")}. Fix: judge it in testing/iam.`,
    );
  }
  const conditions = (statement["Condition"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return {
    sid: String(statement["Sid"]),
    effect: String(statement["Effect"]),
    actions: list(statement["Action"]).map(String),
    resources: list(statement["Resource"] ?? []).map(String),
    notResources: list(statement["NotResource"] ?? []).map(String),
    conditions: Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => [operator, key, list(values).map(String)] as const),
    ),
    principal: statement["Principal"],
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** What an administrator has, and more than any deploy role: for judging what denials alone keep from somebody. */
export const everything: Statement = {
  sid: "Everything",
  effect: "Allow",
  actions: ["*"],
  resources: ["*"],
  notResources: [],
  conditions: [],
  principal: undefined,
};

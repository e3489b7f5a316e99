/**
 * Runs a release's definition in this process, on a simulated clock: thousands of releases a minute. A stand-in for
 * Step Functions: it knows only the parts of the language that the definition uses. moto's interpreter runs the same
 * definition in machine.test.ts, and testing/state-machines holds the two against each other on one release.
 */
import type { State, States } from "../../components/release/asl";
import { eventsOf, eventsOfACall, eventsOfAnAttempt, eventsOfAnExecution } from "../state-machines/history";
import { at, filled, isThere, RuntimeFailure } from "./jsonPath";
import type { Answer, Call, Parameters } from "./moto";

export interface Definition {
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: States;
}

export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "TIMED_OUT";

interface Rule {
  readonly And?: readonly Rule[];
  readonly Or?: readonly Rule[];
  readonly Not?: Rule;
  readonly Variable?: string;
  readonly Next?: string;
  readonly [comparison: string]: unknown;
}
interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}
interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

export class Refused extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

type Data = Record<string, unknown>;

export class Execution {
  status: Status = "RUNNING";
  error: string | undefined;
  cause: string | undefined;
  /** Entries in the history. */
  events = eventsOfAnExecution;
  readonly visited: string[] = [];
  /** When it goes on, in milliseconds. */
  wakes: number;
  private readonly steps: Generator<number, void>;
  private readonly began: number;

  constructor(
    readonly definition: Definition,
    readonly arn: string,
    private readonly input: Readonly<Data>,
    private readonly now: () => number,
    private readonly aws: (call: Call) => unknown,
  ) {
    this.began = this.wakes = now();
    this.steps = this.run();
  }

  /** One state, or one try of it, further. */
  step(): void {
    if (this.now() > this.began + this.definition.TimeoutSeconds * 1000) {
      this.status = "TIMED_OUT";
      return;
    }
    try {
      const { value, done } = this.steps.next();
      if (done !== true) {
        this.wakes = value;
      }
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) {
        throw error;
      }
      this.end("FAILED", "States.Runtime", error.message);
    }
  }

  private end(status: Status, error?: string, cause?: string): void {
    this.status = status;
    this.error = error;
    this.cause = cause;
  }

  private *run(): Generator<number, void> {
    let data: Data = { ...this.input };
    let name = this.definition.StartAt;
    for (;;) {
      const state = this.definition.States[name]!;
      this.visited.push(name);
      this.events += state.Type === "Task" ? eventsOfACall : eventsOf(state);
      const context = {
        Execution: { Id: this.arn, Name: this.arn.split(":").at(-1) },
        State: { Name: name, EnteredTime: new Date(this.now()).toISOString() },
      };
      switch (state.Type) {
        case "Pass": {
          const input = state["InputPath"] === undefined ? data : at(state["InputPath"] as string, data, context);
          const result = state["Result"] ?? filled(state["Parameters"], input, context) ?? input;
          data = put(data, state["ResultPath"] as string | undefined, result);
          name = state["Next"] as string;
          break;
        }
        case "Choice": {
          const rules = state["Choices"] as readonly Rule[];
          name = rules.find((rule) => holds(rule, data, context))?.Next ?? (state["Default"] as string);
          break;
        }
        case "Wait":
          yield this.now() + (at(state["SecondsPath"] as string, data, context) as number) * 1000;
          name = state["Next"] as string;
          break;
        case "Task":
          [name, data] = yield* this.task(name, state, data, context);
          break;
        case "Succeed":
          return this.end("SUCCEEDED");
        case "Fail": {
          const said = (key: string) =>
            (state[key] as string | undefined) ?? (at(state[`${key}Path`] as string, data, context) as string);
          return this.end("FAILED", said("Error"), said("Cause"));
        }
      }
      yield this.now();
    }
  }

  private *task(name: string, state: State, data: Data, context: object): Generator<number, [string, Data]> {
    const [service, action] = (state["Resource"] as string).split(":").slice(-2) as [string, string];
    const parameters = filled(state["Parameters"], data, context) as Parameters;
    const tries = new Map<Retrier, number>();
    for (;;) {
      this.events += eventsOfAnAttempt;
      try {
        const raw = this.aws({ service, action, parameters, state: name, execution: this.arn });
        const result =
          state["ResultSelector"] === undefined ? raw : filled(state["ResultSelector"], raw as Data, context);
        return [state["Next"] as string, put(data, state["ResultPath"] as string | null, result)];
      } catch (error) {
        if (!(error instanceof Refused)) {
          throw error;
        }
        const fits = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }) =>
          ErrorEquals.some((one) => one === "States.ALL" || one === error.name);
        const retrier = (state["Retry"] as readonly Retrier[]).find(fits);
        const count = retrier === undefined ? 0 : (tries.get(retrier) ?? 0);
        if (retrier !== undefined && count < retrier.MaxAttempts) {
          tries.set(retrier, count + 1);
          const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity } = retrier;
          yield this.now() + Math.min(IntervalSeconds * BackoffRate ** count, MaxDelaySeconds) * 1000;
          continue;
        }
        const catcher = (state["Catch"] as readonly Catcher[]).find(fits)!;
        const caught = { Error: error.name, Cause: error.message };
        return [catcher.Next, put(data, catcher.ResultPath, caught)];
      }
    }
  }
}

function put(data: Data, path: string | null | undefined, value: unknown): Data {
  if (path === null) {
    return data;
  }
  if (path === undefined || path === "$") {
    return value as Data;
  }
  const [key, ...rest] = path.slice(2).split(".") as [string, ...string[]];
  const inner = (data[key] ?? {}) as Data;
  return { ...data, [key]: rest.length === 0 ? value : put(inner, `$.${rest.join(".")}`, value) };
}

const instant = (value: unknown): number =>
  typeof value === "string" && /^\d{4}-.*T.*Z$/.test(value) ? Date.parse(value) : NaN;

function holds(rule: Rule, data: Data, context: object): boolean {
  if (rule.And !== undefined) {
    return rule.And.every((one) => holds(one, data, context));
  }
  if (rule.Or !== undefined) {
    return rule.Or.some((one) => holds(one, data, context));
  }
  if (rule.Not !== undefined) {
    return !holds(rule.Not, data, context);
  }
  const { Variable: path, Next: _next, ...comparison } = rule;
  const [[operator, given]] = Object.entries(comparison) as unknown as [[string, unknown]];
  if (operator === "IsPresent") {
    return isThere(path!, data, context) === given;
  }
  const value = at(path!, data, context);
  const other = operator.endsWith("Path") ? at(given as string, data, context) : given;
  switch (operator.replace(/Path$/, "")) {
    case "IsTimestamp":
      return Number.isNaN(instant(value)) !== other;
    case "StringEquals":
    case "BooleanEquals":
    case "NumericEquals":
      return value === other;
    case "StringMatches": {
      const parts = (other as string).split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      return typeof value === "string" && new RegExp(`^${parts.join(".*")}$`, "s").test(value);
    }
    case "NumericGreaterThanEquals":
      return typeof value === "number" && value >= (other as number);
    case "NumericLessThanEquals":
      return typeof value === "number" && value <= (other as number);
    case "NumericGreaterThan":
      return typeof value === "number" && value > (other as number);
    case "NumericLessThan":
      return typeof value === "number" && value < (other as number);
    case "TimestampGreaterThan":
      return instant(value) > instant(other);
    case "TimestampGreaterThanEquals":
      return instant(value) >= instant(other);
    case "TimestampLessThan":
      return instant(value) < instant(other);
    default:
      throw new Error(`The comparison ${operator} is not known here.`);
  }
}

/** Services whose members Step Functions spells otherwise than the API. */
const spelling: Readonly<Record<string, readonly [name: string, first: "lower" | "Db" | "same"]>> = {
  ecs: ["ecs", "lower"],
  ecr: ["ecr", "lower"],
  sfn: ["stepfunctions", "lower"],
  rds: ["rds", "Db"],
  applicationautoscaling: ["application-autoscaling", "same"],
  cloudfrontkeyvaluestore: ["cloudfront-keyvaluestore", "same"],
  cloudwatch: ["cloudwatch", "same"],
  dynamodb: ["dynamodb", "same"],
  sns: ["sns", "same"],
};

/** A call as the API has it, and its result as Step Functions has it. */
export function translated({ service, action, parameters, ...where }: Call, answer: (call: Call) => Answer): unknown {
  const [name, first] = spelling[service]!;
  const outward = (key: string) =>
    first === "lower" ? key[0]!.toLowerCase() + key.slice(1) : first === "Db" ? key.replace(/^Db(?=[A-Z])/, "DB") : key;
  const inward = (key: string) =>
    first === "Db" ? key.replace(/^DB(?=[A-Z])/, "Db") : first === "lower" ? key[0]!.toUpperCase() + key.slice(1) : key;
  const said = answer({
    service: name,
    action: action[0]!.toUpperCase() + action.slice(1),
    parameters: renamed(parameters, outward) as Parameters,
    ...where,
  }) as { readonly error?: string; readonly message?: string; readonly result?: unknown };
  if (said.error !== undefined) {
    throw new Refused(errorName(service, said.error), said.message ?? "asked for by the test");
  }
  return renamed(said.result, inward);
}

function errorName(service: string, code: string): string {
  const prefix: Readonly<Record<string, string>> = { dynamodb: "DynamoDb" };
  const name = code.replace(/^DB(?=[A-Z])/, "Db").replace(/Fault$/, "Exception");
  return `${prefix[service] ?? service[0]!.toUpperCase() + service.slice(1)}.${/(Exception|Error)$/.test(name) ? name : `${name}Exception`}`;
}

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => renamed(one, rename));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [rename(key), renamed(one, rename)]));
}

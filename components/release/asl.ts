/**
 * The part of the Amazon States Language that the release uses, with JSONPath, which the interpreter of the tests runs.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */
export type State = Readonly<Record<string, unknown>> & {
  readonly Type: "Task" | "Choice" | "Wait" | "Pass" | "Succeed" | "Fail";
};
export type States = Readonly<Record<string, State>>;

/** States that belong together, entered at `start`. */
export interface Block {
  readonly start: string;
  readonly states: States;
}

/** A block that continues with a given state when it is done. */
export type Part = (next: string) => Block;

/** A rule of a Choice state, without its Next. */
export type Rule = Readonly<Record<string, unknown>>;

/** Next state after an error, and the path of its Error and Cause. */
export interface OnError {
  readonly next: string;
  readonly path: `$.${string}`;
}

export interface TaskOptions {
  /** Where the result goes: `$.` and a name. Thrown away when left out. */
  readonly result?: string;
  /** `ResultSelector`: the part of the result to keep. */
  readonly select?: Readonly<Record<string, unknown>>;
  readonly onError: OnError;
  /** Errors that are answers, each with its next state. They are not retried. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** Calls of AWS are retried for about three minutes: a release must not fail for a throttled call. */
const retry = { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6, MaxDelaySeconds: 60 };

/**
 * One call of AWS, by the SDK integrations: `service:action`, with members in Pascal case.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function call(
  id: string,
  action: string,
  parameters: Readonly<Record<string, unknown>>,
  options: TaskOptions,
): Part {
  const answers = Object.entries(options.answers ?? {});
  return (next) => ({
    start: id,
    states: {
      [id]: {
        Type: "Task",
        Resource: `arn:aws:states:::aws-sdk:${action}`,
        Parameters: parameters,
        ...(options.select && { ResultSelector: options.select }),
        ResultPath: options.result ?? null,
        TimeoutSeconds: 60,
        Retry: [...answers.map(([error]) => ({ ErrorEquals: [error], MaxAttempts: 0 })), retry],
        Catch: [
          ...answers.map(([error, to]) => ({ ErrorEquals: [error], ResultPath: null, Next: to })),
          { ErrorEquals: ["States.ALL"], ResultPath: options.onError.path, Next: options.onError.next },
        ],
        Next: next,
      },
    },
  });
}

/** Values put into the state's data at `path`; a key that ends in `.$` is a path or an intrinsic function. */
export function set(id: string, path: string, values: Readonly<Record<string, unknown>>): Part {
  return (next) => ({
    start: id,
    states: { [id]: { Type: "Pass", Parameters: values, ResultPath: path, Next: next } },
  });
}

/** Raises an error with a cause, as AWS would, and continues at the error's state. */
export function failing(
  id: string,
  error: string,
  cause: Readonly<Record<string, unknown>>,
  { path, next }: OnError,
): States {
  return set(id, path, { Error: error, ...cause })(next).states;
}

/** A step that does nothing in this stack; its name says so. */
export function nothing(id: string): Part {
  return (next) => ({ start: id, states: { [id]: { Type: "Pass", Next: next } } });
}

/** Chooses the next state; `otherwise` is the part's own. */
export function choose(id: string, rules: readonly (readonly [Rule, string])[]): Part {
  return (next) => ({
    start: id,
    states: { [id]: { Type: "Choice", Choices: rules.map(([rule, to]) => ({ ...rule, Next: to })), Default: next } },
  });
}

/** True when the value exists and the comparison holds; a comparison with a missing value would end the execution. */
export function is(variable: string, comparison: Rule): Rule {
  return {
    And: [
      { Variable: variable, IsPresent: true },
      { Variable: variable, ...comparison },
    ],
  };
}

/** One after the other. */
export function sequence(...parts: readonly Part[]): Part {
  return (next) =>
    parts.reduceRight<Block>(
      (rest, part) => {
        const { start, states } = part(rest.start);
        return { start, states: joined(rest.states, states) };
      },
      { start: next, states: {} },
    );
}

/** A part that continues with another state than the one after it. */
export function to(next: string, part: Part): Part {
  return () => part(next);
}

/** All states of the parts. @throws Error for a name that is used twice. */
export function joined(...parts: readonly States[]): States {
  const all: Record<string, State> = {};
  for (const [name, state] of parts.flatMap((states) => Object.entries(states))) {
    if (all[name] !== undefined) {
      throw new Error(`Two states are named "${name}".`);
    }
    all[name] = state;
  }
  return all;
}

export interface PollOptions {
  /** One look, whose result the rules judge. */
  readonly look: Part;
  /** Seconds before the first look. Each wait after it is a little longer. */
  readonly firstSeconds: number;
  /** Minutes after which the wait counts as too long. */
  readonly minutes: number;
  /** Conditions that end the wait, each with its next state; `undefined` is the state that follows. */
  readonly ends: readonly (readonly [Rule, string | undefined])[];
  /** Next state after too long a wait. */
  readonly tooLong: string;
}

/** An execution may have 25,000 events, and a look takes eleven: no wait has many more looks than this. */
const mostLooks = 44;

/** Seconds before the first look at a task. */
export const firstLookSeconds = 10;

/** Seconds by which each wait is longer than the one before, and the number of waits after the first. */
export function pace(firstSeconds: number, minutes: number): { readonly growth: number; readonly times: number } {
  const seconds = minutes * 60;
  const growth = Math.max(3, Math.ceil((2 * (seconds - firstSeconds * mostLooks)) / (mostLooks * (mostLooks - 1))));
  let times = 0;
  for (let waited = firstSeconds; waited < seconds; waited += firstSeconds + times * growth) {
    times++;
  }
  return { growth, times };
}

/** The longest of those waits, in seconds. */
export function longestWait(firstSeconds: number, minutes: number): number {
  const { growth, times } = pace(firstSeconds, minutes);
  return firstSeconds + times * growth;
}

/** Looks repeatedly, a bounded number of times, each after a longer wait. Counts in `$.poll`. */
export function poll(id: string, options: PollOptions): Part {
  const { firstSeconds: first } = options;
  const { growth, times } = pace(first, options.minutes);
  const wait = `${id}: wait`;
  const judge = `${id}: judge`;
  const count = `${id}: count`;
  return (next) => {
    const { start, states } = options.look(judge);
    return {
      start: id,
      states: joined(
        { [id]: { Type: "Pass", Result: { n: 0, seconds: first }, ResultPath: "$.poll", Next: wait } },
        { [wait]: { Type: "Wait", SecondsPath: "$.poll.seconds", Next: start } },
        states,
        {
          [judge]: {
            Type: "Choice",
            Choices: [
              ...options.ends.map(([rule, to]) => ({ ...rule, Next: to ?? next })),
              { Variable: "$.poll.n", NumericGreaterThanEquals: times, Next: options.tooLong },
            ],
            Default: count,
          },
          [count]: {
            Type: "Pass",
            Parameters: {
              "n.$": "States.MathAdd($.poll.n, 1)",
              "seconds.$": `States.MathAdd($.poll.seconds, ${growth})`,
            },
            ResultPath: "$.poll",
            Next: wait,
          },
        },
      ),
    };
  };
}

/** Every state that some state names as its next one, to check that none is missing or unused. */
export function targets(state: State): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, one] of Object.entries(value)) {
        if ((key === "Next" || key === "Default") && typeof one === "string") {
          found.push(one);
        } else if (key !== "Parameters" && key !== "ResultSelector") {
          visit(one);
        }
      }
    }
  };
  visit(state);
  return found;
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { SignIn } from "../lib/signIn";

/** The stack's output `release`, and its output `signIn`. */
export interface ReleaseOutput {
  readonly stateMachineArn: string;
  readonly region: string;
  readonly imageUri: string;
  /** Where the one-off tasks write: the first place to look. */
  readonly upgradeLogGroup: string;
  /** Where the smoke test says which page was wrong. */
  readonly webLogGroup: string;
  readonly signIn: SignIn;
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** What it was started with. */
  readonly image: string | undefined;
}

export interface Described {
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "TIMED_OUT";
  readonly error?: string;
  readonly cause?: string;
}

/** A state that was entered, in the order of the history. */
export interface Entered {
  readonly id: number;
  readonly state: string;
  readonly at: number;
}

/** Step Functions, as far as a release needs it. */
export interface Machine {
  running(): Promise<readonly Execution[]>;
  start(name: string, input: object): Promise<string>;
  describe(arn: string): Promise<Described>;
  /** States entered after the event with this id. */
  entered(arn: string, after: number): Promise<readonly Entered[]>;
}

/** By way of the AWS CLI, with the credentials that it finds. */
export function awsMachine({ stateMachineArn, region }: ReleaseOutput): Machine {
  const states = async <T>(...args: readonly string[]): Promise<T> =>
    JSON.parse(await run("aws", ["stepfunctions", ...args, "--region", region, "--output", "json"])) as T;
  const describe = (arn: string) =>
    states<Described & { readonly input?: string }>("describe-execution", "--execution-arn", arn);
  return {
    running: async () => {
      const { executions } = await states<{
        readonly executions: readonly { readonly executionArn: string; readonly name: string }[];
      }>("list-executions", "--state-machine-arn", stateMachineArn, "--status-filter", "RUNNING");
      return Promise.all(
        executions.map(async ({ executionArn, name }) => {
          const { input } = await describe(executionArn);
          const { image } = JSON.parse(input ?? "{}") as { readonly image?: string };
          return { arn: executionArn, name, image };
        }),
      );
    },
    start: async (name, input) => {
      const named = ["--state-machine-arn", stateMachineArn, "--name", name, "--input", JSON.stringify(input)];
      const { executionArn } = await states<{ readonly executionArn: string }>("start-execution", ...named);
      return executionArn;
    },
    describe,
    entered: async (arn, after) => {
      const { events } = await states<{ readonly events: readonly HistoryEvent[] }>(
        "get-execution-history",
        "--page-size",
        "1000",
        "--execution-arn",
        arn,
      );
      return events.flatMap(({ id, timestamp, stateEnteredEventDetails: entered }) => {
        const at = typeof timestamp === "number" ? timestamp * 1000 : Date.parse(timestamp);
        return id > after && entered !== undefined ? [{ id, state: entered.name, at }] : [];
      });
    },
  };
}

interface HistoryEvent {
  readonly id: number;
  /** The CLI's version 2 writes ISO 8601, version 1 seconds. */
  readonly timestamp: string | number;
  readonly stateEnteredEventDetails?: { readonly name: string };
}

/** @throws Error when the stack was not deployed, or is from before releases were made this way. */
export async function releaseOutput(stack: string): Promise<ReleaseOutput> {
  const found = JSON.parse(await run("pulumi", ["stack", "output", "--json", "--stack", stack])) as {
    readonly release?: Partial<ReleaseOutput>;
    readonly signIn?: SignIn;
  };
  const { signIn } = found;
  const { stateMachineArn, region, imageUri, upgradeLogGroup, webLogGroup } = found.release ?? {};
  if (
    stateMachineArn === undefined ||
    region === undefined ||
    imageUri === undefined ||
    upgradeLogGroup === undefined ||
    webLogGroup === undefined ||
    signIn === undefined
  ) {
    const missing = found.release === undefined ? "release" : "signIn";
    throw new Error(`Stack ${stack} has no output "${missing}". Deploy it first: pulumi up --stack ${stack}`);
  }
  return { stateMachineArn, region, imageUri, upgradeLogGroup, webLogGroup, signIn };
}

/** @throws Error that says what was run and what it answered. */
async function run(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 64 << 20 });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { readonly code?: string | number; readonly stderr?: string };
    const why = code === "ENOENT" ? "it is not installed, or not on the PATH" : (stderr ?? String(error)).trim();
    throw new Error(`${program} ${args.slice(0, 2).join(" ")} failed: ${why}`);
  }
}

import {
  DescribeExecutionCommand,
  type ExecutionStatus,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { asked } from "../lib/awsCall";
import { pulumiUp } from "../lib/pulumiUp";
import type { SignIn } from "../lib/signIn";
import { stackOutputs } from "../lib/stackOutputs";

/** The stack's output `release`, and its output `signIn`. */
export interface ReleaseOutput {
  readonly stateMachineArn: string;
  readonly region: string;
  readonly imageUri: string;
  /** Log group of the one-off tasks: the first place to look. */
  readonly upgradeLogGroup: string;
  /** Log group of the smoke test, which names the wrong page. */
  readonly webLogGroup: string;
  readonly signIn: SignIn;
}

export interface Execution {
  readonly arn: string;
  readonly name: string;
  /** Image in its input. */
  readonly image: string | undefined;
}

export interface Described {
  readonly status: ExecutionStatus;
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

/** Uses the SDK, with the credentials that it finds. */
export function awsMachine({ stateMachineArn, region }: ReleaseOutput): Machine {
  const client = new SFNClient({ region });
  const describe = (executionArn: string) =>
    asked("states DescribeExecution", client.send(new DescribeExecutionCommand({ executionArn })));
  return {
    running: async () => {
      const command = new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" });
      const { executions = [] } = await asked("states ListExecutions", client.send(command));
      return Promise.all(
        executions.map(async ({ executionArn: arn = "", name = "" }) => {
          const { input = "{}" } = await describe(arn);
          return { arn, name, image: (JSON.parse(input) as { readonly image?: string }).image };
        }),
      );
    },
    start: async (name, input) => {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      const { executionArn = "" } = await asked("states StartExecution", client.send(command));
      return executionArn;
    },
    describe: async (arn) => {
      const { status = "RUNNING", error, cause } = await describe(arn);
      return { status, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    },
    entered: async (executionArn, after) => {
      const found: Entered[] = [];
      const pages = paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn });
      const read = async () => {
        for await (const { events = [] } of pages) {
          for (const { id = 0, timestamp, stateEnteredEventDetails: entered } of events) {
            if (id > after && entered?.name !== undefined && timestamp !== undefined) {
              found.push({ id, state: entered.name, at: timestamp.getTime() });
            }
          }
        }
      };
      await asked("states GetExecutionHistory", read());
      return found;
    },
  };
}

/** @throws Error when the stack was not deployed, or is from before releases were made this way. */
export function releaseOutput(stack: string): ReleaseOutput {
  const found = stackOutputs<{ readonly release?: Partial<ReleaseOutput>; readonly signIn?: SignIn }>(stack);
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
    throw new Error(`Stack ${stack} has no output "${missing}". Deploy it first: ${pulumiUp(stack)}`);
  }
  return { stateMachineArn, region, imageUri, upgradeLogGroup, webLogGroup, signIn };
}

import { type Run, runProgram } from "./programs";

/** All outputs of a stack. @throws Error when the Pulumi CLI is not signed in to the stack's state */
export function stackOutputs<Outputs = Readonly<Record<string, unknown>>>(
  stack: string,
  run: Run = runProgram,
): Outputs {
  return JSON.parse(run("pulumi", ["stack", "output", "--json", "--stack", stack])) as Outputs;
}

/**
 * `make reset-administrator STACK=...`: the way back for an administrator who cannot sign in, without mail and without a shell. The
 * account `admin` gets the password that is in the stack's secret, is unlocked, and must change it at the next sign-in.
 */
import { run as main } from "../lib/text";
import { oneOffTask, runOnce } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { stackOutputs } from "../lib/stackOutputs";
import { type SignIn, signInLines } from "../lib/signIn";

/** @returns the exit code. */
export async function resetAdministrator(
  { STACK: stack = "" }: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
  run: Run = runProgram,
): Promise<number> {
  if (stack === "") {
    throw new Error("error: STACK: got nothing, expected the name of a stack. make reset-administrator STACK=prod");
  }
  const outputs = stackOutputs(stack, run);
  await runOnce(oneOffTask(stack, outputs), "install", ["install", "--reset-administrator"]);
  say(`The account was opened and has the password of the secret again.`);
  signInLines(outputs["signIn"] as SignIn).forEach(say);
  return 0;
}

if (require.main === module) {
  main(() => resetAdministrator(process.env, (line) => console.log(line)));
}

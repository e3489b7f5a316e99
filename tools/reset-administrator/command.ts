import { declare, needed, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { oneOffTask, runOnce } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { type SignIn, signInLines } from "../lib/signIn";
import { stackOutputs } from "../lib/stackOutputs";

/**
 * The way back for an administrator who cannot sign in, without mail and without a shell. The account `admin` gets the password that is
 * in the stack's secret, is unlocked, and must change it at the next sign-in.
 */
export const resetAdministrator = (run: Run = runProgram) =>
  declare({
    name: "reset-administrator",
    summary: "Open the account admin again, with the password of the stack's secret",
    options: { STACK: needed(stackName, "The stack") },
    run: async ({ STACK }, { print }) => {
      const outputs = stackOutputs(STACK, run);
      await runOnce(oneOffTask(STACK, outputs), "install", ["install", "--reset-administrator"]);
      print("The account was opened and has the password of the secret again.");
      signInLines(outputs["signIn"] as SignIn).forEach(print);
      return 0;
    },
  });

export const command = resetAdministrator();

if (require.main === module) {
  start(command);
}

import { type Raised, troubleOf } from "../lib/awsCall";

/** Cause of a failed call, and the fix. One line each, without internal names. */
export function explain(error: unknown): { readonly finding: string; readonly fix?: string } {
  const { action, name = "", message = String(error) } = (error ?? {}) as Raised;
  const call = action ?? "a call of AWS";
  switch (troubleOf(error)) {
    case "credentials":
      return {
        finding: `not checked: AWS does not take these credentials (${name} of ${call})`,
        fix: "sign in again, for example: aws sso login, or aws configure",
      };
    case "permission":
      return {
        finding: `not checked: these credentials may not call ${call}`,
        fix: "attach the policy of docs/doctor.md, or ask somebody who has it",
      };
    case "throttled":
      return { finding: `not checked: AWS wants fewer calls (${call})`, fix: "run it again in a minute" };
    case "silent":
      return {
        finding: `not checked: no answer to ${call}`,
        fix: "check this computer's network and proxy (HTTPS_PROXY), then run it again",
      };
    case "missing":
    case "other": {
      const [first = ""] = message.split("\n");
      return {
        finding:
          action === undefined ? `not checked: ${first}` : `not checked: ${action} failed with ${name}: ${first}`,
      };
    }
  }
}

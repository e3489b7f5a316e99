import { preview, type RunResult } from "../../offline/engine";

const plans = new Map<string, Promise<RunResult>>();

/** The plan of a stack as its file has it, judged by the policies. All tests of a run share one preview. */
export function planned(stack: string): Promise<RunResult> {
  const plan = plans.get(stack) ?? preview(stack, { run: `planned-${stack}`, quiet: true });
  plans.set(stack, plan);
  return plan;
}

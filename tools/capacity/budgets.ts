import { startBudgetSeconds } from "../../components/scaling-speed/budget";
import budgets from "./budgets.json";
import type { Verdict } from "./page";
import type { Result } from "./simulate/recorder";

export interface Budget {
  readonly violatingMinutes: number;
  /** Share of all requests of the trace. */
  readonly failedShare: number;
  readonly secondsShort: number;
  /** The same number that production's alarms have. */
  readonly startSeconds: number;
}

type Limits = Omit<Budget, "startSeconds">;

/** Limits that a trace may miss, and the reason. */
export interface Exception extends Pick<Limits, "violatingMinutes" | "failedShare"> {
  readonly reason: string;
  readonly source: string;
}

export const exceptions: Readonly<Record<string, Exception | undefined>> = budgets.exceptions;

export function budgetOf(trace: string): Budget {
  const known: Readonly<Record<string, Limits | undefined>> = budgets.traces;
  const { violatingMinutes, failedShare, secondsShort } = { ...(known[trace] ?? budgets.other), ...exceptions[trace] };
  return { violatingMinutes, failedShare, secondsShort, startSeconds: startBudgetSeconds };
}

/** Each result beside its budget. */
export function judge(result: Result, budget: Budget): readonly Verdict[] {
  const share = result.arrived === 0 ? 0 : result.failed / result.arrived;
  const verdict = (name: string, value: number, most: number, show: (value: number) => string): Verdict => ({
    name,
    value: show(value),
    budget: `at most ${show(most)}`,
    ok: value <= most,
  });
  return [
    verdict("minutes that miss the service level", result.violatingMinutes, budget.violatingMinutes, String),
    verdict("requests that failed", share, budget.failedShare, (at) => `${Number((at * 100).toPrecision(2))} %`),
    verdict("time to capacity (load above CPU)", result.secondsShort, budget.secondsShort, (at) => `${at} s`),
    verdict("slowest new task", result.slowestStartSeconds, budget.startSeconds, (at) => `${at} s`),
  ];
}

import { makePlan, type Plan, type ScenarioName, scenarioNames, type Site } from "../scenario/plan";
import { localLimits } from "./local";

/** What `make loadtest` was given: make's command line comes by the environment. */
export type Given = Readonly<Record<string, string | undefined>>;

export interface Request {
  readonly target: string;
  readonly scenario: ScenarioName;
  readonly users: number;
  readonly seconds: number;
  readonly pace: number;
  /** Load generators: 1 is this machine, more are tasks on Fargate. */
  readonly workers: number;
}

/** One line for each mistake, all of them at once. */
export class Mistakes extends Error {}

export function readRequest(given: Given): Request {
  const problems: string[] = [];
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const text = given[name] ?? "";
    const value = text === "" ? fallback : Number(text);
    if (!(value >= least && value <= most)) {
      problems.push(`${name}: got ${text}, expected a number from ${least} to ${most}.`);
    }
    return value;
  };
  const target = given.TARGET ?? "";
  const local = target === "local";
  if (target === "") {
    problems.push("TARGET: got nothing, expected local, or the name of a stack that is not production.");
  }
  const scenario = (given.SCENARIO ?? "") as ScenarioName;
  if (!scenarioNames.includes(scenario)) {
    problems.push(`SCENARIO: got ${scenario}, expected one of ${scenarioNames.join(", ")}.`);
  }
  const request = {
    target,
    scenario,
    users: number("USERS", 10, 1, local ? localLimits.users : 10_000),
    seconds: number("DURATION", local ? 120 : 900, 10, local ? localLimits.seconds : 4 * 3600),
    // On one machine in two minutes, people's own pace would make hardly any load.
    pace: number("PACE", local ? 0.1 : 1, 0.01, 10),
    workers: number("WORKERS", 1, 1, local ? 1 : 100),
  };
  if (request.users % request.workers !== 0) {
    problems.push(`WORKERS=${request.workers}: ${request.users} users cannot be shared evenly.`);
  }
  if (problems.length > 0) {
    throw new Mistakes(problems.map((problem) => `error: ${problem}`).join("\n"));
  }
  return request;
}

/** Each generator has its share of the users, and the same clock. */
export const planOf = ({ scenario, users, seconds, pace, workers }: Request, site: Site): Plan =>
  makePlan(scenario, users / workers, seconds, pace, site);

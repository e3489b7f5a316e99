import type { Problem } from "../../../components/lib/invalid";
import { needed, optional, type Values } from "../../lib/command";
import { anyText, folder, type Kind, number, oneOf, pattern, wholeNumber } from "../../lib/kinds";
import { makePlan, type Plan, type ScenarioName, scenarioNames, type Site } from "../scenario/plan";
import { localLimits } from "./local";

export interface Request {
  readonly target: string;
  readonly scenario: ScenarioName;
  readonly users: number;
  readonly seconds: number;
  readonly pace: number;
  /** Load generators: 1 is this machine, more are tasks on Fargate. */
  readonly workers: number;
  /** Host that the caller requires. */
  readonly host: string | undefined;
  /** Release under test, if it is not the one that the image is built from. */
  readonly release: string | undefined;
  readonly moodleSource: string | undefined;
  /** Source of the next release, put under load beside the present one. */
  readonly nextSource: string | undefined;
}

/** guard.ts judges with settings and outputs which stack it may be. */
export const stackTarget = pattern(
  /^[a-z][a-z0-9-]*$/,
  "the name of a stack that is not production",
  "Load tests run against a stack made for them: docs/loadtests.md.",
  "<stack>",
);
const target: Kind<string> = {
  ...stackTarget,
  shape: "local|<stack>",
  expected: `local, or ${stackTarget.expected}`,
};

/** Limits of the target: those of a laptop, or of a stack. */
const limitsOf = (target: string) =>
  target === "local"
    ? { users: localLimits.users, seconds: localLimits.seconds, workers: 1 }
    : { users: 10_000, seconds: 4 * 3600, workers: 100 };

export const options = {
  TARGET: needed(target, "What is put under load"),
  SCENARIO: needed(oneOf(scenarioNames), "What the users do"),
  USERS: optional(wholeNumber(1, 10_000), "How many users; 10 when it is left out"),
  DURATION: optional(wholeNumber(10, 4 * 3600), "Seconds; 120 on this machine and 900 elsewhere when it is left out"),
  // On one machine in two minutes, people's own pace would make hardly any load.
  PACE: optional(
    number(0.01, 10),
    "A factor of all think times; 0.1 on this machine and 1 elsewhere when it is left out",
  ),
  WORKERS: optional(wholeNumber(1, 100), "Load generators; 1 is this machine, more are tasks on Fargate"),
  HOST: optional(anyText("a host name", "Leave it out."), "What the stack's host must be"),
  RELEASE: optional(anyText("a version", "Leave it out for that of the image."), "What is under test"),
  MOODLE_SRC: optional(
    folder("a folder with the source of Moodle", "Leave it out to download the version that the image is built from."),
    "The source for TARGET=local",
  ),
  NEXT_SRC: optional(
    folder("a folder with the source of the next release of Moodle", "Leave it out to test one release."),
    "Its image beside the present one, in turn in one run: what is worse in it, by path class. For TARGET=local",
  ),
};
type Given = Values<typeof options>;

export function requestOf({ TARGET: target, SCENARIO: scenario, ...given }: Given): Request {
  const local = target === "local";
  return {
    target,
    scenario,
    users: given.USERS ?? 10,
    seconds: given.DURATION ?? (local ? 120 : 900),
    pace: given.PACE ?? (local ? 0.1 : 1),
    workers: given.WORKERS ?? 1,
    host: given.HOST,
    release: given.RELEASE,
    moodleSource: given.MOODLE_SRC,
    nextSource: given.NEXT_SRC,
  };
}

/** Problems with numbers that the target does not allow. */
export function problems({
  TARGET = "",
  USERS = 10,
  DURATION = 120,
  WORKERS = 1,
  NEXT_SRC,
}: Partial<Given>): readonly Problem[] {
  if (NEXT_SRC !== undefined && TARGET !== "local") {
    const fix = "Deploy the next release to the stack, and run the same test again: it is compared with the last one.";
    return [{ path: "NEXT_SRC", given: NEXT_SRC, allowed: "nothing, with a stack as TARGET", fix }];
  }
  const limits = limitsOf(TARGET);
  const numbers = {
    USERS: [USERS, limits.users],
    DURATION: [DURATION, limits.seconds],
    WORKERS: [WORKERS, limits.workers],
  };
  const above = Object.entries(numbers).flatMap(([path, [given = 0, most = 0]]) =>
    given > most
      ? [{ path, given: String(given), allowed: `${most} at most, with TARGET=${TARGET}`, fix: "More needs a stack." }]
      : [],
  );
  const uneven = USERS % WORKERS !== 0;
  const allowed = `a divisor of USERS (${USERS}), so that they are shared evenly`;
  return uneven
    ? [...above, { path: "WORKERS", given: String(WORKERS), allowed, fix: "For example WORKERS=2." }]
    : above;
}

/** Each generator has its share of the users, and the same clock. */
export const planOf = ({ scenario, users, seconds, pace, workers }: Request, site: Site): Plan =>
  makePlan(scenario, users / workers, seconds, pace, site);

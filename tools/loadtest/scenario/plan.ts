/** The site that the data script made: everything that a scenario must know of it. */
export interface Site {
  readonly course: number;
  /** Course module numbers, except `forum`, which is the forum's own. */
  readonly quiz: number;
  readonly forumModule: number;
  readonly forum: number;
  readonly assignment: number;
  /** Paths below pluginfile.php, each a text file that ends with `ending`. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly ending: string;
}

export const scenarioNames = ["teaching-day", "exam-gate", "files", "forum-burst", "dashboard", "mobile-app"] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** One run, as it is handed to every virtual user. */
export interface Plan {
  readonly scenario: ScenarioName;
  readonly users: number;
  /** Seconds from the first arrival to the last request that a user may begin. */
  readonly seconds: number;
  /** Think times are multiplied by it: 1 is people's own pace. Part of the run's shape. */
  readonly pace: number;
  /** All virtual users arrive within it. */
  readonly arrivalSeconds: number;
  /** Exam gate: seconds after the start at which the quiz may be begun, and within how many all begin. */
  readonly gateSeconds: number;
  readonly gateWindowSeconds: number;
  readonly site: Site;
}

/** Splits a run's time: a quarter for arriving (at most a minute), and for an exam a gate after it. */
export function makePlan(scenario: ScenarioName, users: number, seconds: number, pace: number, site: Site): Plan {
  const arrivalSeconds = Math.max(1, Math.min(60, Math.round(seconds / 4)));
  return {
    scenario,
    users,
    seconds,
    pace,
    arrivalSeconds,
    gateSeconds: arrivalSeconds + Math.min(10, Math.round(seconds / 10)),
    gateWindowSeconds: Math.min(60, Math.round(seconds / 4)),
    site,
  };
}

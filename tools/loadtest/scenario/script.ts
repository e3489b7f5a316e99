import { flows, type Step } from "./flows";
import type { Plan } from "./plan";

export interface Script {
  readonly config: Readonly<Record<string, unknown>>;
  readonly scenarios: readonly {
    readonly name: string;
    readonly flow: readonly Step[];
    readonly [hook: string]: unknown;
  }[];
}

/** Seconds until an answer counts as none: longer than Moodle's own limit, so that its error page is what is seen. */
const timeoutSeconds = 60;

/**
 * Artillery's test script for one run: https://www.artillery.io/docs/reference/test-script
 *
 * @param target The site's address, without a path.
 */
export function makeScript(plan: Plan, target: string): Script {
  return {
    config: {
      target,
      // `arrivalCount` starts exactly so many, evenly, and all in one worker: each takes the next line of the users' file.
      phases: [{ name: plan.scenario, duration: plan.arrivalSeconds, arrivalCount: plan.users }],
      payload: [
        { path: "./users.csv", fields: ["username", "password"], order: "sequence", skipHeader: true, cast: false },
      ],
      variables: { plan, site: plan.site },
      processor: "./processor.js",
      http: { timeout: timeoutSeconds },
    },
    scenarios: [
      {
        name: plan.scenario,
        beforeRequest: "beforeRequest",
        afterResponse: "afterResponse",
        onError: ["onError"],
        flow: flows[plan.scenario],
      },
    ],
  };
}

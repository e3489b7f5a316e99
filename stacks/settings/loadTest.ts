import { z } from "zod";
import { flag, type Groups } from "./fields";
import type { Rules } from "./rule";
import type { Site } from "./site";

/** Load tests: docs/loadtests.md. */
export const loadTest = z.strictObject({
  enabled: flag(
    "Create the AWS resources for load tests: a bucket for results, and a role and security group for load generators. Never in profile prod.",
  ).default(false),
});

/** The command refuses production as well; this makes sure that it finds nothing there. */
export const loadTestRules: Rules<Site & Groups<{ loadTest: typeof loadTest }>> = [
  ({ loadTest, profile }) =>
    profile === "prod" && loadTest.enabled
      ? [
          {
            path: "moodle:loadTest.enabled",
            given: true,
            allowed: "false in profile prod",
            fix: "Remove the line, and test the load of another stack: docs/loadtests.md.",
          },
        ]
      : [],
];

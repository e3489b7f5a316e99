import { z } from "zod";
import { logRetentionDays } from "../../components/lib/logRetention";
import { type Groups, step } from "./fields";
import type { Rules } from "./rule";
import { below, type safety } from "./safety";
import type { Site } from "./site";

export const logs = z.strictObject({
  retentionDays: step(logRetentionDays, "Days that application logs are kept."),
});

export const logRules: Rules<Site & Groups<{ logs: typeof logs; safety: typeof safety }>> = [
  ({ logs, safety, profile }) =>
    below(
      "moodle:logs.retentionDays",
      logs.retentionDays,
      safety.logRetentionDays,
      "days of application logs",
      profile,
    ),
];

import { Problem } from "./invalid";

/**
 * Retention periods that CloudWatch Logs accepts, in days:
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.
 */
export const logRetentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Problems with a retention. "Never expire" (0) is refused: logs without an end are a cost and a privacy risk. */
export function retentionProblems(path: string, days: number): readonly Problem[] {
  return logRetentionDays.includes(days)
    ? []
    : [{ path, given: days, allowed: logRetentionDays.join(", "), fix: "Take the next longer one." }];
}

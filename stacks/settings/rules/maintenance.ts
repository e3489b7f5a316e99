import { windowProblems } from "../../../components/lib/windows";
import { maintenanceTimes, maintenanceTimeZone } from "../../maintenance";
import type { Readable } from "../readable";
import type { Rule } from "./rule";

/** ElastiCache has the longest shortest window: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html. */
const shortestMinutes = 60;

export const maintenanceRules: readonly Rule[] = [
  (settings) =>
    isTimeZone(settings)
      ? []
      : [
          {
            path: "moodle:maintenance.timeZone",
            given: settings.maintenance.timeZone,
            allowed: "a name of the IANA time zone database, such as Europe/London",
            mend: "See https://www.iana.org/time-zones.",
          },
        ],

  // Checked in UTC, as AWS does; said in local time, as the stack file has them.
  (settings) => {
    const { backupWindow, window } = settings.maintenance;
    return isTimeZone(settings)
      ? windowProblems("windows", maintenanceTimes(settings).windows, shortestMinutes).map((problem) =>
          problem.path === "windows.backup"
            ? {
                path: "moodle:maintenance.backupWindow",
                given: backupWindow,
                allowed: `a window of at least ${shortestMinutes} minutes`,
                mend: "Write it like 02:00-03:00.",
              }
            : {
                path: "moodle:maintenance.window",
                given: window,
                allowed: `a window of at least ${shortestMinutes} minutes that does not overlap the daily backup, ${backupWindow}`,
                mend: "Start maintenance after the backup has ended: 03:30-04:30.",
              },
        )
      : [];
  },
];

function isTimeZone({ maintenance, region }: Readable): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: maintenanceTimeZone({ maintenance, region }) });
    return true;
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

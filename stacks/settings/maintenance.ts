import { z } from "zod";
import { weekDays, windowProblems } from "../../components/lib/windows";
import { isTimeZone } from "../calendar/zone";
import { type MaintenanceSettings, maintenanceTimes, maintenanceTimeZone } from "../maintenance";
import { choice, integer, text } from "./fields";
import type { Rules } from "./rule";

const clock = "([01]\\d|2[0-3]):[0-5]\\d";
const span = new RegExp(`^${clock}-${clock}$`);
const spanWords = "hh:mm-hh:mm in the maintenance time zone";

/** Times when AWS and the platform may disturb the site, in local time: docs/maintenance.md. */
export const maintenance = z.strictObject({
  timeZone: text(
    /^[A-Za-z0-9_+/-]{1,64}$/,
    "a name of the IANA time zone database, such as Europe/London",
    "Time zone of the times below. Default: that of the region.",
  ).optional(),
  day: choice(weekDays, "Day of the weekly maintenance and of the replacement of instances.").default("sun"),
  backupWindow: text(
    span,
    spanWords,
    "Daily backup of database and file server; snapshots of caches, where there are any.",
  ).default("02:00-03:00"),
  window: text(span, spanWords, "Weekly: AWS may patch and restart database, caches and file server.").default(
    "03:30-04:30",
  ),
  instanceRefreshAt: text(
    new RegExp(`^${clock}$`),
    "hh:mm in the maintenance time zone",
    "Weekly: instances are replaced one after the other, so that they run the newest AMI.",
  ).default("03:00"),
  upgradeMinutes: integer(
    30,
    720,
    "Longest time of a release's database upgrade. After that it is stopped, and the site stays closed.",
  ).default(120),
});

/**
 * ElastiCache requires the longest minimum window:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html.
 */
const shortestMinutes = 60;

export const maintenanceRules: Rules<MaintenanceSettings> = [
  (settings) =>
    isTimeZone(maintenanceTimeZone(settings))
      ? []
      : [
          {
            path: "moodle:maintenance.timeZone",
            given: settings.maintenance.timeZone,
            allowed: "a name of the IANA time zone database, such as Europe/London",
            fix: "See https://www.iana.org/time-zones.",
          },
        ],

  // Checked in UTC, as AWS does; reported in local time, as in the stack file.
  (settings) => {
    const { backupWindow, window } = settings.maintenance;
    return isTimeZone(maintenanceTimeZone(settings))
      ? windowProblems("windows", maintenanceTimes(settings).windows, shortestMinutes).map((problem) =>
          problem.path === "windows.backup"
            ? {
                path: "moodle:maintenance.backupWindow",
                given: backupWindow,
                allowed: `a window of at least ${shortestMinutes} minutes`,
                fix: "Write it like 02:00-03:00.",
              }
            : {
                path: "moodle:maintenance.window",
                given: window,
                allowed: `a window of at least ${shortestMinutes} minutes that does not overlap the daily backup, ${backupWindow}`,
                fix: "Start maintenance after the backup has ended: 03:30-04:30.",
              },
        )
      : [];
  },
];

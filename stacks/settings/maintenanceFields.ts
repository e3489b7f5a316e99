import { z } from "zod";
import { weekDays } from "../../components/lib/windows";
import { choice, text } from "./fields";

const clock = "([01]\\d|2[0-3]):[0-5]\\d";
const span = new RegExp(`^${clock}-${clock}$`);
const spanWords = "hh:mm-hh:mm in the maintenance time zone";

/** When AWS and the platform may disturb the site, in local time: docs/maintenance.md. */
export const maintenance = z.strictObject({
  timeZone: text(
    /^[A-Za-z0-9_+/-]{1,64}$/,
    "a name of the IANA time zone database, such as Europe/London",
    "Time zone of the times below. Left out, that of the region's place.",
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
});

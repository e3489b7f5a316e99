import { z } from "zod";
import { text } from "./fields";

/** The academic year: docs/calendar.md. */
export const calendar = z.strictObject({
  name: text(
    /^[a-z0-9-]{1,40}$/,
    "none, or the name of a file in stacks/calendar/",
    "Academic year that schedules capacity. Without one, capacity follows the load alone.",
  ),
  overrideFreeze: text(
    /^[a-z0-9-]{1,40}$/,
    "the name of an exam in the calendar",
    "Exam during which deployments are allowed, if MOODLE_OVERRIDE_FREEZE in the environment names it too.",
  ).optional(),
});

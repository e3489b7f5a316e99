import { z } from "zod";
import { text } from "./fields";

/** The academic year: docs/calendar.md. */
export const calendar = z.strictObject({
  name: text(
    /^[a-z0-9-]{1,40}$/,
    "none, or the name of a file in stacks/calendar/",
    "Academic year that capacity is made ready by; none leaves it to the load alone.",
  ),
  overrideFreeze: text(
    /^[a-z0-9-]{1,40}$/,
    "the name of an exam in the calendar",
    "Deploy during this exam all the same, if MOODLE_OVERRIDE_FREEZE in the environment says so too.",
  ).optional(),
});

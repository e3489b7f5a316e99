import type { Site } from "../../scenario/plan";

/** Output of `loadtest.php` for the stand-in. */
export const standInSite: Site = {
  course: 2,
  quiz: 30,
  forumModule: 20,
  forum: 1,
  assignment: 40,
  files: [
    { path: "/pluginfile.php/71/mod_resource/content/1/reader-1.txt", bytes: 65_536 },
    { path: "/pluginfile.php/72/mod_resource/content/1/reader-2.txt", bytes: 65_536 },
  ],
  ending: "end of the reader\n",
};

/**
 * Faults on purpose.
 *
 * - `error-page`: the quiz's page is an error page, with status 200.
 * - `outage-page`: the dashboard is the edge's outage page, with status 200.
 * - `lost-autosave`: autosave answers with an exception.
 * - `wrong-file`: files are cut short.
 * - `refused`: no password is accepted.
 * - `signed-out`: the session is forgotten when the attempt begins.
 * - `refused-token`: the web service answers with an exception, with status 200, as Moodle does.
 */
export const faults = [
  "error-page",
  "outage-page",
  "lost-autosave",
  "wrong-file",
  "refused",
  "signed-out",
  "refused-token",
] as const;
export type Fault = (typeof faults)[number];

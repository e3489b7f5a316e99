import { z } from "zod";
import { configProblems, phpProblems } from "../../components/moodle/ownSettings";
import lock from "../../moodle-image/moodle.lock.json";
import { isTimeZone } from "../calendar/zone";
import type { database } from "./database";
import { choice, derived, email, flag, type Groups, text } from "./fields";
import type { mail } from "./mail";
import { moodleReleases, moodleVersions, phpVersions } from "./moodleReleases";
import type { Rules } from "./rule";

/**
 * The Moodle that a build makes: a stack's settings choose among these branches, or name an image that was built
 * elsewhere.
 */
const branch = lock.moodle.version.split(".").slice(0, 2).join(".");

/** A place or UTC, as PHP and Moodle take it: no abbreviation such as GMT. */
const places = /^(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/.+)$/;

const fields = z.strictObject({
  version: choice(
    moodleVersions,
    `Moodle branch in the image. In quotes, or YAML reads a number. A build takes the branch of moodle-image/moodle.lock.json alone, ${branch}; for another, change that file with the setting, or give an image by digest.`,
  ).default("5.1"),
  phpVersion: derived(
    "the newest that the version takes",
    choice(
      phpVersions,
      `PHP branch in the image. A build takes those that the lock file has a base for: ${Object.keys(lock.base).join(", ")}.`,
    ),
  ).optional(),
  siteName: text(
    /^[^\p{Cc}]{1,254}$/u,
    "1 to 254 characters on one line",
    "Full and short name of a new site. Administrators change it in Moodle.",
  ).default("Moodle"),
  adminEmail: email(
    "Address of the first administrator's account in a new site. Not public. Default: moodle:alertEmail.",
  ).optional(),
  supportEmail: email(
    "Public address in a new site where people ask for help. Without one, Moodle's page for contacting support is off.",
  ).optional(),
  timeZone: z
    .string()
    .refine((name) => places.test(name) && isTimeZone(name))
    .meta({
      description:
        "Time zone of PHP in every container, and of a new site. Administrators change the site's in Moodle.",
      allowed: "a name of the IANA time zone database, such as Europe/London",
    })
    .default("Europe/London"),
  exec: flag(
    "Allows a shell in running containers by aws ecs execute-command; each session is logged: docs/runbooks/shell.md.",
  ).default(false),
  objectFiles: flag(
    "Copies files to the stack's bucket by the plugin tool_objectfs, with any kind of edge; Moodle serves them itself: docs/edge.md. moodle:edge.signedFiles does both.",
  ).default(false),
  config: values(
    "Values of $CFG by name, or plugin/name; administrators then cannot change them. Not what other settings decide, and no secrets.",
    "names of $CFG, or plugin/name, each with text, a number, true or false",
  ),
  php: values(
    "Directives of PHP by name. Not what other settings decide.",
    "names of PHP directives, each with text, a number, true or false",
  ),
});

function values(description: string, allowed: string) {
  return z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean()]).meta({ allowed: "text, a number, true or false" }),
    )
    .meta({ description, allowed })
    .default({});
}

export const moodle = fields.transform(({ phpVersion, ...rest }) => ({
  ...rest,
  phpVersion: phpVersion ?? newestPhp(rest.version),
}));

function newestPhp(version: (typeof moodleVersions)[number]) {
  const { php } = moodleReleases[version];
  return php[php.length - 1] ?? php[0];
}

/**
 * Rules for the software that a Moodle version runs on, and for the values of Moodle and PHP that a stack file may
 * give.
 */
export const moodleRules: Rules<Groups<{ moodle: typeof moodle; database: typeof database; mail: typeof mail }>> = [
  ({ moodle, database }) => {
    const mysql = Number.parseFloat(database.engineVersion);
    const needed = moodleReleases[moodle.version].mysql;
    return mysql >= needed
      ? []
      : [
          {
            path: "moodle:database.engineVersion",
            given: database.engineVersion,
            allowed: `compatible with MySQL ${needed.toFixed(1)} or later, which Moodle ${moodle.version} needs`,
            fix: "Moodle's environment check stops the upgrade otherwise. Use Aurora MySQL 3, or an older moodle:moodle.version.",
          },
        ];
  },

  ({ moodle }) => {
    const { php } = moodleReleases[moodle.version];
    return php.includes(moodle.phpVersion)
      ? []
      : [
          {
            path: "moodle:moodle.phpVersion",
            given: moodle.phpVersion,
            allowed: `${php.map((version) => `"${version}"`).join(", ")} with Moodle ${moodle.version}`,
            fix: `Set moodle:moodle.phpVersion to "${php.at(-1)}".`,
          },
        ];
  },

  ({ moodle, mail }) => configProblems("moodle:moodle.config", moodle.config, mail.kind),
  ({ moodle }) => phpProblems("moodle:moodle.php", moodle.php),
];

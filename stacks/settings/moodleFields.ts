import { z } from "zod";
import { logRetentionDays } from "../../components/lib/logRetention";
import { repositoryUrlPattern } from "../../components/image/repositoryUrl";
import { requestTimeoutRange, uploadRange } from "../../components/moodle/limits";
import lock from "../../moodle-image/moodle.lock.json";
import type { Profile } from "../profiles";
import { choice, email, flag, integer, kind, step, text } from "./fields";
import { moodleVersions, phpVersions } from "./moodleReleases";
import type { Safety } from "./settings";

const ownRepository = {
  keepImages: integer(
    5,
    1000,
    "Newest images kept in the stack's own repository. What runs, and what ran before, is kept besides.",
  ).default(30),
  sharedWith: z
    .array(text(/^\d{12}$/, "an AWS account number of 12 digits, in quotes", "An account."))
    .default([])
    .meta({ description: "Other accounts whose stacks run images of this stack's repository." }),
};

export const image = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("build", "Built from moodle-image/ and pushed during the update; needs Docker."),
    ...ownRepository,
  }),
  z.strictObject({
    kind: kind("digest", "Made by a pipeline and already in the repository."),
    digest: z
      .templateLiteral(["sha256:", z.string().regex(/^[0-9a-f]{64}$/)])
      .meta({ description: "Exactly that image.", allowed: "sha256: and 64 hexadecimal digits" }),
    repository: text(
      repositoryUrlPattern,
      "another stack's output repositoryUrl, such as 123456789012.dkr.ecr.eu-west-2.amazonaws.com/prod-image-repository",
      "The repository of another stack that has the image, for one image in several stacks. Left out, the stack's own.",
    ).optional(),
    ...ownRepository,
  }),
]);

/** What a build makes: the settings of a stack choose among these, or name an image that was made elsewhere. */
const branch = lock.moodle.version.split(".").slice(0, 2).join(".");

/** A place or UTC, as PHP and Moodle take it: no abbreviation such as GMT, no offset, in the database's own spelling. */
function isTimeZone(name: string): boolean {
  if (
    !/^(UTC|(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z/_+-]+)$/.test(
      name,
    )
  ) {
    return false;
  }
  try {
    // Takes any case, which PHP would too and Moodle's list does not.
    const canonical = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
    return name === canonical || name.toLowerCase() !== canonical.toLowerCase();
  } catch {
    return false;
  }
}

export const moodle = z.strictObject({
  version: choice(
    moodleVersions,
    `Moodle branch in the image. In quotes, or YAML reads a number. A build takes the branch of moodle-image/moodle.lock.json alone, ${branch}; for another, change that file with the setting, or give an image by digest.`,
  ).default("5.1"),
  phpVersion: choice(
    phpVersions,
    `PHP branch in the image. A build takes those that the lock file has a base for: ${Object.keys(lock.base).join(", ")}.`,
  ).default("8.4"),
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
    .refine(isTimeZone)
    .meta({
      description: "Of PHP in every container, and of a new site; administrators change the site's in Moodle.",
      allowed: "a name of the IANA time zone database, such as Europe/London",
    })
    .default("Europe/London"),
  exec: flag(
    "Allows a shell in running containers by aws ecs execute-command; each session is logged: docs/runbooks/shell.md.",
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

/** The two roots of the timeout (R7) and upload (R8) chains; `limitChain` derives every layer's own from them. */
export function limits({ sizes }: Profile) {
  return z.strictObject({
    requestTimeoutSeconds: integer(
      requestTimeoutRange.from,
      requestTimeoutRange.to,
      "How long PHP may work on a request. nginx, load balancer and CloudFront (120 s at most) each wait a little longer.",
    ).default(sizes.limits.requestTimeoutSeconds),
    uploadMaxMb: integer(
      uploadRange.from,
      uploadRange.to,
      "Largest upload; PHP, nginx and Moodle all get it from here. A task that is replaced waits as long as a median home needs to send it.",
    ).default(sizes.limits.uploadMaxMb),
  });
}

export function logs({ sizes }: Profile) {
  return z.strictObject({
    retentionDays: step(logRetentionDays, "How long application logs are kept.").default(sizes.logs.retentionDays),
  });
}

/** The ranges are loose here, so that a lowered floor is answered by a rule that names the floor and the profile. */
export function safety({ floors }: { readonly floors: Safety }) {
  return z.strictObject({
    availabilityZones: integer(0, 4, "Fewest zones.").default(floors.availabilityZones),
    natPerZone: flag("A NAT gateway in each zone.").default(floors.natPerZone),
    deletionProtection: flag("AWS refuses to delete database and load balancer.").default(floors.deletionProtection),
    protect: flag("Pulumi refuses to delete what holds data.").default(floors.protect),
    steadyCapacity: flag("No Spot and no burstable (T family) instances, classes or nodes.").default(
      floors.steadyCapacity,
    ),
    instances: integer(0, 100, "Fewest container instances, on EC2.").default(floors.instances),
    webTasks: integer(0, 500, "Fewest web tasks.").default(floors.webTasks),
    readers: integer(0, 15, "Fewest database replicas.").default(floors.readers),
    cacheReplicas: integer(0, 5, "Fewest replicas of each cache.").default(floors.cacheReplicas),
    backupRetentionDays: integer(0, 35, "Fewest days of database backups.").default(floors.backupRetentionDays),
    logRetentionDays: integer(0, 3653, "Fewest days of application logs.").default(floors.logRetentionDays),
  });
}

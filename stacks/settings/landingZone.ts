import { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { mostTags, takenTagKeys } from "../tags";
import { arns } from "./arns";
import { type Groups, type Immutable, text } from "./fields";
import type { Rules } from "./rule";

/**
 * Characters that a tag's value may hold:
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html.
 */
const tagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const tagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const tagWords = "up to 256 letters, digits, spaces and _ . : / = + - @";

/** Tags that an organisation's rules require on every resource. A rule judges the keys, since it can say more. */
export const tags = z
  .record(z.string(), z.string().meta({ allowed: tagWords }))
  .meta({
    description: "Further tags on every resource that takes tags, beside the program's own.",
    allowed: "keys with values in quotes, such as DataClass: confidential",
  })
  .default({});

/** IAM's own. */
export const defaultPath = "/";

/** Requirements of an account for each role that is made in it: docs/landing-zone.md. */
export const iam = z.strictObject({
  permissionsBoundaryArn: text(
    arns.policy,
    "the ARN of a managed policy",
    "Permissions boundary of every role and user. A stack with moodle:pipeline needs one: docs/pipelines.md. Default: none.",
  ).optional(),
  path: text(
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: 512 characters, with a slash at both ends.
    /^\/$|^(?=.{3,512}$)\/([\w+=,.@-]+\/)+$/,
    "a path with a slash at both ends, such as /learning/moodle/",
    "Path of roles, policies and instance profiles. A change replaces them.",
  ).default(defaultPath),
});

export type IamSettings = Immutable<z.output<typeof iam>>;

export const landingZoneRules: Rules<Groups<{ tags: typeof tags }>> = [
  ({ tags }) => {
    const keys = Object.keys(tags);
    const most = mostTags - takenTagKeys.length;
    return [
      ...keys.flatMap((key, index) => keyProblems(key, keys.slice(0, index))),
      ...Object.entries(tags).flatMap(([key, given]) =>
        tagValue.test(given)
          ? []
          : [
              {
                path: `moodle:tags.${key}`,
                given,
                allowed: tagWords,
                fix: "AWS takes no others.",
              },
            ],
      ),
      ...(keys.length <= most
        ? []
        : [
            {
              path: "moodle:tags",
              given: `${keys.length} tags`,
              allowed: `at most ${most}: a resource has ${mostTags}, and ${takenTagKeys.length} are the program's own`,
              fix: "Leave some out.",
            },
          ]),
    ];
  },
];

/** IAM takes Owner and owner for the same key: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html. */
function keyProblems(key: string, before: readonly string[]): Problem[] {
  const same = (other: string) => other.toLowerCase() === key.toLowerCase();
  const problem = (allowed: string, fix: string): Problem[] => [
    { path: `moodle:tags.${key}`, given: key, allowed, fix },
  ];
  if (!tagKey.test(key)) {
    return problem("1 to 128 letters, digits, spaces and _ . : / = + - @ as a key", "AWS takes no others.");
  }
  if (/^aws:/i.test(key)) {
    return problem("a key that does not begin with aws:", "AWS keeps these for itself.");
  }
  const taken = takenTagKeys.find(same);
  if (taken !== undefined) {
    return problem(
      `another key than ${takenTagKeys.join(", ")}, which the program sets`,
      "Set moodle:owner and moodle:costCentre; the others follow from the stack.",
    );
  }
  const twice = before.find(same);
  return twice === undefined ? [] : problem(`one of ${twice} and ${key}`, "IAM takes them for the same key.");
}

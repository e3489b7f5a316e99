import type { Problem } from "../../../components/lib/invalid";
import { mostTags, takenTagKeys } from "../../tags";
import { furtherTagKey, furtherTagValue } from "../landingZoneFields";
import type { Rule } from "./rule";

export const landingZoneRules: readonly Rule[] = [
  ({ tags }) => {
    const keys = Object.keys(tags);
    const most = mostTags - takenTagKeys.length;
    return [
      ...keys.flatMap((key, index) => keyProblems(key, keys.slice(0, index))),
      ...Object.entries(tags).flatMap(([key, given]) =>
        furtherTagValue.test(given)
          ? []
          : [
              {
                path: `moodle:tags.${key}`,
                given,
                allowed: "up to 256 letters, digits, spaces and _ . : / = + - @",
                mend: "AWS takes no others.",
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
              mend: "Leave some out.",
            },
          ]),
    ];
  },
];

/** IAM takes Owner and owner for the same key: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html. */
function keyProblems(key: string, before: readonly string[]): Problem[] {
  const same = (other: string) => other.toLowerCase() === key.toLowerCase();
  const problem = (allowed: string, mend: string): Problem[] => [
    { path: `moodle:tags.${key}`, given: key, allowed, mend },
  ];
  if (!furtherTagKey.test(key)) {
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

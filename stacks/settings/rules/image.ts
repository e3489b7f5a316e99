import { parseImageUri } from "../../../components/image/repositoryUrl";
import type { Rule } from "./rule";

export const imageRules: readonly Rule[] = [
  // Step Functions, which marks what is in operation, calls its own region alone.
  // https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
  ({ image, region }) =>
    image.kind === "digest" && image.repository !== undefined && parseImageUri(image.repository).region !== region
      ? [
          {
            path: "moodle:image.repository",
            given: image.repository,
            allowed: `a repository in ${region}, the stack's own region`,
            mend: "Leave it out, and push the image to this stack's own repository as well: docs/pipelines.md.",
          },
        ]
      : [],
];

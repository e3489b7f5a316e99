import { z } from "zod";
import { parseImageUri, repositoryUrlPattern } from "../../components/image/repositoryUrl";
import { type Groups, integer, kind, text, usually } from "./fields";
import type { Rules } from "./rule";
import type { Site } from "./site";

const ownRepository = {
  keepImages: integer(
    5,
    1000,
    "Number of newest images kept in the stack's own repository, in addition to the running one and the one before it.",
  ).default(30),
  sharedWith: z
    .array(text(/^\d{12}$/, "an AWS account number of 12 digits, in quotes", "An account."))
    .default([])
    .meta({ description: "Other accounts whose stacks run images of this stack's repository." }),
};

export const image = usually(
  "build",
  z.discriminatedUnion("kind", [
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
        "Another stack's repository with the image, for one image in several stacks. Default: the stack's own.",
      ).optional(),
      ...ownRepository,
    }),
  ]),
);

export const imageRules: Rules<Site & Groups<{ image: typeof image }>> = [
  // Step Functions, which marks what is in operation, calls its own region alone.
  // https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
  ({ image, region }) =>
    image.kind === "digest" && image.repository !== undefined && parseImageUri(image.repository).region !== region
      ? [
          {
            path: "moodle:image.repository",
            given: image.repository,
            allowed: `a repository in ${region}, the stack's own region`,
            fix: "Leave it out, and push the image to this stack's own repository as well: docs/pipelines.md.",
          },
        ]
      : [],
];

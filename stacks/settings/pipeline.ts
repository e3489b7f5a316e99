import { z } from "zod";
import { arns } from "./arns";
import { type Groups, kind, text, usually } from "./fields";
import type { iam } from "./landingZone";
import type { Rules } from "./rule";

/** Roles for a pipeline, by identity tokens instead of keys: docs/pipelines.md. */
export const pipeline = usually(
  "none",
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: kind("none", "None is made.") }),
    z.strictObject({
      kind: kind("github", "For GitHub Actions, by OpenID Connect."),
      repository: text(
        /^[\w.-]{1,100}(@\d{1,20})?\/[\w.-]{1,100}(@\d{1,20})?$/,
        "owner/name, or owner@id/name@id for a repository with immutable subject claims",
        "The repository, as its tokens name it.",
      ),
      branch: text(/^[\w./-]{1,250}$/, "one branch, without any *", "The branch that is deployed.").default("main"),
      providerArn: text(
        // The name of an enterprise follows if it has its own issuer:
        // https://docs.github.com/en/actions/reference/security/oidc
        /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com(\/[\w-]{1,100})?$/,
        "the ARN of the account's provider for GitHub",
        "The account's existing provider, when another stack has made it. Without it, this stack makes one.",
      ).optional(),
      stateBucket: text(
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "an S3 bucket's name",
        "Bucket that holds Pulumi's state.",
      ),
      stateKeyArn: text(arns.key, "the ARN of a KMS key", "Key that encrypts the secrets in the state."),
      deployPolicyArns: z
        .array(text(arns.policy, "the ARN of a managed policy", "A managed policy."))
        .min(1)
        .max(10)
        .meta({ description: "Policies of the deploy role: docs/pipelines.md." }),
    }),
  ]),
);

export const pipelineRules: Rules<Groups<{ pipeline: typeof pipeline; iam: typeof iam }>> = [
  ({ pipeline: { kind: given }, iam: { permissionsBoundaryArn } }) =>
    given === "none" || permissionsBoundaryArn !== undefined
      ? []
      : [
          {
            path: "moodle:iam.permissionsBoundaryArn",
            given: undefined,
            allowed: "the ARN of a managed policy, as moodle:pipeline makes a role that deploys",
            fix: "Name one, and make it: docs/pipelines.md#the-boundary. Without it that role could make an administrator.",
          },
        ],
];

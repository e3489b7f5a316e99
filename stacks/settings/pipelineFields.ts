import { z } from "zod";
import { kind, text } from "./fields";

const arn = (service: string, allowed: string, description: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}\\S+$`), allowed, description);

/** Roles for a pipeline, by identity tokens instead of keys: docs/pipelines.md. */
export const pipeline = z.discriminatedUnion("kind", [
  z.strictObject({ kind: kind("none", "None is made.") }),
  z.strictObject({
    kind: kind("github", "For GitHub Actions, by OpenID Connect."),
    repository: text(
      /^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/,
      "owner/name, or owner@id/name@id for a repository with immutable subject claims",
      "The repository, as its tokens name it.",
    ),
    branch: text(/^[\w./-]+$/, "one branch, without any *", "The branch that is deployed.").default("main"),
    providerArn: arn(
      "iam::\\d{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com",
      "the ARN of the account's provider for GitHub",
      "The account's provider, when another stack has made it. Left out, it is made.",
    ).optional(),
    stateBucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "an S3 bucket's name", "Holds Pulumi's state."),
    stateKeyArn: arn("kms:", "the ARN of a KMS key", "Encrypts the secrets in the state."),
    deployPolicyArns: z
      .array(arn("iam::(\\d{12}|aws):policy/", "the ARN of a managed policy", "A managed policy."))
      .min(1)
      .max(10)
      .meta({ description: "What the deploy role may do: docs/pipelines.md." }),
  }),
]);

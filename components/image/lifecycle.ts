import type * as awsx from "@pulumi/awsx";

/**
 * Marks that a release sets: on the image in operation, on the one before it, and on the one that is about to go into
 * operation.
 */
export const marks = ["now", "before", "next"] as const;
export type Mark = (typeof marks)[number];

/**
 * The tag that marks an image for a stack. The mark comes first, so that no two stacks' tags can be the same.
 *
 * @param environment The stack's name.
 */
export function liveTag(mark: Mark, environment: string): string {
  return `live-${mark}-${environment}`;
}

/**
 * Tags that may be moved; all others are immutable. A release moves its marks. `pulumi up` pushes `context-*`, and
 * pushes again if it was interrupted between the push and the state; tasks name the image by digest in any case.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export const movableTags = ["live-*", "context-*"] as const;

/** ECR's largest count is not documented; this many would be the marks of 333 stacks. */
const marked = 1000;

/**
 * Lifecycle rules of ECR. "An image that matches the tagging requirements of a rule cannot be expired by a rule with a
 * lower priority": the first rule deletes nothing and protects the images that a release has marked from the other
 * rules. The images of an index cannot expire before it, and a signature or attestation goes with its subject:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 *
 * Rules count tags, so an index with its images, attestations and signature counts once. Images with other tags are
 * kept forever. Each rule has one prefix: a rule with two would require both on the same image.
 *
 * @param keepImages Number kept of each of the two kinds: built by a pipeline, and built by `pulumi up`.
 */
export function lifecycleRules(keepImages: number): awsx.types.input.ecr.LifecyclePolicyRuleArgs[] {
  const newest = (prefix: string, description: string, maximumNumberOfImages: number) => ({
    description,
    tagStatus: "tagged" as const,
    tagPrefixList: [prefix],
    maximumNumberOfImages,
  });
  return [
    newest("live-", "in operation, or about to be: never deleted", marked),
    { description: "left by pushes that were interrupted", tagStatus: "untagged", maximumAgeLimit: 7 },
    newest("build-", "old images of pipelines", keepImages),
    newest("context-", "old images of pulumi up", keepImages),
  ];
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type Tags = Readonly<Record<string, string>>;

/** Tags that every stack has. Policies require them, and the budget filters by one. */
export function ownTags({
  environment,
  owner,
  costCentre,
}: {
  readonly environment: string;
  readonly owner: string;
  readonly costCentre: string;
}) {
  return {
    Project: "moodle",
    Environment: environment,
    Owner: owner,
    CostCentre: costCentre,
    ManagedBy: "pulumi",
  };
}

/** Keys that a stack file cannot give: ours, and the one that names components' resources. */
export const takenTagKeys: readonly string[] = [
  ...Object.keys(ownTags({ environment: "", owner: "", costCentre: "" })),
  "Name",
];

/**
 * Most tags that AWS allows on one resource:
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html.
 */
export const mostTags = 50;

/**
 * Keeps the further tags off objects in buckets: an object takes at most ten, every other resource fifty
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html).
 */
export function spareObjects(own: Tags, further: Tags): void {
  if (Object.keys(further).length === 0) {
    return;
  }
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
    type === "aws:s3/bucketObjectv2:BucketObjectv2"
      ? { props: { ...props, overrideProvider: { defaultTags: { tags: own } } } satisfies ObjectProps, opts }
      : undefined,
  );
}

type ObjectProps = Pick<aws.s3.BucketObjectv2Args, "overrideProvider"> & Readonly<Record<string, unknown>>;

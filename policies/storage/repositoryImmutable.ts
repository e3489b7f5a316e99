import { awsDefaults } from "../lib/awsDefaults";
import { resourceRule } from "../lib/rule";
import { expect, undecided, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

export const repositoryImmutable = resourceRule({
  id: "repository-immutable",
  group: "storage",
  severity: "medium",
  title: "Image repositories have immutable tags, but for some with a prefix, and scan what is pushed.",
  why: "A tag that can be moved can be moved to anything, also by whoever steals a pipeline's credentials.",
  fix: 'Set imageTagMutability: "IMMUTABLE", or "IMMUTABLE_WITH_EXCLUSION" with filters that have a prefix, and imageScanningConfiguration: { scanOnPush: true }.',
  serves: ["Security Hub ECR.1", "Security Hub ECR.2", "Moodle R25"],
  example: `new aws.ecr.Repository("moodle", { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } });`,
  types: ["aws:ecr/repository:Repository"],
  limits: {},
  check: ({ props }) => [
    expect(
      props.text("imageTagMutability"),
      (value) => value !== undefined && value.startsWith("IMMUTABLE"),
      (value) => `imageTagMutability is ${value ?? awsDefaults.imageTags.value}`,
    ),
    ...exclusions(props),
    expect(props.flag("imageScanningConfiguration.scanOnPush"), (on) => on === true, "scanOnPush is not true"),
  ],
});

/** A filter that begins with a wildcard can match every tag, and then none is immutable. */
function exclusions(props: View): readonly Verdict[] {
  const filters = props.items("imageTagMutabilityExclusionFilters");
  return isUnknown(filters)
    ? [undecided(filters)]
    : filters.map((filter) =>
        expect(
          filter.text("filter"),
          (value) => value !== undefined && /^[A-Za-z0-9_.-]{3,}/.test(value),
          (value) => `the exclusion filter ${value ?? "without a text"} can match every tag`,
        ),
      );
}

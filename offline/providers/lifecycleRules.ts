import type { Properties } from "./values";

/** A rule of awsx's shorthand, with its values known. */
interface Shorthand {
  readonly description?: string;
  readonly tagStatus: string;
  readonly tagPrefixList?: readonly string[];
  readonly maximumNumberOfImages?: number;
  readonly maximumAgeLimit?: number;
}

/**
 * awsx's shorthand as the rules of ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 *
 * @param rules undefined gives awsx's default: the newest untagged image stays.
 * @throws Error for what awsx 3.9.0 refuses itself: https://github.com/pulumi/pulumi-awsx/blob/v3.9.0/awsx/ecr/repository.ts
 */
export function lifecycleRules(rules: readonly Properties[] | undefined): Properties[] {
  const given = (rules as readonly Shorthand[] | undefined) ?? [
    { description: "remove untagged images", tagStatus: "untagged", maximumNumberOfImages: 1 },
  ];
  const isAny = ({ tagStatus }: Shorthand): boolean => tagStatus === "any";
  if (given.filter(isAny).length > 1) {
    throw new Error('Two rules have the tagStatus "any", and awsx takes one.');
  }
  // The rule for any image comes last.
  return [...given.filter((rule) => !isAny(rule)), ...given.filter(isAny)].map((rule, index) => ({
    rulePriority: index + 1,
    ...(rule.description === undefined ? {} : { description: rule.description }),
    selection: { ...tags(rule), ...count(rule) },
    action: { type: "expire" },
  }));
}

function tags({ tagStatus, tagPrefixList = [] }: Shorthand): Properties {
  if (tagStatus === "any" || tagStatus === "untagged") {
    return { tagStatus };
  }
  if (tagPrefixList.length === 0) {
    throw new Error("A lifecycle rule for tagged images needs a tagPrefixList.");
  }
  return { tagStatus: "tagged", tagPrefixList };
}

function count({ maximumNumberOfImages: images, maximumAgeLimit: days }: Shorthand): Properties {
  if (images !== undefined) {
    return { countType: "imageCountMoreThan", countNumber: images };
  }
  if (days === undefined) {
    throw new Error("A lifecycle rule needs maximumNumberOfImages or maximumAgeLimit.");
  }
  return { countType: "sinceImagePushed", countNumber: days, countUnit: "days" };
}

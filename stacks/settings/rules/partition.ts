import type { Rule } from "./rule";

/** Where there is no CloudFront, or, in China, one of its own without VPC origins and firewall. */
const apart = /^(cn|us-gov)-/;

/** Cut off from the internet, or without most of what this platform is made of. */
const closed = /^(us-iso|us-isob|us-isof|eu-isoe|eusc)-/;

/**
 * What regions outside of the partition `aws` cannot have. The rest of the plan names its partition by `getPartition`.
 * https://docs.aws.amazon.com/general/latest/gr/cf_region.html
 */
export const partitionRules: readonly Rule[] = [
  ({ region }) =>
    closed.test(region)
      ? [
          {
            path: "moodle:region",
            given: region,
            allowed: "a region of the partitions aws, aws-us-gov and aws-cn",
            mend: "Choose another: this one cannot reach the image's sources or has not all the services.",
          },
        ]
      : [],

  ({ edge, region }) =>
    edge.kind === "cloudfront" && apart.test(region)
      ? [
          {
            path: "moodle:edge.kind",
            given: edge.kind,
            allowed: `external in ${region}, where there is no CloudFront to share a VPC origin with`,
            mend: "Set moodle:edge.kind to external, or choose another moodle:region.",
          },
        ]
      : [],

  // Credentials of these partitions reach neither: https://docs.aws.amazon.com/general/latest/gr/billing.html,
  // https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-regions.html
  ({ observability: { monthlyBudgetUsd, chat }, region }) =>
    (
      [
        ["monthlyBudgetUsd", monthlyBudgetUsd],
        ["chat", chat],
      ] as const
    )
      .filter(([, given]) => given !== undefined && apart.test(region))
      .map(([key, given]) => ({
        path: `moodle:observability.${key}`,
        given,
        allowed: `nothing in ${region}`,
        mend: "Remove it: the service is in the partition aws alone.",
      })),
];

import { Region } from "@pulumi/aws/types/enums";
import { choice, email, type Groups, text } from "./fields";
import type { Rules } from "./rule";

export const profileNames = ["prod", "staging", "dev"] as const;
export type ProfileName = (typeof profileNames)[number];

/** The regions that this version of the AWS provider knows. */
export const regions: readonly string[] = Object.values(Region);

/**
 * Characters that AWS takes in a tag:
 * https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html. Values that begin with "aws:"
 * are AWS's own.
 */
const tagValue = /^(?![aA][wW][sS]:)[\p{L}\p{N}_.:/=+\-@][\p{L}\p{Z}\p{N}_.:/=+\-@]{0,255}$/u;
const tagWords = "1 to 256 letters, digits, spaces and _ . : / = + - @, not beginning with a space or aws:";

/** At most 64 characters: the first name of an ACM certificate (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html). */
export const domainName = /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The settings that every stack file must give. None has a default. */
export const site = {
  profile: choice(profileNames, "Selects safety floors and size defaults."),
  domain: text(
    domainName,
    "a host name of at most 64 characters in lower case, without https:// and without a path",
    "Host name of the site. It becomes $CFG->wwwroot, so a change later means a search and replace in Moodle.",
  ),
  region: choice(regions, "AWS region of everything but the viewer certificate and the web ACL.").meta({
    allowed: "a region that the AWS provider knows, such as eu-west-2",
  }),
  owner: text(tagValue, tagWords, "Team that answers for the environment. A tag on every resource."),
  costCentre: text(tagValue, tagWords, "Cost centre that pays. A tag on every resource."),
  alertEmail: email("Address that gets the alarms. It must confirm the subscription once."),
};

/** Settings that the rules of other groups may read too. */
export type Site = Groups<typeof site>;

/** Partitions without CloudFront, or, in China, with a separate one without VPC origins and firewall. */
const apart = /^(cn|us-gov)-/;

/** Whether a region is in a partition that cannot use CloudFront, Budgets and chat of the partition `aws`. */
export function isApart(region: string): boolean {
  return apart.test(region);
}

/** Cut off from the internet, or without most services of this platform. */
const closed = /^(us-iso|us-isob|us-isof|eu-isoe|eusc)-/;

/**
 * The rest of the plan names its partition by `getPartition`; the groups' rules refuse features that regions outside of
 * the partition `aws` lack: https://docs.aws.amazon.com/general/latest/gr/cf_region.html.
 */
export const siteRules: Rules<Pick<Site, "region">> = [
  ({ region }) =>
    closed.test(region)
      ? [
          {
            path: "moodle:region",
            given: region,
            allowed: "a region of the partitions aws, aws-us-gov and aws-cn",
            fix: "Choose another: this one cannot reach the image's sources or has not all the services.",
          },
        ]
      : [],
];

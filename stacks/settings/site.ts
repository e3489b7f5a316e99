import { Region } from "@pulumi/aws/types/enums";
import { z } from "zod";
import { choice, email, kind, text } from "./fields";
import type { DnsSettings, ProfileName } from "./settings";

export const profileNames = ["prod", "staging", "dev"] as const satisfies readonly ProfileName[];

/** The regions that this version of the AWS provider knows. */
export const regions: readonly string[] = Object.values(Region);

/**
 * What AWS takes in a tag: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html. Values
 * that begin with "aws:" are AWS's own.
 */
const tagValue = /^(?![aA][wW][sS]:)[\p{L}\p{N}_.:/=+\-@][\p{L}\p{Z}\p{N}_.:/=+\-@]{0,255}$/u;
const tagWords = "1 to 256 letters, digits, spaces and _ . : / = + - @, not beginning with a space or aws:";

/** At most 64 characters: the first name of an ACM certificate (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html). */
const domainName = /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Partition, service and account are checked here; which region it must be in is a rule, as that depends on its use. */
const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/;
const certificateWords =
  "the ARN of an ACM certificate, such as arn:aws:acm:eu-west-2:111122223333:certificate/01234567-...";

/** The settings that every stack file must give. None has a default. */
export const siteFields = {
  profile: choice(profileNames, "Which safety floors and size defaults apply."),
  domain: text(
    domainName,
    "a host name of at most 64 characters in lower case, without https:// and without a path",
    "Host name of the site. It becomes $CFG->wwwroot, so a change later means a search and replace in Moodle.",
  ),
  region: choice(regions, "AWS region of everything but the viewer certificate and the web ACL.").meta({
    allowed: "a region that the AWS provider knows, such as eu-west-2",
  }),
  owner: text(tagValue, tagWords, "Team that answers for the environment. A tag on every resource."),
  costCentre: text(tagValue, tagWords, "Who pays. A tag on every resource."),
  alertEmail: email("Gets the alarms; must confirm the subscription once."),
};

/** With the domain at most ten, which is what ACM puts into one certificate: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html. */
const redirectHosts = z
  .array(text(domainName, "a host name of at most 64 characters in lower case", "A host name."))
  .max(9)
  .meta({ description: "Old host names and aliases: visitors are sent on to the domain, path and query kept." })
  .default([]);

export const dns = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("route53", "The domain's zone is in Route 53 in this account."),
    hostedZoneId: text(
      /^Z[0-9A-Z]{3,31}$/,
      "the id of a public Route 53 zone, Z and then capitals and digits",
      "Zone that gets the site's address and the proofs for its certificates.",
    ),
    redirectHosts,
  }),
  z.strictObject({
    kind: kind("external", "Somebody else hosts the zone; certificates are made and proven by hand."),
    loadBalancerCertificateArn: text(
      certificateArn,
      certificateWords,
      "Certificate for the domain in the stack's own region.",
    ),
    viewerCertificateArn: text(
      certificateArn,
      certificateWords,
      "Certificate for the domain in us-east-1, which is where CloudFront looks.",
    ).optional(),
    redirectHosts,
    redirectCertificateArn: text(
      certificateArn,
      certificateWords,
      "Certificate for the old host names in us-east-1, with CloudFront in front.",
    ).optional(),
  }),
]) satisfies z.ZodType<DnsSettings>;

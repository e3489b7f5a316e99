import { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { arns } from "./arns";
import type { edge } from "./edge";
import { type Groups, kind, text, usually } from "./fields";
import type { Rules } from "./rule";
import { domainName, type Site } from "./site";

/** Checks partition, service and account. A rule checks the region, as that depends on the certificate's use. */
const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/;
const certificateWords =
  "the ARN of an ACM certificate, such as arn:aws:acm:eu-west-2:111122223333:certificate/01234567-...";

/** With the domain at most ten, which is what ACM puts into one certificate: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html. */
const redirectHosts = z
  .array(text(domainName, "a host name of at most 64 characters in lower case", "A host name."))
  .max(9)
  .meta({ description: "Old host names and aliases: visitors are sent on to the domain, path and query kept." })
  .default([]);

export const dns = usually(
  "route53",
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("route53", "The domain's zone is in Route 53, in this account or in one that gives a role."),
      hostedZoneId: text(
        /^Z[0-9A-Z]{3,31}$/,
        "the id of a public Route 53 zone, Z and then capitals and digits",
        "Zone for the site's address and for the validation of its certificates.",
      ),
      roleArn: text(
        arns.role,
        "the ARN of an IAM role",
        "Role of the account that has the zone, which may write its records: docs/landing-zone.md. Default: this account.",
      ).optional(),
      redirectHosts,
    }),
    z.strictObject({
      kind: kind("external", "The zone is hosted elsewhere; you create and validate the certificates."),
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
  ]),
);

/** CloudFront reads its certificate and web ACL here: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html. */
const viewerRegion = "us-east-1";

function certificateProblems(path: string, arn: string, region: string): Problem[] {
  return arn.split(":")[3] === region
    ? []
    : [{ path, given: arn, allowed: `a certificate in ${region}`, fix: `Make the certificate in ${region}.` }];
}

/** Problems with an own certificate for CloudFront: not used, missing, or in another region. */
function viewerCertificateProblems(
  path: string,
  given: string | undefined,
  words: { readonly used: boolean; readonly unused: string; readonly allowed: string; readonly missing: string },
): Problem[] {
  if (!words.used) {
    return given === undefined ? [] : [{ path, given, allowed: "nothing", fix: words.unused }];
  }
  return given === undefined
    ? [{ path, given, allowed: words.allowed, fix: words.missing }]
    : certificateProblems(path, given, viewerRegion);
}

/** Rules for certificates made outside the program, and for old host names. */
export const dnsRules: Rules<Site & Groups<{ dns: typeof dns; edge: typeof edge }>> = [
  ({ dns, region }) =>
    dns.kind === "external"
      ? certificateProblems("moodle:dns.loadBalancerCertificateArn", dns.loadBalancerCertificateArn, region)
      : [],

  ({ dns, edge }) =>
    dns.kind === "external"
      ? viewerCertificateProblems("moodle:dns.viewerCertificateArn", dns.viewerCertificateArn, {
          used: edge.kind !== "external",
          unused: "Remove it: with moodle:edge.kind external there is no CloudFront to use it.",
          allowed: `the ARN of a certificate in ${viewerRegion}`,
          missing:
            "CloudFront needs one of its own, as it cannot be proven without the DNS zone. Or use dns.kind route53.",
        })
      : [],

  ({ dns, domain, edge }) => {
    const files = edge.kind === "cloudfront" ? edge.signedFiles.domain : undefined;
    return dns.redirectHosts.flatMap((given, index, all) =>
      given !== domain && given !== files && all.indexOf(given) === index
        ? []
        : [
            {
              path: `moodle:dns.redirectHosts[${index}]`,
              given,
              allowed: `each host name once, and none that serves something: ${[domain, files].filter((one) => one !== undefined).join(", ")}`,
              fix: "Remove it: a name that leads to itself would send visitors round in a circle.",
            },
          ],
    );
  },

  ({ dns, edge }) =>
    dns.kind === "external"
      ? viewerCertificateProblems("moodle:dns.redirectCertificateArn", dns.redirectCertificateArn, {
          used: edge.kind !== "external" && dns.redirectHosts.length > 0,
          unused: "Remove it: only CloudFront uses it, for moodle:dns.redirectHosts.",
          allowed: `the ARN of a certificate in ${viewerRegion} for all of moodle:dns.redirectHosts`,
          missing: "It cannot be proven from here, as moodle:dns.kind is external.",
        })
      : [],

  ({ dns, edge }) => {
    if (edge.kind !== "cloudfront") {
      return [];
    }
    const { publicKeys, domain: files, certificateArn: given } = edge.signedFiles;
    const path = "moodle:edge.signedFiles.certificateArn";
    if (publicKeys.length > 0 && files !== undefined && dns.kind === "external") {
      return given?.split(":")[3] === viewerRegion
        ? []
        : [
            {
              path,
              given,
              allowed: `the ARN of a certificate in ${viewerRegion} for moodle:edge.signedFiles.domain`,
              fix: "It cannot be proven from here, as moodle:dns.kind is external.",
            },
          ];
    }
    const fix = "Remove it: it is for a domain of files alone outside of Route 53.";
    return given === undefined ? [] : [{ path, given, allowed: "nothing", fix }];
  },
];

import { countryProblems, listProblems } from "../../../components/cdn/firewallLists";
import type { Problem } from "../../../components/lib/invalid";
import { accessProblems } from "../../../components/load-balancer/access";
import { originRules } from "./originRules";
import { partitionRules } from "./partition";
import type { Rule } from "./rule";

/** CloudFront reads its certificate and web ACL here: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html. */
const viewerRegion = "us-east-1";

function certificateProblems(path: string, arn: string, region: string): Problem[] {
  return arn.split(":")[3] === region
    ? []
    : [{ path, given: arn, allowed: `a certificate in ${region}`, mend: `Make the certificate in ${region}.` }];
}

export const edgeRules: readonly Rule[] = [
  ...originRules,

  ({ dns, region }) =>
    dns.kind === "external"
      ? certificateProblems("moodle:dns.loadBalancerCertificateArn", dns.loadBalancerCertificateArn, region)
      : [],

  ({ dns, edge }) => {
    if (dns.kind !== "external") {
      return [];
    }
    const [path, given] = ["moodle:dns.viewerCertificateArn", dns.viewerCertificateArn];
    if (edge.kind === "external") {
      const mend = "Remove it: with moodle:edge.kind external there is no CloudFront to use it.";
      return given === undefined ? [] : [{ path, given, allowed: "nothing", mend }];
    }
    return given === undefined
      ? [
          {
            path,
            given,
            allowed: `the ARN of a certificate in ${viewerRegion}`,
            mend: "CloudFront needs one of its own, as it cannot be proven without the DNS zone. Or use dns.kind route53.",
          },
        ]
      : certificateProblems(path, given, viewerRegion);
  },

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
              mend: "Remove it: a name that leads to itself would send visitors round in a circle.",
            },
          ],
    );
  },

  ({ dns, edge }) => {
    if (dns.kind !== "external") {
      return [];
    }
    const [path, given] = ["moodle:dns.redirectCertificateArn", dns.redirectCertificateArn];
    if (edge.kind === "external" || dns.redirectHosts.length === 0) {
      const mend = "Remove it: only CloudFront uses it, for moodle:dns.redirectHosts.";
      return given === undefined ? [] : [{ path, given, allowed: "nothing", mend }];
    }
    return given === undefined
      ? [
          {
            path,
            given,
            allowed: `the ARN of a certificate in ${viewerRegion} for all of moodle:dns.redirectHosts`,
            mend: "It cannot be proven from here, as moodle:dns.kind is external.",
          },
        ]
      : certificateProblems(path, given, viewerRegion);
  },

  ...partitionRules,

  ({ edge }) =>
    edge.kind !== "cloudfront"
      ? []
      : [
          ...countryProblems(edge.firewall.geoAllow, edge.firewall.geoBlock),
          ...listProblems("blockedCidrs", edge.firewall.blockedCidrs),
          ...listProblems("allowedCidrs", edge.firewall.allowedCidrs),
        ].map((problem) => ({ ...problem, path: `moodle:edge.firewall.${problem.path}` })),

  ({ edge }) =>
    edge.kind !== "external"
      ? []
      : accessProblems({ kind: "cidrs", cidrs: edge.allowedCidrs }).map((problem) => ({
          ...problem,
          path: problem.path.replace("access.cidrs", "moodle:edge.allowedCidrs"),
        })),
];

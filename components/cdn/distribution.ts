import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { createAccessLogs } from "./accessLogs";
import { createAliases } from "./aliases";
import { errorResponses } from "./errorCaching";
import { type PriceClass, viewerTlsPolicy } from "./managedPolicies";

/** Settings that all distributions share. */
export interface DistributionArgs {
  /** Host name that it serves. */
  readonly domain: string;
  /** The Route 53 zone that gets its address. Without it, point a CNAME at `distributionDomainName` yourself. */
  readonly hostedZoneId?: pulumi.Input<string>;
  /** For the host name, in us-east-1, and issued. */
  readonly certificateArn: pulumi.Input<string>;
  /** Scope CLOUDFRONT, so also in us-east-1. */
  readonly webAclArn?: pulumi.Input<string>;
  /** A bucket whose policy already lets CloudWatch Logs deliver to it. */
  readonly accessLogsBucketArn: pulumi.Input<string>;
}

type Contents = Pick<aws.cloudfront.DistributionArgs, "origins" | "defaultCacheBehavior" | "orderedCacheBehaviors"> & {
  readonly priceClass: PriceClass;
  /** Further host names that it serves, of the same zone and certificate. */
  readonly furtherDomains?: readonly string[];
  readonly errorPages?: readonly aws.types.input.cloudfront.DistributionCustomErrorResponse[];
};

/** A distribution for one host name over HTTP/2, HTTP/3 and IPv6, with access logs and, given a zone, its address. */
export function createDistribution(
  name: string,
  args: DistributionArgs,
  { errorPages, furtherDomains = [], ...contents }: Contents,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.Distribution {
  const distribution = new aws.cloudfront.Distribution(
    `${name}-distribution`,
    {
      comment: args.domain,
      enabled: true,
      aliases: [args.domain, ...furtherDomains],
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      webAclId: args.webAclArn,
      ...contents,
      customErrorResponses: errorResponses(errorPages ?? []),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: {
        acmCertificateArn: args.certificateArn,
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: viewerTlsPolicy,
      },
    },
    child,
  );
  createAccessLogs(name, distribution.arn, args.accessLogsBucketArn, child);
  if (args.hostedZoneId !== undefined) {
    createAliases(name, args.domain, args.hostedZoneId, distribution, child);
    for (const domain of furtherDomains) {
      createAliases(`${name}-${domain}`, domain, args.hostedZoneId, distribution, child);
    }
  }
  return distribution;
}

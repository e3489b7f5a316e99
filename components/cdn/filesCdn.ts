import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAccessLogs } from "./accessLogs";
import { createAliases } from "./aliases";
import { errorResponses } from "./errorCaching";
import { type PriceClass, viewerTlsPolicy } from "./managedPolicies";
import type { SignedFiles } from "./signedFiles";

export interface FilesCdnArgs {
  /** The host name of files alone. Not the site's, or its cookies would be sent along. */
  readonly domain: string;
  /** The Route 53 zone that gets its address. Without it, point a CNAME at `distributionDomainName` yourself. */
  readonly hostedZoneId?: pulumi.Input<string>;
  /** For the host name, in us-east-1, and issued. */
  readonly certificateArn: pulumi.Input<string>;
  readonly webAclArn?: pulumi.Input<string>;
  readonly files: Pick<SignedFiles, "origin" | "behavior">;
  readonly priceClass: PriceClass;
  readonly accessLogsBucketArn: pulumi.Input<string>;
}

/**
 * The files of tool_objectfs under a host name of their own: what users upload then runs, if it runs at all, outside of
 * the site's origin, without its cookies. A distribution of its own, so that the name serves nothing else, and the
 * site's certificate stays as it is. Every path asks for a signature.
 *
 * *Cost*: a distribution costs nothing, and requests cost the same as on the site's.
 */
export class FilesCdn extends pulumi.ComponentResource {
  readonly distributionArn: pulumi.Output<string>;
  /** For a CNAME where DNS is elsewhere. */
  readonly distributionDomainName: pulumi.Output<string>;

  constructor(name: string, args: FilesCdnArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:FilesCdn", name, {}, opts);
    const child = { parent: this };
    const { pathPattern: _pathPattern, ...behavior } = args.files.behavior;

    const distribution = new aws.cloudfront.Distribution(
      `${name}-distribution`,
      {
        comment: args.domain,
        enabled: true,
        aliases: [args.domain],
        priceClass: args.priceClass,
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        webAclId: args.webAclArn,
        origins: [args.files.origin],
        defaultCacheBehavior: behavior,
        customErrorResponses: errorResponses([]),
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
    }

    this.distributionArn = distribution.arn;
    this.distributionDomainName = distribution.domainName;
    this.registerOutputs({
      distributionArn: this.distributionArn,
      distributionDomainName: this.distributionDomainName,
    });
  }
}

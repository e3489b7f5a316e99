import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem, refuse } from "../lib/invalid";
import { checkedOriginSecret, originSecretHeader } from "../lib/originSecret";
import type { LoadBalancer } from "../load-balancer/loadBalancer";
import { createAccessLogs } from "./accessLogs";
import { cachePolicies, originRequestPolicies, PriceClass, priceClasses, viewerTlsPolicy } from "./managedPolicies";

export interface CdnArgs {
  /** The site's host name. */
  readonly domain: string;
  /** The Route 53 zone that gets the site's address. Without it, point a CNAME at `distributionDomainName` yourself. */
  readonly hostedZoneId?: pulumi.Input<string>;
  /** For the host name, in us-east-1, and issued. */
  readonly certificateArn: pulumi.Input<string>;
  /** Scope CLOUDFRONT, so also in us-east-1. */
  readonly webAclArn?: pulumi.Input<string>;
  readonly loadBalancer: Pick<LoadBalancer, "arn" | "dnsName">;
  /** Sent as X-Origin-Verify. The load balancer must accept it already. */
  readonly originSecret: pulumi.Input<string>;
  /** 1 to 120: how long Moodle may take to begin an answer. Not shorter than the load balancer's idle timeout. */
  readonly originReadTimeoutSeconds: number;
  /**
   * 1 to 120, and shorter than the load balancer's idle timeout, or requests are sent down closing connections.
   * @default 5
   */
  readonly originKeepaliveTimeoutSeconds?: number;
  /** Which edge locations serve the site, by price. @default "PriceClass_100", Europe, North America and Israel */
  readonly priceClass?: PriceClass;
  /** A bucket whose policy already lets CloudWatch Logs deliver to it. */
  readonly accessLogsBucketArn: pulumi.Input<string>;
  /** Behaviours tried before the default one, in this order. Send them to {@link siteOriginId}. @default none */
  readonly orderedCacheBehaviors?: readonly aws.types.input.cloudfront.DistributionOrderedCacheBehavior[];
  /** Origins for those behaviours, besides the site itself. @default none */
  readonly furtherOrigins?: readonly aws.types.input.cloudfront.DistributionOrigin[];
  /** Pages shown instead of errors. @default none: Moodle's own answers, which its scripts read, go through */
  readonly customErrorResponses?: readonly aws.types.input.cloudfront.DistributionCustomErrorResponse[];
}

/** The origin that is Moodle. */
export const siteOriginId = "site";

/**
 * CloudFront before an internal load balancer, by a VPC origin: the load balancer has no public address at all
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html).
 *
 * Give it a provider for us-east-1. The distribution, the VPC origin and the DNS records are global and could be made
 * anywhere, but the log delivery cannot; the load balancer may be in any region that VPC origins support.
 *
 * What to know of VPC origins:
 * - The VPC must have an internet gateway, and its subnets some free addresses for CloudFront's network interfaces.
 * - Some zones of old regions are not supported. Choose zones by that page's list before making the network.
 * - It takes up to 15 minutes to be made, and as long to be removed, and refuses any change while a distribution uses
 *   it (https://github.com/hashicorp/terraform-provider-aws/issues/40905). So a change replaces it: the new one is
 *   made, the distribution moves over, the old one goes.
 * - CloudFront makes a security group of its own in the VPC (CloudFront-VPCOrigins-Service-SG). Should a destroy stop
 *   at the VPC, wait for it to disappear and destroy again.
 * - No gRPC, and no Lambda@Edge on the origin side.
 *
 * *Cost*: by requests and by bytes sent to viewers; a VPC origin itself has no price (not checked).
 */
export class Cdn extends pulumi.ComponentResource {
  readonly distributionId: pulumi.Output<string>;
  readonly distributionArn: pulumi.Output<string>;
  /** d111111abcdef8.cloudfront.net, for a CNAME where DNS is elsewhere. */
  readonly distributionDomainName: pulumi.Output<string>;
  /** For further behaviours that should send the same security headers. */
  readonly responseHeadersPolicyId: pulumi.Output<string>;

  constructor(name: string, args: CdnArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:Cdn", name, {}, opts);
    const keepalive = args.originKeepaliveTimeoutSeconds ?? 5;
    const priceClass = args.priceClass ?? "PriceClass_100";
    refuse(this, problemsOf(args.originReadTimeoutSeconds, keepalive, priceClass));
    const originSecret = checkedOriginSecret(this, "originSecret", args.originSecret);
    const child = { parent: this };

    const vpcOrigin = createVpcOrigin(name, args.loadBalancer.arn, child);
    const headers = createSecurityHeaders(name, child);
    const distribution = new aws.cloudfront.Distribution(
      `${name}-distribution`,
      {
        comment: args.domain,
        enabled: true,
        aliases: [args.domain],
        priceClass,
        httpVersion: "http2and3",
        isIpv6Enabled: true,
        webAclId: args.webAclArn,
        origins: [
          {
            originId: siteOriginId,
            // The name is not looked up in DNS. The certificate is checked against the Host that is forwarded.
            domainName: args.loadBalancer.dnsName,
            vpcOriginConfig: {
              vpcOriginId: vpcOrigin.id,
              originReadTimeout: args.originReadTimeoutSeconds,
              originKeepaliveTimeout: keepalive,
            },
            customHeaders: [{ name: originSecretHeader, value: originSecret }],
          },
          ...(args.furtherOrigins ?? []),
        ],
        // Pages depend on who asks, so nothing is kept unless a behaviour says that it may be.
        defaultCacheBehavior: {
          targetOriginId: siteOriginId,
          viewerProtocolPolicy: "redirect-to-https",
          allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
          cachedMethods: ["GET", "HEAD"],
          cachePolicyId: cachePolicies.cachingDisabled,
          // Host kept: Moodle answers any other with a redirect to its own address.
          originRequestPolicyId: originRequestPolicies.allViewer,
          responseHeadersPolicyId: headers.id,
          // Has an effect only where a cache policy takes part in compression. Here nginx compresses, since
          // Accept-Encoding is forwarded with everything else.
          compress: true,
        },
        orderedCacheBehaviors: [...(args.orderedCacheBehaviors ?? [])],
        customErrorResponses: [...(args.customErrorResponses ?? [])],
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

    this.distributionId = distribution.id;
    this.distributionArn = distribution.arn;
    this.distributionDomainName = distribution.domainName;
    this.responseHeadersPolicyId = headers.id;
    this.registerOutputs({
      distributionId: this.distributionId,
      distributionArn: this.distributionArn,
      distributionDomainName: this.distributionDomainName,
      responseHeadersPolicyId: this.responseHeadersPolicyId,
    });
  }
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginConfig.html */
function problemsOf(readTimeout: number, keepalive: number, priceClass: string): readonly Problem[] {
  const problems: Problem[] = [];
  const seconds = (path: string, given: number): void => {
    if (!Number.isInteger(given) || given < 1 || given > 120) {
      problems.push({
        path,
        given,
        allowed: "whole seconds from 1 to 120",
        mend: "More needs a higher quota; long work belongs into ad-hoc tasks.",
      });
    }
  };
  seconds("originReadTimeoutSeconds", readTimeout);
  seconds("originKeepaliveTimeoutSeconds", keepalive);
  if (!(priceClasses as readonly string[]).includes(priceClass)) {
    problems.push({ path: "priceClass", given: priceClass, allowed: priceClasses.join(", "), mend: "Choose one." });
  }
  return problems;
}

function createVpcOrigin(
  name: string,
  loadBalancerArn: pulumi.Output<string>,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.VpcOrigin {
  return new aws.cloudfront.VpcOrigin(
    `${name}-vpc-origin`,
    {
      vpcOriginEndpointConfig: {
        // Ends in the load balancer's own id, so that two can stand side by side while one replaces the other.
        name: pulumi.interpolate`${name}-${loadBalancerArn.apply((arn) => arn.slice(arn.lastIndexOf("/") + 1))}`,
        arn: loadBalancerArn,
        originProtocolPolicy: "https-only",
        httpsPort: 443,
        // Never used, but asked for.
        httpPort: 80,
        // The highest that CloudFront offers here:
        // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
    },
    { ...child, replaceOnChanges: ["vpcOriginEndpointConfig"] },
  );
}

/**
 * X-Frame-Options is left to Moodle, which sends it unless its administrator allows framing (for LTI) or the Moodle app
 * asks. CloudFront would add its own exactly where Moodle left it out on purpose.
 */
function createSecurityHeaders(
  name: string,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    {
      comment: "Security headers",
      securityHeadersConfig: {
        // A year. For this host name alone: others of the domain are not ours to bind.
        strictTransportSecurity: {
          accessControlMaxAgeSec: 31_536_000,
          includeSubdomains: false,
          preload: false,
          override: true,
        },
        contentTypeOptions: { override: true },
        // Moodle sends another where its administrator has chosen one.
        referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
      },
    },
    child,
  );
}

/** An alias record costs nothing to look up, and unlike a CNAME may stand at the top of a zone. */
function createAliases(
  name: string,
  domain: string,
  zoneId: pulumi.Input<string>,
  distribution: aws.cloudfront.Distribution,
  child: pulumi.CustomResourceOptions,
): void {
  for (const type of ["A", "AAAA"]) {
    new aws.route53.Record(
      `${name}-${type.toLowerCase()}`,
      {
        zoneId,
        name: domain,
        type,
        aliases: [{ name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false }],
      },
      child,
    );
  }
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem, refuse } from "../lib/invalid";
import { checkedOriginSecret, originSecretHeader } from "../lib/originSecret";
import { waits } from "../lib/waits";
import type { LoadBalancer } from "../load-balancer/loadBalancer";
import { cachedBehaviours, createCachePolicy, createCachedRequests } from "./cacheBehaviours";
import { createDistribution, type DistributionArgs } from "./distribution";
import { errorPageProblems } from "./errorCaching";
import { cachePolicies, originRequestPolicies, type PriceClass, priceClasses } from "./managedPolicies";
import { securityHeaders } from "./securityHeaders";

export interface CdnArgs extends DistributionArgs {
  readonly loadBalancer: Pick<LoadBalancer, "arn" | "dnsName">;
  /** Sent as X-Origin-Verify. The load balancer must accept it already. */
  readonly originSecret: pulumi.Input<string>;
  /** 1 to 120: how long Moodle may take to begin an answer. Not shorter than the load balancer's idle timeout. */
  readonly originReadTimeoutSeconds: number;
  /** 1 to 120, and shorter than the load balancer's idle timeout, or requests are sent down closing connections. */
  readonly originKeepaliveTimeoutSeconds: number;
  /** Edge locations that serve the site, by price. @default "PriceClass_100", Europe, North America and Israel */
  readonly priceClass?: PriceClass;
  /** Behaviours tried before those of cacheBehaviours.ts and the default one, in this order. @default none */
  readonly orderedCacheBehaviors?: readonly aws.types.input.cloudfront.DistributionOrderedCacheBehavior[];
  /** Origins for those behaviours, in addition to the site itself. @default none */
  readonly furtherOrigins?: readonly aws.types.input.cloudfront.DistributionOrigin[];
  /**
   * Pages shown instead of 502, 503 and 504. No other error is cached, and each keeps Moodle's own body, which its
   * scripts read. @default none
   */
  readonly customErrorResponses?: readonly aws.types.input.cloudfront.DistributionCustomErrorResponse[];
  /**
   * A published CloudFront Function that sees each request to Moodle first, including cached files. It must write
   * `viewerAddressHeader` (components/lib/viewerAddress.ts), which nginx believes: without it a viewer could write that
   * header. When it closes the site, no request reaches Moodle. Not added to those of `orderedCacheBehaviors` that go
   * to another origin: give each its own `functionAssociations`.
   */
  readonly viewerRequestFunctionArn: pulumi.Input<string>;
}

/** Id of the origin that is Moodle. */
export const siteOriginId = "site";

/**
 * CloudFront before an internal load balancer, by a VPC origin: the load balancer has no public address at all
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html).
 *
 * Give it a provider for us-east-1. The distribution, the VPC origin and the DNS records are global and could be made
 * anywhere, but the log delivery cannot; the load balancer may be in any region that VPC origins support.
 *
 * VPC origins:
 * - The VPC must have an internet gateway, and its subnets some free addresses for CloudFront's network interfaces.
 * - Some zones of old regions are not supported: vpcOriginZones.ts, which a preview compares with the account.
 * - AWS takes up to 15 minutes to create one, and as long to delete it, and refuses any change while a distribution
 *   uses it (https://github.com/hashicorp/terraform-provider-aws/issues/40905). So a change replaces it: the new one
 *   is created, the distribution moves over, the old one is deleted.
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
    const priceClass = args.priceClass ?? "PriceClass_100";
    const errorPages = args.customErrorResponses ?? [];
    refuse(this, [...problemsOf(args, priceClass), ...errorPageProblems(errorPages)]);
    const originSecret = checkedOriginSecret(this, "originSecret", args.originSecret);
    const child = { parent: this };

    const viewerRequest = {
      functionAssociations: [{ eventType: "viewer-request", functionArn: args.viewerRequestFunctionArn }],
    };

    const vpcOrigin = createVpcOrigin(name, args.loadBalancer.arn, child);
    const headers = createSecurityHeaders(name, child);
    const cachedHeaders = createCachedHeaders(name, child);
    const cachePolicy = createCachePolicy(name, child);
    const cachedRequests = createCachedRequests(name, child);
    const distribution = createDistribution(
      name,
      args,
      {
        priceClass,
        origins: [
          {
            originId: siteOriginId,
            // The name is not looked up in DNS. The certificate is checked against the Host that is forwarded.
            domainName: args.loadBalancer.dnsName,
            vpcOriginConfig: {
              vpcOriginId: vpcOrigin.id,
              originReadTimeout: args.originReadTimeoutSeconds,
              originKeepaliveTimeout: args.originKeepaliveTimeoutSeconds,
            },
            customHeaders: [{ name: originSecretHeader, value: originSecret }],
          },
          ...(args.furtherOrigins ?? []),
        ],
        // Pages depend on the user, so nothing is cached unless a behaviour allows it.
        defaultCacheBehavior: {
          targetOriginId: siteOriginId,
          viewerProtocolPolicy: "redirect-to-https",
          allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
          cachedMethods: ["GET", "HEAD"],
          cachePolicyId: cachePolicies.cachingDisabled,
          // The Host header is forwarded: Moodle answers any other with a redirect to its own address. Headers that the
          // function on viewer requests writes are part of the viewer's headers by then.
          originRequestPolicyId: originRequestPolicies.allViewer,
          responseHeadersPolicyId: headers.id,
          // Has an effect only where a cache policy takes part in compression. Here nginx compresses, since
          // Accept-Encoding is forwarded with everything else.
          compress: true,
          ...viewerRequest,
        },
        orderedCacheBehaviors: [
          ...(args.orderedCacheBehaviors ?? []).map((one) => ({
            ...one,
            ...(one.targetOriginId === siteOriginId && viewerRequest),
          })),
          ...cachedBehaviours(siteOriginId, {
            cachePolicyId: cachePolicy.id,
            originRequestPolicyId: cachedRequests.id,
            responseHeadersPolicyId: cachedHeaders.id,
          }).map((one) => ({
            ...one,
            ...viewerRequest,
          })),
        ],
        errorPages,
      },
      child,
    );

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
function problemsOf(args: CdnArgs, priceClass: string): readonly Problem[] {
  const problems: Problem[] = [];
  const seconds = (path: "originReadTimeoutSeconds" | "originKeepaliveTimeoutSeconds"): void => {
    const given = args[path];
    if (!Number.isInteger(given) || given < 1 || given > 120) {
      problems.push({
        path,
        given,
        allowed: "whole seconds from 1 to 120",
        fix: "More needs a higher quota; long work belongs into ad-hoc tasks.",
      });
    }
  };
  seconds("originReadTimeoutSeconds");
  seconds("originKeepaliveTimeoutSeconds");
  if (!(priceClasses as readonly string[]).includes(priceClass)) {
    problems.push({ path: "priceClass", given: priceClass, allowed: priceClasses.join(", "), fix: "Choose one." });
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
        // Never used, but required.
        httpPort: 80,
        // The highest that CloudFront offers here:
        // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginEndpointConfig.html
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
    },
    { ...child, replaceOnChanges: ["vpcOriginEndpointConfig"], customTimeouts: waits.vpcOrigin },
  );
}

function createSecurityHeaders(
  name: string,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    { comment: "Security headers", securityHeadersConfig: securityHeaders },
    child,
  );
}

/**
 * A cached response must not carry a session: pluginfile.php opens one for each request without a cookie, as all are
 * here, and everybody would get its Set-Cookie. Whether CloudFront would cache that header is not documented (not
 * checked), so it is always removed.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html
 */
function createCachedHeaders(name: string, child: pulumi.CustomResourceOptions): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-cached-headers`,
    {
      comment: "Security headers, and no session in what is kept",
      securityHeadersConfig: securityHeaders,
      removeHeadersConfig: { items: [{ header: "Set-Cookie" }] },
    },
    child,
  );
}

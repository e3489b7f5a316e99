import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createDistribution, type DistributionArgs } from "./distribution";
import { cachePolicies, type PriceClass } from "./managedPolicies";

/** `domain` and `furtherDomains` are the names that people still use; the certificate must be for all of them. */
export interface RedirectCdnArgs extends DistributionArgs {
  readonly furtherDomains: readonly string[];
  /** Host name that visitors are redirected to. */
  readonly target: string;
  /** Edge locations that answer, by price. */
  readonly priceClass: PriceClass;
}

/**
 * Redirects old addresses of the site: every request goes to the same path and query under the site's own name.
 *
 * It has its own distribution, so that no redirect is ever cached for the right address, which would send its visitors
 * round in a circle. Each distribution has its own cache, this one caches nothing (caching is disabled), and the site's
 * has `Host` in its cache key (`createCachePolicy`). Browsers cache a redirect for an hour, by the old address. A
 * CloudFront Function answers, so no request for these names reaches Moodle, and they work while Moodle is down.
 *
 * *Cost*: a distribution costs nothing; a request costs what one of the site does, and a tenth of a dollar per million
 * for the function.
 */
export class RedirectCdn extends pulumi.ComponentResource {
  /** For CNAMEs where DNS is elsewhere. */
  readonly distributionDomainName: pulumi.Output<string>;

  constructor(name: string, args: RedirectCdnArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:RedirectCdn", name, {}, opts);
    const child = { parent: this };
    const redirect = new aws.cloudfront.Function(
      `${name}-function`,
      {
        comment: `Sends old addresses on to ${args.target}`,
        runtime: "cloudfront-js-2.0",
        code: redirectCode(args.target),
        publish: true,
      },
      child,
    );
    const distribution = createDistribution(
      name,
      args,
      {
        priceClass: args.priceClass,
        furtherDomains: args.furtherDomains,
        origins: [
          {
            originId: "target",
            // A distribution must have one; the function answers before any request would reach it.
            domainName: args.target,
            customOriginConfig: {
              httpPort: 80,
              httpsPort: 443,
              originProtocolPolicy: "https-only",
              originSslProtocols: ["TLSv1.2"],
            },
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: "target",
          viewerProtocolPolicy: "redirect-to-https",
          allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
          cachedMethods: ["GET", "HEAD"],
          cachePolicyId: cachePolicies.cachingDisabled,
          compress: true,
          functionAssociations: [{ eventType: "viewer-request", functionArn: redirect.arn }],
        },
      },
      child,
    );

    this.distributionDomainName = distribution.domainName;
    this.registerOutputs({ distributionDomainName: this.distributionDomainName });
  }
}

/**
 * 301 for pages, which browsers and search engines remember; 308 for requests with a body, which a 301 would lose: the
 * mobile app and web services post to the old address.
 *
 * The parts of the query come as the viewer sent them, not decoded:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function redirectCode(target: string): string {
  return `function handler(event) {
  var request = event.request;
  var parts = [];
  Object.keys(request.querystring).forEach(function (key) {
    var one = request.querystring[key];
    (one.multiValue || [one]).forEach(function (item) {
      parts.push(item.value === "" ? key : key + "=" + item.value);
    });
  });
  var page = request.method === "GET" || request.method === "HEAD";
  return {
    statusCode: page ? 301 : 308,
    statusDescription: page ? "Moved Permanently" : "Permanent Redirect",
    headers: {
      location: { value: "https://${target}" + request.uri + (parts.length > 0 ? "?" + parts.join("&") : "") },
      "cache-control": { value: "max-age=3600" },
    },
  };
}
`;
}

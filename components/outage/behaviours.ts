import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { cachePolicies } from "../cdn/managedPolicies";

export type OutageBehaviour = aws.types.input.cloudfront.DistributionOrderedCacheBehavior;
export type OutageErrorResponse = aws.types.input.cloudfront.DistributionCustomErrorResponse;

/**
 * Codes that CloudFront or the load balancer answers with when the service does not. 403, 404 and 500 are the service's
 * own: scripts read the JSON that comes with them, and Moodle says by a page of its own that it has no database.
 */
export const outageCodes = [502, 503, 504] as const;

/**
 * Every code is shown as 503. A function's own 503 is never replaced by this page, so the JSON of the switch stays JSON
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html, "Status code and
 * body"). Here AJAX gets HTML: an error response knows nothing of the request.
 */
export function errorResponses(folder: string): readonly OutageErrorResponse[] {
  return outageCodes.map((errorCode) => ({
    errorCode,
    responseCode: 503,
    responsePagePath: `/${folder}/index.html`,
    // One broken task must not block an address for all users for ten seconds.
    errorCachingMinTtl: 1,
  }));
}

/**
 * The pages are HTML with a style sheet and a logo in it. Whatever else gets into the bucket, by an editor's mistake or by
 * somebody who may write there, runs no script in the site's origin, sends no form and loads nothing from elsewhere.
 */
export const pagesPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The policy of pages that show pages of these origins in iframes. */
export function policyOf(framedOrigins: readonly string[]): string {
  return framedOrigins.length === 0 ? pagesPolicy : `${pagesPolicy}; frame-src 'self' ${framedOrigins.join(" ")}`;
}

/** A page for an iframe of other pages. */
export interface Embedded {
  /** Its name below the folder. @example "banner.html" */
  readonly file: string;
  /** Origins of pages that may show it beside the site's own. @example ["https://www.example.ac.uk"] */
  readonly origins: readonly string[];
}

/**
 * For a page that others show in an iframe: its links may lead the window elsewhere when somebody follows them, and
 * nothing in it runs.
 */
export function embeddedPolicy(origins: readonly string[]): string {
  const ancestors = ["frame-ancestors 'self'", ...origins].join(" ");
  return `${pagesPolicy.replace("frame-ancestors 'none'", ancestors)}; sandbox allow-top-navigation-by-user-activation`;
}

/** Seconds that a browser keeps an embedded page: it is asked for with every page around it. */
const embeddedSeconds = 60;

/** Seconds, as on the service's own maintenance page. */
const retryAfter = 300;

/**
 * The pages' own behaviours, past the service and without caching at the edge, so that an editor's change is visible at
 * once. The function chooses the version of the status page and the feeds; when it fails or has no store, their copies are
 * served. S3 serves 5,500 reads a second below one prefix
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html).
 *
 * index.html has its own behaviour, as it carries Retry-After: error responses show this page. Whether CloudFront takes
 * the headers of this behaviour then, or of the requested one, is not documented (not checked).
 */
export function behaviours(
  name: string,
  folder: string,
  originId: string,
  { embedded, framedOrigins = [] }: { readonly embedded?: Embedded; readonly framedOrigins?: readonly string[] },
  functionArn: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): readonly OutageBehaviour[] {
  const security: aws.types.input.cloudfront.ResponseHeadersPolicySecurityHeadersConfig = {
    strictTransportSecurity: {
      accessControlMaxAgeSec: 31_536_000,
      includeSubdomains: false,
      preload: false,
      override: true,
    },
    contentSecurityPolicy: { contentSecurityPolicy: policyOf(framedOrigins), override: true },
    contentTypeOptions: { override: true },
    frameOptions: { frameOption: "DENY", override: true },
    referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: true },
  };
  const pages = new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    { comment: "Status page", securityHeadersConfig: security },
    child,
  );
  const error = new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-error-headers`,
    {
      comment: "Page shown instead of errors",
      securityHeadersConfig: security,
      customHeadersConfig: {
        items: [
          { header: "Retry-After", value: String(retryAfter), override: true },
          { header: "Cache-Control", value: "no-store", override: true },
        ],
      },
    },
    child,
  );
  const behaviour = (
    pathPattern: string,
    responseHeadersPolicyId: pulumi.Input<string>,
    more: Partial<OutageBehaviour> = {},
  ): OutageBehaviour => ({
    pathPattern,
    targetOriginId: originId,
    viewerProtocolPolicy: "redirect-to-https",
    allowedMethods: ["GET", "HEAD"],
    cachedMethods: ["GET", "HEAD"],
    cachePolicyId: cachePolicies.cachingDisabled,
    // No origin request policy: with the viewer's Host, S3 would look for a bucket of that name.
    responseHeadersPolicyId,
    compress: true,
    ...more,
  });
  const chooses = { functionAssociations: [{ eventType: "viewer-request", functionArn }] };
  // Asked for with every page around it: the edge asks the bucket once a second at most, and a browser once a minute.
  const embeddedBehaviour = ({ file, origins }: Embedded): OutageBehaviour => {
    const { frameOptions: _, ...others } = security;
    const headers = new aws.cloudfront.ResponseHeadersPolicy(
      `${name}-embedded-headers`,
      {
        comment: "Banner in other pages",
        securityHeadersConfig: {
          ...others,
          // X-Frame-Options knows no list of origins, and browsers heed this one alone where both are given.
          contentSecurityPolicy: { contentSecurityPolicy: embeddedPolicy(origins), override: true },
        },
        customHeadersConfig: {
          items: [{ header: "Cache-Control", value: `max-age=${embeddedSeconds}`, override: true }],
        },
      },
      child,
    );
    return behaviour(`/${folder}/${file}`, headers.id, { ...chooses, cachePolicyId: cachePolicies.cachingOptimized });
  };
  return [
    behaviour(`/${folder}/index.html`, error.id),
    ...(embedded === undefined ? [] : [embeddedBehaviour(embedded)]),
    behaviour(`/${folder}/*`, pages.id, chooses),
  ];
}

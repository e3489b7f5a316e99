import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { viewerAddressHeader } from "../lib/viewerAddress";

/** One path that CloudFront may cache, and the reason why no user can ever see another's answer there. */
export interface CachedPath {
  /** As CloudFront matches it: `*` is any run of characters, slashes too; `?` is exactly one; case counts. */
  readonly pattern: string;
  readonly why: string;
  /** The file of Moodle that sends the headers, from its web root. */
  readonly source: string;
  /**
   * Values of Moodle's `mdl_config` that stand in its address: a release moves each of them when the last old task is gone
   * (moodle-image/rootfs/opt/moodle/lib/revisions.php). `none`: the version of a library, which no release changes under its name.
   */
  readonly revision: readonly ("themerev" | "jsrev" | "langrev" | "templaterev" | "none")[];
  /** The longest `max-age` that it sends when the revision in the address is right. */
  readonly longestSeconds: number;
  /** Whether the answer depends on the query string. The whole query string is in the cache key in any case. */
  readonly query: "decides" | "only without slash arguments";
  /** Whether POST must reach Moodle too. A POST is never cached. @default false */
  readonly post?: boolean;
}

const day = 86_400;

/**
 * Everything that CloudFront may cache; all else is the default behaviour, which caches nothing. Read in the source of
 * Moodle 5.1. Each has a revision in its address, and each script either sets NO_MOODLE_COOKIES or, for the two under
 * pluginfile.php, answers the same to everyone, logged in or not.
 *
 * Not here on purpose: the rest of pluginfile.php, where the same address is one answer for a member of the course and
 * another for a guest; theme/jquery.php, which is public but only old plugins request it; filter/tex/pix.php and the
 * "immutable" files of SCORM and editpdf, whose long lifetime is meant for the browsers of permitted users.
 */
export const cachedPaths: readonly CachedPath[] = [
  {
    pattern: "/theme/styles.php/*",
    why: "A theme's style sheet by revision; no session is opened.",
    source: "theme/styles.php, lib/csslib.php",
    revision: ["themerev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/theme/image.php/*",
    why: "A theme's pictures by revision; no session is opened.",
    source: "theme/image.php",
    revision: ["themerev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/theme/font.php/*",
    why: "A theme's fonts by revision; no session is opened.",
    source: "theme/font.php",
    revision: ["themerev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/theme/javascript.php/*",
    why: "A theme's scripts by revision; no session is opened.",
    source: "theme/javascript.php, lib/jslib.php",
    revision: ["themerev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/lib/javascript.php/*",
    why: "Script files of the release by revision; no session is opened.",
    source: "lib/javascript.php, lib/jslib.php",
    revision: ["jsrev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/lib/requirejs.php/*",
    why: "AMD modules of the release by revision; no session is opened.",
    source: "lib/requirejs.php, lib/jslib.php",
    revision: ["jsrev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/lib/editor/tiny/loader.php/*",
    why: "Files of the editor by revision; no session is opened.",
    source: "lib/editor/tiny/loader.php",
    revision: ["jsrev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/lib/editor/tiny/lang.php/*",
    why: "Words of the editor by revision and language, both in the path; no session is opened.",
    source: "lib/editor/tiny/lang.php",
    revision: ["langrev"],
    longestSeconds: 90 * day,
    query: "only without slash arguments",
  },
  {
    // Without a slash, since the modules may stand in the query: Moodle's own default until yuislasharguments is set.
    pattern: "/theme/yui_combo.php*",
    why: "Script files of the release by revision; no session is opened.",
    source: "theme/yui_combo.php",
    revision: ["jsrev"],
    longestSeconds: 360 * day,
    query: "decides",
  },
  {
    pattern: "/theme/yui_image.php*",
    why: "Pictures of the YUI library by version; no session is opened.",
    source: "theme/yui_image.php",
    revision: ["none"],
    longestSeconds: 360 * day,
    query: "decides",
  },
  {
    pattern: "/lib/ajax/service-nologin.php",
    why: "Web services that need no login (strings, templates). Kept only with a cachekey and without an error, which is when Moodle sends a lifetime.",
    source: "lib/ajax/service.php",
    revision: ["langrev", "templaterev"],
    longestSeconds: 90 * day,
    query: "decides",
    post: true,
  },
  {
    pattern: "/pluginfile.php/1/core_admin/*",
    why: "Logos and favicon of the site, served to everyone, login page included; the revision is in the path.",
    source: "admin/lib.php (core_admin_pluginfile)",
    revision: ["themerev"],
    longestSeconds: 60 * day,
    query: "only without slash arguments",
  },
  {
    pattern: "/pluginfile.php/1/theme_*/*",
    why: "Files of a theme's settings, in the system context, served to everyone; the revision is in the path.",
    source: "lib/classes/output/theme_config.php (setting_file_serve)",
    revision: ["themerev"],
    longestSeconds: 60 * day,
    query: "only without slash arguments",
  },
];

/**
 * Cache lifetimes: exactly as long as Moodle says, and zero when it says nothing. A minimum above 0 would cache even
 * answers marked private, and half-built themes; a default above 0 would cache errors that come with status 200 and no
 * header. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export const lifetimes = { minTtl: 0, defaultTtl: 0, maxTtl: 360 * day } as const;

/**
 * The cache key: path, the whole query string, the compression that the browser accepts, and the Host. It never
 * contains a cookie, so no session.
 *
 * It contains the Host, because the load balancer refuses every other: if it were forwarded but not in the key, a
 * request to the distribution's own cloudfront.net name would put a refusal where the site's style sheet belongs.
 */
export function createCachePolicy(name: string, child: pulumi.CustomResourceOptions): aws.cloudfront.CachePolicy {
  return new aws.cloudfront.CachePolicy(
    `${name}-revisioned`,
    {
      comment: "Moodle's revisioned files: as long as Moodle says",
      ...lifetimes,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "whitelist", headers: { items: ["Host"] } },
        queryStringsConfig: { queryStringBehavior: "all" },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    },
    child,
  );
}

export const readMethods = ["GET", "HEAD", "OPTIONS"] as const;
const allMethods = [...readMethods, "PUT", "POST", "PATCH", "DELETE"] as const;

/**
 * The viewer's address for Moodle's logs and its IP blocker, sent but not part of the key. It is named here because
 * CloudFront sends a header that a function added only where a policy lets it through.
 */
export function createCachedRequests(
  name: string,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.OriginRequestPolicy {
  return new aws.cloudfront.OriginRequestPolicy(
    `${name}-cached-requests`,
    {
      comment: "The viewer's address beside what is in the key",
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "whitelist", headers: { items: [viewerAddressHeader] } },
      queryStringsConfig: { queryStringBehavior: "none" },
    },
    child,
  );
}

/** The behaviours of the table, in its order. No two of its patterns match the same path, so the order decides nothing. */
export function cachedBehaviours(
  originId: string,
  policies: Pick<
    aws.types.input.cloudfront.DistributionOrderedCacheBehavior,
    "cachePolicyId" | "originRequestPolicyId" | "responseHeadersPolicyId"
  >,
): aws.types.input.cloudfront.DistributionOrderedCacheBehavior[] {
  return cachedPaths.map(({ pattern, post }) => ({
    pathPattern: pattern,
    targetOriginId: originId,
    viewerProtocolPolicy: "redirect-to-https",
    // CloudFront knows three sets of methods only; POST comes with all the others.
    allowedMethods: [...(post === true ? allMethods : readMethods)],
    cachedMethods: ["GET", "HEAD"],
    ...policies,
    compress: true,
  }));
}

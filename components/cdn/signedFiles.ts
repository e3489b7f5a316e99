import { createHash, createPublicKey } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../lib/iam";
import { type Problem, refuse } from "../lib/invalid";
import type { PrivateBucket } from "../storage/bucket";
import { securityHeaders } from "./securityHeaders";

export interface SignedFilesArgs {
  /** With `corsOrigins`, and a policy that holds {@link filesReadStatements}. */
  readonly bucket: Pick<PrivateBucket, "bucketRegionalDomainName">;
  /** The site's host name: its pages may read the files. */
  readonly siteDomain: string;
  /**
   * One or two RSA public keys as PEM. Addresses signed with either are valid; Moodle signs with the first. To rotate,
   * add the new one at the end, then put it first, then, a week later, remove the old one.
   */
  readonly publicKeys: readonly string[];
}

/** The origin that is the bucket. */
export const filesOriginId = "files";

/**
 * Folder of the files, on the site and in the bucket: CloudFront forwards the path unchanged. Moodle has no folder of
 * this name; "files" is taken. It is the plugin's `key_prefix`, so the plugin writes where CloudFront reads.
 */
export const filesPrefix = "objectfs";

/** The parts of the address that say how the browser is to take the file; the plugin signs them with it. */
export const fileQueries = ["response-content-disposition", "response-content-type"] as const;

/**
 * Lets browsers fetch the files of tool_objectfs from S3 by way of CloudFront, with addresses that Moodle signs.
 *
 * The bucket stays private: CloudFront signs its own requests to it (origin access control), and the bucket's policy
 * must let the one distribution read, with {@link filesReadStatements}. Give `origin` and `behavior` to that distribution.
 *
 * The cache key contains the two queries of {@link fileQueries}, which the managed policy CachingOptimized leaves out:
 * the bucket stores by content, so a file uploaded once as page.html and once as notes.txt is one object, and without
 * them everybody would get the first reader's content type.
 *
 * *Cost*: none by itself. *Limit*: SHA-1 and RSA 2048, which the plugin signs with
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html).
 */
export class SignedFiles extends pulumi.ComponentResource {
  /** Id of the key that Moodle signs with, which it puts into each address. */
  readonly keyPairId: pulumi.Output<string>;
  readonly origin: aws.types.input.cloudfront.DistributionOrigin;
  readonly behavior: aws.types.input.cloudfront.DistributionOrderedCacheBehavior;

  constructor(name: string, args: SignedFilesArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:SignedFiles", name, {}, opts);
    refuse(this, publicKeyProblems("publicKeys", args.publicKeys));
    const child = { parent: this };

    const keys = args.publicKeys.map(
      (pem) =>
        new aws.cloudfront.PublicKey(
          // Named after the key itself, not its place in the list, which a rotation changes.
          `${name}-key-${keyFingerprint(pem)}`,
          { comment: "Signs addresses of files", encodedKey: normalPem(pem) },
          child,
        ),
    );
    const keyGroup = new aws.cloudfront.KeyGroup(
      `${name}-keys`,
      { comment: "Keys that Moodle signs files with", items: keys.map(({ id }) => id) },
      child,
    );
    const access = new aws.cloudfront.OriginAccessControl(
      `${name}-access`,
      { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
      child,
    );
    this.origin = {
      originId: filesOriginId,
      domainName: args.bucket.bucketRegionalDomainName,
      originAccessControlId: access.id,
    };
    this.behavior = {
      pathPattern: `/${filesPrefix}/*`,
      targetOriginId: filesOriginId,
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD", "OPTIONS"],
      cachedMethods: ["GET", "HEAD"],
      trustedKeyGroups: [keyGroup.id],
      cachePolicyId: createCachePolicy(name, child).id,
      originRequestPolicyId: createOriginRequestPolicy(name, child).id,
      responseHeadersPolicyId: createHeaders(name, args.siteDomain, child).id,
      compress: true,
    };
    this.keyPairId = keys[0]!.id;
    this.registerOutputs({ keyPairId: this.keyPairId });
  }
}

/**
 * Lets one distribution, and nothing else of CloudFront, read the files
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html).
 * No list permission: a missing name gets 403, like an unsigned one.
 */
export function filesReadStatements(
  bucketArn: pulumi.Input<string>,
  distributionArn: pulumi.Input<string>,
): readonly Statement[] {
  return [
    {
      sid: "AllowCloudFrontToReadFiles",
      actions: ["s3:GetObject"],
      principals: { Service: "cloudfront.amazonaws.com" },
      resources: [pulumi.interpolate`${bucketArn}/${filesPrefix}/*`],
      conditions: { StringEquals: { "aws:SourceArn": distributionArn } },
    },
  ];
}

/**
 * Content never changes under its name, so a day is as good as a year, and S3 sends no lifetime of its own. CloudFront
 * checks on each request, cached or not, whether an address is still valid.
 */
function createCachePolicy(name: string, child: pulumi.CustomResourceOptions): aws.cloudfront.CachePolicy {
  return new aws.cloudfront.CachePolicy(
    `${name}-cache`,
    {
      comment: "Files by content, with their name and type",
      minTtl: 0,
      defaultTtl: 86_400,
      maxTtl: 31_536_000,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "none" },
        queryStringsConfig: { queryStringBehavior: "whitelist", queryStrings: { items: [...fileQueries] } },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    },
    child,
  );
}

/**
 * Headers that S3 needs to answer a preflight;
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors
 */
function createOriginRequestPolicy(
  name: string,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.OriginRequestPolicy {
  return new aws.cloudfront.OriginRequestPolicy(
    `${name}-origin-request`,
    {
      comment: "Preflight requests of browsers",
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: {
        headerBehavior: "whitelist",
        headers: { items: ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"] },
      },
      queryStringsConfig: { queryStringBehavior: "none" },
    },
    child,
  );
}

/**
 * The CORS answer is CloudFront's own: S3's depends on whether the first reader was a script or an <img>, and would be
 * cached. No X-Frame-Options: Moodle shows PDFs in frames.
 */
function createHeaders(
  name: string,
  siteDomain: string,
  child: pulumi.CustomResourceOptions,
): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    {
      comment: "Files for the pages of the site",
      securityHeadersConfig: securityHeaders,
      corsConfig: {
        accessControlAllowCredentials: false,
        accessControlAllowHeaders: { items: ["*"] },
        accessControlAllowMethods: { items: ["GET", "HEAD", "OPTIONS"] },
        accessControlAllowOrigins: { items: [`https://${siteDomain}`] },
        accessControlExposeHeaders: { items: ["Accept-Ranges", "Content-Range", "Content-Length", "ETag"] },
        accessControlMaxAgeSec: 3600,
        originOverride: true,
      },
    },
    child,
  );
}

/**
 * Problems with keys: CloudFront takes RSA of exactly 2048 bits as PEM ("BEGIN PUBLIC KEY"). The plugin does not sign
 * with ECDSA.
 */
export function publicKeyProblems(path: string, publicKeys: readonly string[]): readonly Problem[] {
  const problems: Problem[] = publicKeys.flatMap((pem, index) => {
    const fault = publicKeyFault(pem);
    return fault === undefined
      ? []
      : [
          {
            path: `${path}[${index}]`,
            given: fault,
            allowed: "an RSA public key of 2048 bits, as PEM that begins with -----BEGIN PUBLIC KEY-----",
            fix: "Make a pair with make file-signing-key.",
          },
        ];
  });
  if (problems.length === 0 && new Set(publicKeys.map(keyFingerprint)).size !== publicKeys.length) {
    problems.push({ path, given: "the same key twice", allowed: "each key once", fix: "Remove one of the two." });
  }
  if (publicKeys.length < 1 || publicKeys.length > 2) {
    problems.push({
      path,
      given: `${publicKeys.length} keys`,
      allowed: "1 or 2 keys",
      fix: "One in use, and during a rotation the other one.",
    });
  }
  return problems;
}

/** The problem with a PEM, or undefined. */
export function publicKeyFault(pem: string): string | undefined {
  if (pem.includes("PRIVATE KEY")) {
    return "a private key, which must never be in a stack's settings";
  }
  if (!pem.trim().startsWith("-----BEGIN PUBLIC KEY-----")) {
    return "something else than a public key";
  }
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    const bits = asymmetricKeyDetails?.modulusLength;
    return asymmetricKeyType === "rsa" && bits === 2048
      ? undefined
      : `a key of type ${asymmetricKeyType}${bits === undefined ? "" : ` with ${bits} bits`}`;
  } catch {
    return "a PEM that cannot be read";
  }
}

/** The first eight hexadecimal digits of the SHA-256 of the key itself, however its PEM is broken into lines. */
export function keyFingerprint(pem: string): string {
  return createHash("sha256")
    .update(createPublicKey(pem).export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 8);
}

/** The same text for the same key, so that white space in a stack file replaces nothing. */
function normalPem(pem: string): string {
  return createPublicKey(pem).export({ type: "spki", format: "pem" }).toString();
}

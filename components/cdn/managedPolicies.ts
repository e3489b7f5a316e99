/**
 * CloudFront's managed cache policies
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html). The ids are
 * the same in every account.
 */
export const cachePolicies = {
  /** Nothing is cached: all TTLs are 0. */
  cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  /** As long as the origin says, and a second at least. */
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
} as const;

/**
 * CloudFront's managed origin request policies
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html).
 */
export const originRequestPolicies = {
  /** All headers with the viewer's Host, all cookies, all query strings. */
  allViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3",
} as const;

/**
 * The lowest TLS version for viewers. TLSv1.2_2025 and TLSv1.3_2025 exist as well
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html):
 * the former drops ChaCha20, which old phones without AES hardware are fastest with, the latter drops them altogether.
 */
export const viewerTlsPolicy = "TLSv1.2_2021";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html */
export const priceClasses = ["PriceClass_100", "PriceClass_200", "PriceClass_All"] as const;
export type PriceClass = (typeof priceClasses)[number];

import type * as aws from "@pulumi/aws";
import type { Problem } from "../lib/invalid";

type ErrorResponse = aws.types.input.cloudfront.DistributionCustomErrorResponse;

/**
 * Errors that CloudFront always caches, for 10 seconds by default and in every behaviour: caching disabled does not
 * stop it. 400, 403, 412 and 415 are cached only when the origin asks for it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
export const alwaysKept = [404, 405, 414, 500, 501, 502, 503, 504] as const;

/** Errors that may have our own page: those that Moodle does not write itself. */
export const pageable = [502, 503, 504] as const;

/** The longest that an error may be kept: while the page is shown, nobody sees that the site is back. */
export const longestErrorSeconds = 10;

/**
 * Error responses of CloudFront: the given pages, and no caching of any other error. Without this, the "404" that one
 * user rightly gets would go to everybody for ten seconds, since users are not in the key of the default behaviour. The
 * body stays Moodle's own: its scripts read the JSON in it.
 */
export function errorResponses(pages: readonly ErrorResponse[]): ErrorResponse[] {
  const given = new Set(pages.map(({ errorCode }) => errorCode));
  return [
    ...pages,
    ...alwaysKept.filter((code) => !given.has(code)).map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
  ];
}

export function errorPageProblems(pages: readonly ErrorResponse[]): readonly Problem[] {
  return pages.flatMap(({ errorCode, errorCachingMinTtl }, index) => {
    const path = `customErrorResponses[${index}]`;
    const problems: Problem[] = [];
    if (!(pageable as readonly unknown[]).includes(errorCode)) {
      problems.push({
        path: `${path}.errorCode`,
        given: errorCode,
        allowed: pageable.join(", "),
        fix: "Moodle writes its own 403 and 404, and its scripts read what is in them.",
      });
    }
    if (typeof errorCachingMinTtl !== "number" || errorCachingMinTtl < 0 || errorCachingMinTtl > longestErrorSeconds) {
      problems.push({
        path: `${path}.errorCachingMinTtl`,
        given: errorCachingMinTtl,
        allowed: `0 to ${longestErrorSeconds} seconds`,
        fix: "Left out it would be 10, and more hides that the site is back.",
      });
    }
    return problems;
  });
}

import { cachedPaths, lifetimes } from "../../components/cdn/cacheBehaviours";
import { firstMatch } from "./pathPattern";

/** A request as it reaches the edge, and what Moodle would answer to it. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Verdict {
  /** Undefined for the default behaviour. */
  readonly pattern: string | undefined;
  /** For how long the edge may answer the same request by itself; 0 when it must ask Moodle each time. */
  readonly seconds: number;
  readonly why: string;
}

/**
 * Whether CloudFront caches an answer
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html): only of GET and HEAD, only in a
 * cached behaviour, never with private, no-store or no-cache (since the minimum is 0), else as long as s-maxage,
 * max-age or Expires say, within the policy's bounds, or the policy's default without any. Errors are not cached:
 * errorCaching.ts.
 *
 * @param now For `Expires`. Milliseconds, as Date.now() has them.
 */
export function judge({ method, target, status, headers }: Exchange, now: number): Verdict {
  const behaviour = firstMatch(cachedPaths, target);
  const verdict = (seconds: number, why: string): Verdict => ({ pattern: behaviour?.pattern, seconds, why });
  if (behaviour === undefined) {
    return verdict(0, "the default behaviour keeps nothing");
  }
  if (method !== "GET" && method !== "HEAD") {
    return verdict(0, `${method} is never kept`);
  }
  if (status >= 400) {
    return verdict(0, "errors are not kept");
  }
  const control = (headers["cache-control"] ?? "").toLowerCase();
  if (/\b(?:private|no-store|no-cache)\b/.test(control)) {
    return verdict(0, `Moodle says ${control.trim()}`);
  }
  const bounded = (seconds: number): number => Math.min(Math.max(seconds, lifetimes.minTtl, 0), lifetimes.maxTtl);
  const age = /\bs-maxage=(\d+)/.exec(control)?.[1] ?? /\bmax-age=(\d+)/.exec(control)?.[1];
  if (age !== undefined) {
    return verdict(bounded(Number(age)), "Moodle's max-age");
  }
  if (headers["expires"] !== undefined) {
    const until = Date.parse(headers["expires"]);
    // Something that is no date, such as 0, means "already over".
    return verdict(Number.isNaN(until) ? 0 : bounded(Math.floor((until - now) / 1000)), "Moodle's Expires");
  }
  return verdict(bounded(lifetimes.defaultTtl), "Moodle says nothing");
}

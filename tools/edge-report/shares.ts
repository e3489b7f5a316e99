import { judge } from "./caching";
import { type PageRequest, type PageView } from "./pageViews";

/** Shares of a page view's requests or bytes, by the part that answers. */
export interface Shares {
  readonly browser: number;
  readonly edge: number;
  readonly moodle: number;
}

/**
 * - `first`: no earlier request from nearby, and the browser has nothing: right after a release
 * - `cold`: others asked before; this browser has nothing
 * - `warm`: this browser has been here before
 */
export const temperatures = ["first", "cold", "warm"] as const;
export type Temperature = (typeof temperatures)[number];

export interface Result {
  readonly view: string;
  readonly temperature: Temperature;
  readonly requests: Shares;
  readonly bytes: Shares;
}

/** The part that answers one request. */
export function answeredBy(request: PageRequest, temperature: Temperature): keyof Shares {
  if (temperature === "warm" && request.method === "GET" && isKeptByBrowser(request)) {
    return "browser";
  }
  const headers: Record<string, string> =
    request.cacheControl === undefined ? {} : { "cache-control": request.cacheControl };
  const { seconds } = judge({ method: request.method, target: request.target, status: 200, headers }, 0);
  return temperature !== "first" && seconds > 0 ? "edge" : "moodle";
}

function isKeptByBrowser({ cacheControl = "" }: PageRequest): boolean {
  return /max-age=[1-9]/.test(cacheControl) && !/no-store|no-cache/.test(cacheControl);
}

export function sharesOf({ name, requests }: PageView, temperature: Temperature): Result {
  const count = { browser: 0, edge: 0, moodle: 0 };
  const bytes = { browser: 0, edge: 0, moodle: 0 };
  for (const request of requests) {
    const who = answeredBy(request, temperature);
    count[who] += 1;
    bytes[who] += request.bytes;
  }
  return { view: name, temperature, requests: count, bytes };
}

export function total({ browser, edge, moodle }: Shares): number {
  return browser + edge + moodle;
}

/** CloudFront's percentage of the requests or bytes that leave the browser; undefined when none do. */
export function edgePercent({ edge, moodle }: Shares): number | undefined {
  return edge + moodle === 0 ? undefined : (100 * edge) / (edge + moodle);
}

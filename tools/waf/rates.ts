/**
 * Counts requests by key over a window that ends now. AWS only estimates, looks every few seconds, and acts up to
 * 30 seconds late (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-caveats.html):
 * this one is exact and prompt, so it says from which request on a rule may act, not when AWS will.
 */
export class Rates {
  private readonly seen = new Map<string, { times: number[]; from: number }>();

  /** Notes a request and says whether it is one more than the limit allows. */
  exceeded(key: string, limit: number, windowSeconds: number, now: number): boolean {
    const entry = this.seen.get(key) ?? { times: [], from: 0 };
    this.seen.set(key, entry);
    while (entry.from < entry.times.length && entry.times[entry.from]! <= now - windowSeconds) {
      entry.from += 1;
    }
    entry.times.push(now);
    return entry.times.length - entry.from > limit;
  }
}

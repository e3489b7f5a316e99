import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { describeProblem } from "../../components/lib/invalid";

const price = z.strictObject({
  usd: z.number().min(0),
  per: z.enum([
    "hour",
    "month",
    "GiB-month",
    "GiB",
    "million",
    "10000",
    "ACU-hour",
    "vCPU-hour",
    "GiB-hour",
    "MiBps-month",
    "LCU-hour",
  ]),
  source: z.string(),
  /** Read in a source that names AWS's own price list. Otherwise worked out from another one, as the source says. */
  verified: z.boolean(),
});

const schema = z.strictObject({
  region: z.string(),
  /** The day on which the sources were read. */
  date: z.iso.date(),
  sources: z.record(z.string(), z.string()),
  prices: z.record(z.string(), price),
});

export type Prices = z.infer<typeof schema>;
export type Price = z.infer<typeof price>;

const folder = join(__dirname, "prices");

/** The price table of a region. @throws Error when there is none, or when it is not one. */
export function loadPrices(region: string): Prices {
  const path = join(folder, `${region}.json`);
  if (!existsSync(path)) {
    const known = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
    throw new Error(
      describeProblem({
        path: "moodle:region",
        given: region,
        allowed: `a region with prices: ${known.join(", ")}`,
        fix: `Write tools/lib/prices/${region}.json like tools/lib/prices/${known[0]}.json, from AWS's price list.`,
      }),
    );
  }
  const result = schema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!result.success) {
    throw new Error(`tools/lib/prices/${region}.json is not a price table:\n${z.prettifyError(result.error)}`);
  }
  const missing = Object.entries(result.data.prices).find(
    ([, { source }]) => result.data.sources[source] === undefined,
  );
  if (missing !== undefined) {
    throw new Error(
      `tools/lib/prices/${region}.json: the price of ${missing[0]} has the source ${missing[1].source}, which "sources" does not explain.`,
    );
  }
  return result.data;
}

/** A price that must be there. @throws Error that says where to add it. */
export function priceOf(prices: Prices, name: string, per: Price["per"]): number {
  const found = prices.prices[name];
  if (found === undefined || found.per !== per) {
    throw new Error(
      describeProblem({
        path: `tools/lib/prices/${prices.region}.json`,
        given: `no price of ${name} per ${per}`,
        allowed: "a price for everything that the plan has",
        fix: `Add "${name}": { "usd": ..., "per": "${per}", "source": ..., "verified": ... }.`,
      }),
    );
  }
  return found.usd;
}

export const hoursPerMonth = 730;

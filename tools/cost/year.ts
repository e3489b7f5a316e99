import type { Settings } from "../../stacks/settings/settings";
import type { Delays } from "../capacity/delays";
import type { Values } from "../capacity/measured";
import type { Prices } from "../lib/prices";
import type { Platform } from "../capacity/simulate/platform";
import type { Result } from "../capacity/simulate/recorder";
import { simulate } from "../capacity/simulate/simulate";
import { loadTrace, type Trace } from "../capacity/trace";
import year from "./traces.year.json";
import { usageCost } from "../capacity/usageCost";

export type Season = keyof typeof year.seasons;
export const seasons = Object.keys(year.seasons) as readonly Season[];

export function daysOf(season: Season): Readonly<Record<string, number>> {
  return year.seasons[season];
}

export interface Year {
  readonly days: Readonly<Record<Season, number>>;
  /** Cost of the parts that change with the load, in dollars. */
  readonly cost: Readonly<Record<Season, number>>;
  readonly total: number;
  /** The part of `total` that a serverless database is; the rest is tasks and instances. */
  readonly database: number;
  readonly requests: number;
  readonly violatingMinutes: number;
  /** Most instances, and most web tasks, of any minute. */
  readonly peak: { readonly instances: number; readonly tasks: number };
}

/** Simulates each kind of day once and adds them up; `on` is the part of the year that all but the database runs. */
export function simulateYear(
  platformFor: (trace: Trace) => Platform,
  settings: Pick<Settings, "cluster" | "web" | "database">,
  prices: Prices,
  options: { values: Values; delays: Delays; seed: number; loadFactor?: number; on?: number },
  known = new Map<string, Result>(),
): Year {
  const { values, delays, seed, loadFactor = 1, on = 1 } = options;
  const resultOf = (name: string): Result => {
    const trace = loadTrace(name);
    const result =
      known.get(name) ?? simulate({ platform: platformFor(trace), trace, seed, values, delays, loadFactor });
    known.set(name, result);
    return result;
  };
  const days: Record<string, number> = {};
  const cost: Record<string, number> = {};
  let databaseYear = 0;
  let requests = 0;
  let violatingMinutes = 0;
  const peak = { instances: 0, tasks: 0 };
  for (const season of seasons) {
    days[season] = 0;
    cost[season] = 0;
    for (const [name, count] of Object.entries(daysOf(season))) {
      const result = resultOf(name);
      days[season] += count;
      const { total, database } = usageCost(result.usage, settings, prices);
      cost[season] += count * (database + (total - database) * on);
      databaseYear += count * database;
      requests += count * result.arrived;
      violatingMinutes += count * result.violatingMinutes;
      peak.instances = Math.max(peak.instances, ...result.minutes.map((minute) => minute.instances));
      peak.tasks = Math.max(peak.tasks, ...result.minutes.map((minute) => minute.tasks));
    }
  }
  const total = Object.values(cost).reduce((sum, value) => sum + value, 0);
  return {
    days: days as Year["days"],
    cost: cost as Year["cost"],
    total,
    database: databaseYear,
    requests,
    violatingMinutes,
    peak,
  };
}

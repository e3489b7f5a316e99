import { loadPrices } from "../lib/prices";
import { stackCost, total } from "../cost/stackCost";
import type { Comparison, TreePlan } from "./plan/treePlan";

/** US dollars a month. */
export interface CostLine {
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

export interface Costs {
  /** Only what differs, the largest difference first. */
  readonly lines: readonly CostLine[];
  readonly total: CostLine;
  readonly note: string;
}

/**
 * Cost of both sides by this tree's price table, so that a new price does not look like a change of the plan.
 *
 * @returns a sentence instead when a side cannot be priced: an incomplete cost would mislead.
 */
export function costsOf({ base, head }: Comparison): Costs | string {
  try {
    const [before, after] = [sideCost(base), sideCost(head)];
    const names = [...new Set([...before.lines.keys(), ...after.lines.keys()])];
    const lines = names
      .map((what) => ({ what, before: before.lines.get(what) ?? 0, after: after.lines.get(what) ?? 0 }))
      .filter((line) => Math.abs(difference(line)) >= 0.01)
      .sort((a, b) => Math.abs(difference(b)) - Math.abs(difference(a)));
    const note = `On demand, without tax or discounts; prices of ${after.date}, ${after.region}. Load and volumes are a simulated year: docs/capacity.md.`;
    return { lines, total: { what: "Total a month", before: before.total, after: after.total }, note };
  } catch (error) {
    return `The cost is not known. ${(error as Error).message}`;
  }
}

export function difference({ before, after }: CostLine): number {
  return after - before;
}

function sideCost({ plan, deployed, settings }: TreePlan) {
  if (settings === undefined) {
    throw new Error("A stack's settings cannot be read.");
  }
  const prices = loadPrices(settings.region);
  const resources = (deployed ?? plan.resources).filter(({ operation }) => operation !== "delete");
  const cost = stackCost(settings, resources, prices);
  const all = [
    { what: "Web tasks and their instances (simulated year)", usdPerMonth: cost.year.total / 12 },
    { what: "Workers on Fargate", usdPerMonth: cost.workers },
    ...cost.fixed,
    ...cost.volumes,
  ];
  const lines = new Map<string, number>();
  all.forEach(({ what, usdPerMonth }) => lines.set(what, (lines.get(what) ?? 0) + usdPerMonth));
  return { lines, total: total(cost), date: prices.date, region: settings.region };
}

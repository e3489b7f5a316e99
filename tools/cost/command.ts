/** `make cost STACK=prod [STUDENTS=43000]`: what the plan's own resources cost, staging and dev beside it. */
import { preview, stopStandIns } from "../../offline/engine";
import type { Settings } from "../../stacks/settings/settings";
import { loadPrices, type Prices } from "../lib/prices";
import { dollars, run, table } from "../lib/text";
import { checkUsers } from "../sizing/sizing";
import { stackCost, type StackCost, sum, total } from "./stackCost";
import { stackSettings } from "../lib/stackFile";
import { usageCost } from "../capacity/usageCost";
import { seasons } from "./year";

async function costOf(settings: Settings, prices: Prices): Promise<StackCost> {
  const stack = settings.environment;
  const plan = await preview(stack, { run: `cost-${stack}`, quiet: true, policyPacks: [] });
  if (!plan.ok) {
    throw new Error(`The plan of ${stack} failed, so there is nothing to price:\n${plan.printed.slice(-1500)}`);
  }
  return stackCost(settings, plan.resources, prices);
}

run(async () => {
  const { STACK, STUDENTS } = process.env;
  const settings = stackSettings(STACK ?? "");
  const prices = loadPrices(settings.region);
  const users = checkUsers("STUDENTS", STUDENTS ?? "43000", "For example: make cost STACK=prod STUDENTS=43000.");
  const stacks = [settings.environment, ...["prod", "staging", "dev"].filter((name) => name !== settings.environment)];
  const costs: [string, Settings, StackCost][] = [];
  for (const stack of stacks) {
    const each = stackSettings(stack);
    costs.push([stack, each, await costOf(each, prices)]);
  }
  const [, , own] = costs[0]!;
  const names = [...new Set(costs.flatMap(([, , cost]) => [...cost.fixed, ...cost.volumes].map((line) => line.what)))];
  const of = (cost: StackCost, what: string) =>
    sum([...cost.fixed, ...cost.volumes].filter((line) => line.what === what));
  console.log(`US dollars a month, on demand, without tax or discounts; prices of ${prices.date}, ${settings.region}.`);
  console.log(
    table([
      ["", ...stacks],
      ["Web tasks, their instances, serverless database", ...costs.map(([, , cost]) => dollars(cost.year.total / 12))],
      ...(costs.some(([, , cost]) => cost.workers > 0)
        ? [["Workers on Fargate", ...costs.map(([, , cost]) => dollars(cost.workers))]]
        : []),
      ...names.map((what) => [what, ...costs.map(([, , cost]) => dollars(of(cost, what)))]),
      ["Total a month", ...costs.map(([, , cost]) => dollars(total(cost)))],
      ["Total a year", ...costs.map(([, , cost]) => dollars(total(cost) * 12))],
      [`A year, per student of ${users}`, ...costs.map(([, , cost]) => dollars((total(cost) * 12) / users))],
    ]),
  );
  const monthly = total(own) - own.year.total / 12;
  console.log(`\n${settings.environment} by season:`);
  console.log(
    table([
      ["season", "days", "load-dependent", "all", "per day"],
      ...seasons.map((season) => {
        const days = own.year.days[season];
        const all = own.year.cost[season] + (monthly * 12 * days) / 365;
        return [season, String(days), dollars(own.year.cost[season]), dollars(all), dollars(all / days)];
      }),
    ]),
  );
  const { instances, tasks } = own.year.peak;
  const peak = {
    seconds: 0,
    instanceSeconds: instances * 86400,
    poolSeconds: 0,
    taskSeconds: tasks * 86400,
    acuSeconds: 0,
  };
  const peakYear = usageCost(peak, settings, prices).total * 365;
  const saved = peakYear - (own.year.total - own.year.database);
  console.log(
    `\nA year at its peak size all the time (${instances > 0 ? `${instances} instances` : `${tasks} tasks`}) would be $${dollars(peakYear)} for tasks and instances: ` +
      `calendar and scaling save $${dollars(saved)}, ${Math.round((saved / peakYear) * 100)} % of it.`,
  );
  const unverified = Object.values(prices.prices).filter((price) => !price.verified).length;
  console.log(
    `${unverified} of ${Object.keys(prices.prices).length} prices are not read in AWS's list (tools/lib/prices/${prices.region}.json says which). Lines by volume (CloudFront, I/O, storage, logs) are estimates.`,
  );
  stopStandIns();
  return 0;
});

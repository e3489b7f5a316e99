import { preview, stopStandIns } from "../../offline/engine";
import type { Settings } from "../../stacks/settings/settings";
import { loadPrices, type Prices } from "../lib/prices";
import { declare, needed, standard, start } from "../lib/command";
import { stackName, wholeNumber } from "../lib/kinds";
import { dollars, table } from "../lib/text";
import { mostUsers } from "../sizing/sizing";
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

export const command = declare({
  name: "cost",
  summary: "What a stack costs a month, a season and a student, from its plan",
  options: {
    STACK: needed(stackName, "The stack; staging and dev are shown beside it"),
    STUDENTS: standard(
      wholeNumber(1, mostUsers),
      "Students that a year's cost is divided among",
      "43000",
      "For example STUDENTS=43000.",
    ),
  },
  run: async ({ STACK, STUDENTS: users }, { print, at }) => {
    const settings = stackSettings(STACK);
    const prices = loadPrices(settings.region);
    const stacks = [
      settings.environment,
      ...["prod", "staging", "dev"].filter((name) => name !== settings.environment),
    ];
    const costs: [string, Settings, StackCost][] = [];
    for (const [index, stack] of stacks.entries()) {
      at(`the plan of ${stack} and a simulated year of it (${index + 1} of ${stacks.length})`);
      const each = stackSettings(stack);
      costs.push([stack, each, await costOf(each, prices)]);
    }
    const [, , own] = costs[0]!;
    const names = [
      ...new Set(costs.flatMap(([, , cost]) => [...cost.fixed, ...cost.volumes].map((line) => line.what))),
    ];
    const of = (cost: StackCost, what: string) =>
      sum([...cost.fixed, ...cost.volumes].filter((line) => line.what === what));
    print(`US dollars a month, on demand, without tax or discounts; prices of ${prices.date}, ${settings.region}.`);
    print(
      table([
        ["", ...stacks],
        [
          "Web tasks, their instances, serverless database",
          ...costs.map(([, , cost]) => dollars(cost.year.total / 12)),
        ],
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
    print(`\n${settings.environment} by season:`);
    print(
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
    print(
      `\nA year at its peak size all the time (${instances > 0 ? `${instances} instances` : `${tasks} tasks`}) would be $${dollars(peakYear)} for tasks and instances: ` +
        `calendar and scaling save $${dollars(saved)}, ${Math.round((saved / peakYear) * 100)} % of it.`,
    );
    const unverified = Object.values(prices.prices).filter((price) => !price.verified).length;
    print(
      `${unverified} of ${Object.keys(prices.prices).length} prices are not read in AWS's list (tools/lib/prices/${prices.region}.json says which). Lines by volume (CloudFront, I/O, storage, logs) are estimates.`,
    );
    stopStandIns();
    return 0;
  },
});

if (require.main === module) {
  start(command);
}

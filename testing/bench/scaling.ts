import { delayValues } from "../../tools/capacity/delays";
import { values } from "../../tools/capacity/measured";
import { type Contender, contenders } from "./scalingPolicies";
import { loadPrices, type Prices } from "../../tools/lib/prices";
import { declare, standard, start } from "../../tools/lib/command";
import { stackName, wholeNumber } from "../../tools/lib/kinds";
import { dollars, table } from "../../tools/lib/text";
import type { Result } from "../../tools/capacity/simulate/recorder";
import { simulate } from "../../tools/capacity/simulate/simulate";
import type { Settings } from "../../stacks/settings/settings";
import { stackSettings } from "../../tools/lib/stackFile";
import { bundledTraces, loadTrace } from "../../tools/capacity/trace";
import { usageCost } from "../../tools/capacity/usageCost";
import { simulateYear } from "../../tools/cost/year";

export const command = declare({
  name: "bench-scaling",
  summary: "Our scaling beside the published policies of AWS and Azure, on the same traces",
  options: {
    STACK: standard(stackName, "The stack", "prod"),
    SEED: standard(wholeNumber(0, 2 ** 32 - 1), "Of the random numbers", "1"),
  },
  run: ({ STACK, SEED: seed }, { print, at }) => {
    const settings = stackSettings(STACK);
    const prices = loadPrices(settings.region);
    const traces = bundledTraces().map(loadTrace);
    const missed = [["minutes that miss the service level", ...contenders.map(({ name }) => name)]];
    const failed = [["requests failed", ...contenders.map(({ name }) => name)]];
    const cost = [["dollars a day", ...contenders.map(({ name }) => name)]];
    const known = contenders.map(() => new Map<string, Result>());
    let day = { name: "", cpuSeconds: 0, requests: 0 };
    for (const trace of traces) {
      at(`trace ${trace.name}`);
      const results = contenders.map((contender, index) => {
        const platform = contender.platform(trace, settings, values);
        const before = process.cpuUsage();
        const result = simulate({ platform, trace, seed, values, delays: delayValues });
        const used = process.cpuUsage(before);
        const cpuSeconds = (used.user + used.system) / 1e6;
        if (index === 0 && trace.seconds === 86400 && cpuSeconds > day.cpuSeconds) {
          day = { name: trace.name, cpuSeconds, requests: result.arrived };
        }
        known[index]!.set(trace.name, result);
        return result;
      });
      missed.push([trace.name, ...results.map((result) => String(result.violatingMinutes))]);
      failed.push([trace.name, ...results.map((result) => String(result.failed))]);
      cost.push([trace.name, ...results.map((result) => dollars(usageCost(result.usage, settings, prices).total))]);
    }
    const years = contenders.map((contender, index) => {
      at(`a year of ${contender.name}`);
      return simulateYear(
        (trace) => contender.platform(trace, settings, values),
        settings,
        prices,
        { values, delays: delayValues, seed },
        known[index],
      );
    });
    missed.push(["a year", ...years.map((year) => String(year.violatingMinutes))]);
    cost.push(["a year", ...years.map((year) => dollars(year.total))]);
    print(
      `Settings of stack ${settings.environment} for all: ${settings.web.minTasks} to ${settings.web.maxTasks} tasks of ${settings.web.cpu / 1024} vCPUs. Only the way to scale differs. Seed ${seed}.\n`,
    );
    print([missed, failed, cost].map(table).join("\n\n"));
    at("floors at equal service");
    print(`\n${table(atEqualService(settings, prices, seed))}`);
    print(
      `\nSlowest day of ours: ${day.name}, ${(day.requests / 1e6).toFixed(1)} million requests in ${day.cpuSeconds.toFixed(1)} s of CPU, ${((day.cpuSeconds / day.requests) * 1e9).toFixed(0)} ns each.`,
    );
    print(contenders.map(({ name, source }) => `${name}: ${source}.`).join("\n"));
    return 0;
  },
});

/**
 * The floor, in steps of two tasks, from which on a contender misses no minute of exam-gate and spike, and what a year
 * costs with it: what a policy saves by scaling too late, it pays for in readiness.
 */
function atEqualService(settings: Settings, prices: Prices, seed: number): string[][] {
  const rows = [["at equal service", "least floor", "dollars a year"]];
  const hard = ["exam-gate", "spike"].map(loadTrace);
  for (const contender of contenders) {
    const withFloor =
      (floor: number): Contender["platform"] =>
      (trace, ...rest) => {
        const platform = contender.platform(trace, ...rest);
        return { ...platform, web: { ...platform.web, minTasks: Math.max(platform.web.minTasks, floor) } };
      };
    let floor = settings.web.minTasks;
    const misses = (platform: Contender["platform"]): boolean =>
      hard.some(
        (trace) =>
          simulate({ platform: platform(trace, settings, values), trace, seed, values, delays: delayValues })
            .violatingMinutes > 0,
      );
    while (floor <= settings.web.maxTasks && misses(withFloor(floor))) {
      floor += 2;
    }
    const enough = floor <= settings.web.maxTasks;
    const year = enough
      ? simulateYear((trace) => withFloor(floor)(trace, settings, values), settings, prices, {
          values,
          delays: delayValues,
          seed,
        })
      : undefined;
    rows.push([
      contender.name,
      enough ? String(floor) : `none up to ${settings.web.maxTasks}`,
      year === undefined ? "-" : dollars(year.total),
    ]);
  }
  return rows;
}

if (require.main === module) {
  start(command);
}

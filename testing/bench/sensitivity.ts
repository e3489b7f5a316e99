import { type Delays, delays, delayValues } from "../../tools/capacity/delays";
import { measured, type Values, values } from "../../tools/capacity/measured";
import { declare, standard, start } from "../../tools/lib/command";
import { stackName } from "../../tools/lib/kinds";
import { seconds, table } from "../../tools/lib/text";
import { plannedActions } from "../../tools/capacity/schedule";
import type { Result } from "../../tools/capacity/simulate/recorder";
import { simulate, type SimulationInput } from "../../tools/capacity/simulate/simulate";
import { stackSettings } from "../../tools/lib/stackFile";
import { stackPlatform } from "../../tools/capacity/stackPlatform";
import { loadTrace } from "../../tools/capacity/trace";

const traces = ["exam-gate", "spike"] as const;

export const command = declare({
  name: "sensitivity",
  summary: "How much each assumption of the simulator matters",
  options: {
    STACK: standard(stackName, "The stack", "prod"),
  },
  run: ({ STACK }, { print, at }) => {
    const settings = stackSettings(STACK);
    const loaded = traces.map(loadTrace);
    const outcome = (changes: Partial<SimulationInput>): string[] =>
      loaded.map((trace) => {
        const platform = stackPlatform(settings, plannedActions(trace, settings));
        const result: Result = simulate({ platform, trace, seed: 1, values, delays: delayValues, ...changes });
        const worst = Math.max(...result.minutes.map((minute) => minute.p95 ?? 0));
        return `${result.violatingMinutes} / ${seconds(worst)} / ${result.slowestStartSeconds} s`;
      });
    const rows = [["assumption", "value", ...traces.flatMap((name) => [`${name} halved`, "doubled"])]];
    const add = (name: string, value: string, changed: (factor: number) => Partial<SimulationInput>): void => {
      at(name);
      const [half, twice] = [outcome(changed(0.5)), outcome(changed(2))];
      rows.push([name, value, ...traces.flatMap((_, index) => [half[index]!, twice[index]!])]);
    };
    const base = outcome({});
    rows.push(["as it is", "", ...base.flatMap((value) => [value, value])]);
    add("CPU of all pages", "70 to 150 ms", (factor) => ({ cpuFactor: factor }));
    add("database time of all pages", "5 to 25 ms", (factor) => ({ databaseFactor: factor }));
    add("load", "the trace", (factor) => ({ loadFactor: factor }));
    const used: readonly (keyof Values)[] = [
      "cpuVariation",
      "roundTripMs",
      "redisCommandsPerSecond",
      "coldStartSeconds",
    ];
    for (const name of used) {
      add(name, `${measured[name].value} ${measured[name].unit}`, (factor) => ({
        values: { ...values, [name]: values[name] * factor },
      }));
    }
    const assumed = (Object.keys(delays) as (keyof Delays)[]).filter(
      (name) => delays[name].basis === "assumption" && delays[name].unit === "s",
    );
    for (const name of assumed.filter(
      (at) => at !== "zoneLossSeen" && at !== "fargateStart" && at !== "databaseWait",
    )) {
      add(name, `${delays[name].value} s`, (factor) => ({
        delays: { ...delayValues, [name]: delayValues[name] * factor },
      }));
    }
    print("Minutes missed / worst p95 / slowest new task:\n");
    print(table(rows));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}

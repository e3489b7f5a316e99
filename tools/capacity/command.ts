import { join } from "node:path";
import { budgetOf, exceptions, judge } from "./budgets";
import { delayValues } from "./delays";
import { values } from "./measured";
import { loadPrices } from "../lib/prices";
import { page } from "./page";
import { declare, needed, optional, standard, start } from "../lib/command";
import { anyText, file, stackName, wholeNumber } from "../lib/kinds";
import { writeWhole } from "../lib/files";
import { dollars, seconds, table } from "../lib/text";
import { plannedActions, readActions, refusals } from "./schedule";
import { simulate } from "./simulate/simulate";
import { stackSettings } from "../lib/stackFile";
import { stackPlatform } from "./stackPlatform";
import { bundledTraces, loadTrace } from "./trace";
import { usageCost } from "./usageCost";

const folder = join(__dirname, "../../.offline/capacity");

export const command = declare({
  name: "capacity",
  summary: "Simulate a stack on load traces; fails when a peak would be missed",
  failure: "failed, or a peak would be missed",
  options: {
    STACK: needed(stackName, "The stack"),
    TRACE: standard(
      anyText(
        `all, ${bundledTraces().join(", ")}, or the path of a file`,
        "Choose one of these, or import one from access logs with make import-trace.",
        "all|exam-gate|...",
      ),
      "The load",
      "all",
    ),
    ACTIONS: optional(
      file(
        'a JSON file with an array of {at, target: "web" | "instances", min, max}',
        "Leave it out for the calendar's.",
      ),
      "Scheduled actions instead of those of the stack's calendar",
    ),
    SEED: standard(wholeNumber(0, 2 ** 32 - 1), "Of the random numbers: the same gives the same", "1"),
  },
  run: async ({ STACK, TRACE, SEED: seed, ACTIONS }, { print, at }) => {
    const settings = stackSettings(STACK);
    const prices = loadPrices(settings.region);
    const names = TRACE === "all" ? bundledTraces() : [TRACE];
    const traces = names.map(loadTrace);
    const rows = [
      [
        "trace",
        "requests",
        "peak/s",
        "max tasks",
        "worst p95",
        "minutes missed",
        "failed",
        "short",
        "new task",
        "cost",
        "",
      ],
    ];
    let failures = 0;
    for (const [index, trace] of traces.entries()) {
      at(`trace ${trace.name} (${index + 1} of ${traces.length})`);
      const actions = ACTIONS ? readActions(ACTIONS) : plannedActions(trace, settings);
      const result = simulate({ platform: stackPlatform(settings, actions), trace, seed, values, delays: delayValues });
      const verdicts = judge(result, budgetOf(trace.name));
      const bad = verdicts.filter((verdict) => !verdict.ok);
      failures += bad.length > 0 ? 1 : 0;
      const most = (of: (minute: (typeof result.minutes)[number]) => number | undefined) =>
        Math.max(0, ...result.minutes.map((minute) => of(minute) ?? 0));
      rows.push([
        trace.name,
        String(result.arrived),
        (most((minute) => minute.arrived) / 60).toFixed(0),
        most((minute) => minute.tasks).toFixed(0),
        seconds(most((minute) => minute.p95)),
        String(result.violatingMinutes),
        String(result.failed),
        `${result.secondsShort} s`,
        `${result.slowestStartSeconds} s`,
        `$${dollars(usageCost(result.usage, settings, prices).total)}`,
        bad.length === 0
          ? exceptions[trace.name] === undefined
            ? "ok"
            : "ok (exception)"
          : `OVER: ${bad.map(({ name, value, budget }) => `${name} ${value}, ${budget}`).join("; ")}`,
      ]);
      writeWhole(
        join(folder, `${settings.environment}-${trace.name}.html`),
        await page(settings.environment, trace, result, verdicts, values.sloSeconds),
      );
    }
    print(
      `Stack ${settings.environment}, seed ${seed}. Service level: p${values.sloPercentile} within ${values.sloSeconds} s and under ${values.sloFailedShare * 100} % failed, minute by minute.`,
    );
    print(table(rows));
    print(
      `Cost: what changes with the load (instances or tasks, Aurora Serverless), over the trace, at prices of ${prices.date}.`,
    );
    for (const trace of traces) {
      const { name } = trace;
      for (const refusal of refusals(trace, settings)) {
        print(`Note: the calendar would refuse the exam of ${name}, which must hold without a zone too: ${refusal}`);
      }
      const exception = exceptions[name];
      if (exception !== undefined) {
        print(
          `Exception ${name}, up to ${exception.violatingMinutes} minutes: ${exception.reason} (${exception.source})`,
        );
      }
    }
    print(`Pages: .offline/capacity/${settings.environment}-<trace>.html`);
    return failures > 0 ? 1 : 0;
  },
});

if (require.main === module) {
  start(command);
}

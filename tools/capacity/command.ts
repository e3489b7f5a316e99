/** `make capacity STACK=prod TRACE=exam-gate`: fails when the stack would miss a peak. TRACE=all, and by default, all of them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { budgetOf, exceptions, judge } from "./budgets";
import { delayValues } from "./delays";
import { values } from "./measured";
import { loadPrices } from "../lib/prices";
import { page } from "./page";
import { dollars, run, seconds, table } from "../lib/text";
import { plannedActions, readActions, refusals } from "./schedule";
import { simulate } from "./simulate/simulate";
import { stackSettings } from "../lib/stackFile";
import { stackPlatform } from "./stackPlatform";
import { bundledTraces, loadTrace } from "./trace";
import { usageCost } from "./usageCost";

const folder = join(__dirname, "../../.offline/capacity");

run(() => {
  const { STACK, TRACE, SEED, ACTIONS } = process.env;
  const settings = stackSettings(STACK ?? "");
  const prices = loadPrices(settings.region);
  const names = TRACE === undefined || TRACE === "" || TRACE === "all" ? bundledTraces() : [TRACE];
  const traces = names.map(loadTrace);
  const seed = Number(SEED ?? 1);
  mkdirSync(folder, { recursive: true });
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
  for (const trace of traces) {
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
    writeFileSync(
      join(folder, `${settings.environment}-${trace.name}.html`),
      page(settings.environment, trace, result, verdicts, values.sloSeconds),
    );
  }
  console.log(
    `Stack ${settings.environment}, seed ${seed}. Service level: p${values.sloPercentile} within ${values.sloSeconds} s and under ${values.sloFailedShare * 100} % failed, minute by minute.`,
  );
  console.log(table(rows));
  console.log(
    `Cost: what changes with the load (instances or tasks, Aurora Serverless), over the trace, at prices of ${prices.date}.`,
  );
  for (const trace of traces) {
    const { name } = trace;
    for (const refusal of refusals(trace, settings)) {
      console.log(
        `Note: the calendar would refuse the exam of ${name}, which must hold without a zone too: ${refusal}`,
      );
    }
    const exception = exceptions[name];
    if (exception !== undefined) {
      console.log(
        `Exception ${name}, up to ${exception.violatingMinutes} minutes: ${exception.reason} (${exception.source})`,
      );
    }
  }
  console.log(`Pages: .offline/capacity/${settings.environment}-<trace>.html`);
  return failures > 0 ? 1 : 0;
});

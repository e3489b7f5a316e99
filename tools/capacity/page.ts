import type { Result } from "./simulate/recorder";
import type { Trace } from "./trace";
import { escaped } from "../../components/outage/pages/html";
import { type Line, lineChart } from "../lib/chart";
import { list, page as pageOf, table } from "../lib/page";
import { hourAxis } from "../lib/timeAxis";

/** Says what was asked, what came out, and whether that is within the budget. */
export interface Verdict {
  readonly name: string;
  readonly value: string;
  readonly budget: string;
  readonly ok: boolean;
}

/** One run as a self-contained page: it can be mailed or kept with a release. */
export async function page(
  stack: string,
  trace: Trace,
  result: Result,
  verdicts: readonly Verdict[],
  slo: number,
): Promise<string> {
  const { minutes } = result;
  const axis = hourAxis(trace.startHour, minutes.length);
  const marked = minutes.flatMap((minute, at) => (minute.violates ? [{ from: at, to: at + 1 }] : []));
  const line = (
    label: string,
    colour: Line["colour"],
    pick: (minute: Result["minutes"][number]) => number | undefined,
    dashed = false,
  ): Line => ({ label, colour, dashed, points: minutes.map((minute, x) => ({ x, y: pick(minute) })) });
  const charts = [
    await lineChart({
      title: "Load and capacity",
      unit: "requests a second",
      axis,
      marked,
      lines: [
        line("capacity of the healthy tasks", "var(--green)", (at) => at.capacity),
        line("load", "var(--blue)", (at) => at.arrived / 60),
        line("failed", "var(--bad)", (at) => at.failed / 60),
      ],
    }),
    await lineChart({
      title: "Answer time",
      unit: "seconds, logarithmic",
      axis,
      marked,
      logarithmic: true,
      limit: { value: slo, label: `service level: p95 within ${slo} s` },
      lines: [
        line("p50", "var(--grey)", (at) => at.p50),
        line("p95", "var(--blue)", (at) => at.p95),
        line("p99", "var(--orange)", (at) => at.p99, true),
      ],
    }),
    await lineChart({
      title: "Tasks and instances",
      unit: "tasks, instances",
      axis,
      marked,
      lines: [
        line("tasks wanted", "var(--olive)", (at) => at.desired, true),
        line("tasks healthy", "var(--green)", (at) => at.tasks),
        line("instances", "var(--purple)", (at) => at.instances),
      ],
    }),
    await lineChart({
      title: "CPU",
      unit: "per cent",
      axis,
      marked,
      lines: [
        line("web tasks", "var(--blue)", (at) => at.cpu * 100),
        line("database writer, fullest second", "var(--orange)", (at) => at.database * 100),
      ],
    }),
  ];
  const rows = verdicts.map(({ name, value, budget, ok }) => [
    name,
    { text: value, verdict: ok ? ("good" as const) : ("bad" as const) },
    budget,
  ]);
  return pageOf({
    title: `${stack}: ${trace.name}`,
    main: `<h1>${escaped(trace.title)}</h1>
<p class="sub">Stack ${escaped(stack)}, trace ${escaped(trace.name)}, simulated. Red bars: minutes that miss the service level.</p>
${table("Verdicts", [["", "result", "budget"], ...rows])}
${charts.join("\n")}
<h2>Sources of the trace</h2>
${list(trace.sources.map(escaped))}
<p class="sub">Assumptions behind every number: tools/capacity/measured.ts and tools/capacity/delays.ts; how much each matters: docs/capacity.md.</p>`,
  });
}

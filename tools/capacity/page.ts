import type { Result } from "./simulate/recorder";
import type { Trace } from "./trace";
import { chart, escape } from "../lib/svg";

export const style = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1c2430; margin: 2rem auto; max-width: 1040px; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.2rem; } p.sub { color: #55606e; margin-top: 0; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: 0.3rem 0.9rem 0.3rem 0; text-align: left; border-bottom: 1px solid #dde2e8; }
td.bad { color: #b3261e; font-weight: 600; } td.good { color: #1b6e3a; font-weight: 600; }
svg { width: 100%; height: auto; margin: 0.6rem 0; } .grid { stroke: #e3e7ec; } .tick, .legend { font-size: 11px; fill: #55606e; }
.title { font-size: 13px; font-weight: 600; fill: #1c2430; } .mark { fill: #d64545; opacity: 0.35; } .limit { stroke: #b3261e; stroke-dasharray: 2 3; }
.limit-text { font-size: 11px; fill: #b3261e; } ul { color: #55606e; font-size: 13px; }`;

/** Says what was asked, what came out, and whether that is within the budget. */
export interface Verdict {
  readonly name: string;
  readonly value: string;
  readonly budget: string;
  readonly ok: boolean;
}

/** One run as a page that needs nothing else: it can be mailed or kept with a release. */
export function page(stack: string, trace: Trace, result: Result, verdicts: readonly Verdict[], slo: number): string {
  const { minutes } = result;
  const marked = minutes.map((minute) => minute.violates);
  const { startHour } = trace;
  const of = (pick: (minute: Result["minutes"][number]) => number | undefined) => minutes.map(pick);
  const charts = [
    chart({
      title: "Load and capacity",
      unit: "requests per second",
      startHour,
      marked,
      lines: [
        { label: "capacity of the healthy tasks", colour: "#1b6e3a", values: of((at) => at.capacity) },
        { label: "load", colour: "#2a5db0", values: of((at) => at.arrived / 60) },
        { label: "failed", colour: "#b3261e", values: of((at) => at.failed / 60) },
      ],
    }),
    chart({
      title: "Answer time",
      unit: "seconds, logarithmic",
      startHour,
      marked,
      logarithmic: true,
      limit: { value: slo, label: `service level: p95 within ${slo} s` },
      lines: [
        { label: "p50", colour: "#7aa5e0", values: of((at) => at.p50) },
        { label: "p95", colour: "#2a5db0", values: of((at) => at.p95) },
        { label: "p99", colour: "#14305e", values: of((at) => at.p99), dashed: true },
      ],
    }),
    chart({
      title: "Tasks and instances",
      unit: "number",
      startHour,
      marked,
      lines: [
        { label: "tasks wanted", colour: "#8a6d1b", values: of((at) => at.desired), dashed: true },
        { label: "tasks healthy", colour: "#1b6e3a", values: of((at) => at.tasks) },
        { label: "instances", colour: "#6b4fa0", values: of((at) => at.instances) },
      ],
    }),
    chart({
      title: "CPU",
      unit: "per cent",
      startHour,
      marked,
      lines: [
        { label: "web tasks", colour: "#2a5db0", values: of((at) => at.cpu * 100) },
        { label: "database writer, fullest second", colour: "#8a6d1b", values: of((at) => at.database * 100) },
      ],
    }),
  ];
  const rows = verdicts.map(
    ({ name, value, budget, ok }) =>
      `<tr><td>${escape(name)}</td><td class="${ok ? "good" : "bad"}">${escape(value)}</td><td>${escape(budget)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(`${stack}: ${trace.name}`)}</title><style>${style}</style></head>
<body>
<h1>${escape(trace.title)}</h1>
<p class="sub">Stack ${escape(stack)}, trace ${escape(trace.name)}, simulated. Red bars: minutes that miss the service level.</p>
<table><tr><th></th><th>result</th><th>budget</th></tr>${rows.join("")}</table>
${charts.join("\n")}
<p>Sources of the trace:</p><ul>${trace.sources.map((source) => `<li>${escape(source)}</li>`).join("")}</ul>
<p class="sub">Assumptions behind every number: tools/capacity/measured.ts and tools/capacity/delays.ts; how much each matters: docs/capacity.md.</p>
</body></html>
`;
}

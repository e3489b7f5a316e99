import { pathClasses } from "../../../components/lib/pathClasses";
import { escaped } from "../../../components/outage/pages/html";
import { type Line, lineChart } from "../../lib/chart";
import { list, page } from "../../lib/page";
import type { Axis } from "../../lib/timeAxis";
import type { Verdict } from "../gate/gate";
import { type Block, countOf, requestsIn, type Result } from "../gate/result";
import { percentileOf } from "../gate/measures";
import { judgedTable } from "./html";
import { gateTable, headline, requestTable } from "./text";

/** One run as a self-contained page: it can be mailed, or kept with a release. */
export async function runPage(result: Result, verdict: Verdict): Promise<string> {
  const { blocks } = result;
  const start = blocks[0]?.start ?? 0;
  const at = ({ start: when }: Block): number => (when - start) / 1000;
  const line = (label: string, value: (block: Block) => number | undefined, colour?: Line["colour"]): Line => ({
    label,
    ...(colour === undefined ? {} : { colour }),
    points: blocks.flatMap((block) => {
      const y = value(block);
      return y === undefined ? [] : [{ x: at(block), y }];
    }),
  });
  const end = at(blocks.at(-1) ?? { start, seconds: 0, requests: {} });
  const step = Math.max(10, Math.ceil(end / 10 / 30) * 30);
  const axis: Axis = {
    title: "seconds since the test began",
    from: 0,
    to: Math.max(step, end),
    ticks: Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => ({ at: i * step, text: String(i * step) })),
  };
  const sum = (block: Block, of: "all" | "failed"): number =>
    requestsIn(block).reduce((total, one) => total + (of === "all" ? countOf(one) : one.failed), 0) / block.seconds;
  const charts = [
    await lineChart({
      title: "Requests to Moodle",
      unit: "requests a second",
      axis,
      lines: [
        line("answered", (block) => sum(block, "all") - sum(block, "failed")),
        line("wrong", (block) => sum(block, "failed"), "var(--bad)"),
      ],
    }),
    await lineChart({
      title: "95th percentile of each path class",
      unit: "milliseconds",
      axis,
      lines: pathClasses.map((name) =>
        line(name, (block) =>
          percentileOf(
            requestsIn(block, ({ pathClass }) => pathClass === name),
            0.95,
          ),
        ),
      ),
    }),
    ...(blocks.some(({ webCpuSeconds }) => webCpuSeconds !== undefined)
      ? [
          await lineChart({
            title: "Processors at work",
            unit: "vCPUs",
            axis,
            lines: [
              line("nginx and PHP", ({ webCpuSeconds, seconds }) =>
                webCpuSeconds === undefined ? undefined : webCpuSeconds / seconds,
              ),
              line("database", ({ databaseCpuSeconds, seconds }) =>
                databaseCpuSeconds === undefined ? undefined : databaseCpuSeconds / seconds,
              ),
            ],
          }),
        ]
      : []),
  ];
  const compared =
    verdict.comparedWith === undefined ? "No earlier good run of this shape" : `Compared with ${verdict.comparedWith}`;
  const wrong = Object.entries(result.wrong).map(([why, count]) => `${count} × ${escaped(why)}`);
  return page({
    title: `Load test ${result.id}`,
    main: `<h1>${escaped(headline(result, verdict))}</h1>
<p class="sub">Release ${escaped(result.release)}, commit ${escaped(result.commit)}, begun ${escaped(result.startedAt)}, answered by ${escaped(result.shape.machine)}. ${escaped(compared)}.</p>
${judgedTable("Measures and what the gate says", gateTable(result, verdict))}
${list(verdict.notes.map(escaped))}
${charts.join("\n")}
<h2>Each kind of request</h2>
${judgedTable("Each kind of request", requestTable(blocks))}
${wrong.length === 0 ? "" : `<h2>Wrong answers</h2>${list(wrong)}`}`,
  });
}

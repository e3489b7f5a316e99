import { pathClasses } from "../../../components/lib/pathClasses";
import { escape } from "../../lib/svg";
import type { Verdict } from "../gate/gate";
import { type Block, countOf, requestsIn, type Result } from "../gate/result";
import { percentileOf } from "../gate/measures";
import { chart, colours, htmlTable, type Line, page } from "./chart";
import { gateTable, headline, requestTable } from "./text";

/** One run as a page that needs nothing else: it can be mailed, or kept with a release. */
export function runPage(result: Result, verdict: Verdict): string {
  const { blocks } = result;
  const start = blocks[0]?.start ?? 0;
  const at = ({ start: when }: Block): number => (when - start) / 1000;
  const line = (label: string, index: number, value: (block: Block) => number | undefined): Line => ({
    label,
    colour: colours[index % colours.length]!,
    points: blocks.flatMap((block) => {
      const y = value(block);
      return y === undefined ? [] : [{ x: at(block), y }];
    }),
  });
  const end = at(blocks.at(-1) ?? { start, seconds: 0, requests: {} });
  const step = Math.max(10, Math.ceil(end / 10 / 30) * 30);
  const xLabels = Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => ({
    x: i * step,
    text: `${i * step} s`,
  }));
  const sum = (block: Block, of: "all" | "failed"): number =>
    requestsIn(block).reduce((total, one) => total + (of === "all" ? countOf(one) : one.failed), 0) / block.seconds;
  const charts = [
    chart({
      title: "Requests to Moodle",
      unit: "a second",
      xLabels,
      lines: [
        line("answered", 0, (block) => sum(block, "all") - sum(block, "failed")),
        line("wrong", 1, (block) => sum(block, "failed")),
      ],
    }),
    chart({
      title: "95th percentile of each path class",
      unit: "milliseconds",
      xLabels,
      lines: pathClasses.map((name, index) =>
        line(name, index, (block) =>
          percentileOf(
            requestsIn(block, ({ pathClass }) => pathClass === name),
            0.95,
          ),
        ),
      ),
    }),
    ...(blocks.some(({ webCpuSeconds }) => webCpuSeconds !== undefined)
      ? [
          chart({
            title: "Processors at work",
            unit: "vCPUs",
            xLabels,
            lines: [
              line("nginx and PHP", 0, ({ webCpuSeconds, seconds }) =>
                webCpuSeconds === undefined ? undefined : webCpuSeconds / seconds,
              ),
              line("database", 1, ({ databaseCpuSeconds, seconds }) =>
                databaseCpuSeconds === undefined ? undefined : databaseCpuSeconds / seconds,
              ),
            ],
          }),
        ]
      : []),
  ];
  const compared =
    verdict.comparedWith === undefined ? "No earlier good run of this shape" : `Compared with ${verdict.comparedWith}`;
  return page(
    `Load test ${result.id}`,
    `<h1>${escape(headline(result, verdict))}</h1>
<p class="sub">Release ${escape(result.release)}, commit ${escape(result.commit)}, begun ${escape(result.startedAt)}, answered by ${escape(result.shape.machine)}. ${escape(compared)}.</p>
${htmlTable(gateTable(result, verdict))}
${verdict.notes.length === 0 ? "" : `<ul>${verdict.notes.map((note) => `<li>${escape(note)}</li>`).join("")}</ul>`}
${charts.join("\n")}
<h2>Each kind of request</h2>
${htmlTable(requestTable(blocks))}
${
  Object.keys(result.wrong).length === 0
    ? ""
    : `<h2>Wrong answers</h2><ul>${Object.entries(result.wrong)
        .map(([why, count]) => `<li>${count} × ${escape(why)}</li>`)
        .join("")}</ul>`
}`,
  );
}

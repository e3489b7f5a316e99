import { pathClasses } from "../../../components/lib/pathClasses";
import { escaped } from "../../../components/outage/pages/html";
import { lineChart } from "../../lib/chart";
import { page } from "../../lib/page";
import type { Axis } from "../../lib/timeAxis";
import { everyBlockOnce, type MeasureName, sample } from "../gate/measures";
import type { Result, Shape } from "../gate/result";
import { judgedTable } from "./html";
import { inWords } from "./text";

interface Tracked {
  readonly result: Result;
  readonly measures: ReadonlyMap<MeasureName, number>;
}

/** The trend over releases: for each shape, its runs in the order of time, never mixed with those of another. */
export async function trackerPage(results: readonly Result[]): Promise<string> {
  const shapes = new Map<string, Tracked[]>();
  for (const result of [...results].sort((a, b) => a.startedAt.localeCompare(b.startedAt))) {
    const taken = sample(result);
    const name = shapeName(result.shape);
    shapes.set(name, [...(shapes.get(name) ?? []), { result, measures: taken.measure(everyBlockOnce(taken)) }]);
  }
  const last = results.reduce((latest, { startedAt }) => (startedAt > latest ? startedAt : latest), "");
  const sections = await Promise.all([...shapes].map(([name, runs]) => section(name, runs)));
  return page({
    title: "Performance over releases",
    main: `<h1>Performance over releases</h1>
<p class="sub">Runs: ${results.length}. Shapes: ${shapes.size}.${last === "" ? "" : ` The last is of ${escaped(last.slice(0, 10))}.`} A dot is a run; red ones failed the gate, and nothing is compared with them.</p>
${shapes.size === 0 ? "<p>No run is stored yet: make loadtest.</p>" : sections.join("\n")}`,
  });
}

const shapeName = ({ scenario, users, seconds, pace, target, generators, machine }: Shape): string =>
  `${scenario} on ${target}: ${users} users, ${seconds} s, pace ${pace}${generators > 1 ? `, ${generators} generators` : ""}; ${machine}`;

async function section(name: string, runs: readonly Tracked[]): Promise<string> {
  const ticks = runs.flatMap(({ result }, index) =>
    index === 0 || result.release !== runs[index - 1]!.result.release ? [{ at: index, text: result.release }] : [],
  );
  const axis: Axis = { title: "release, oldest first", from: 0, to: Math.max(1, runs.length - 1), ticks };
  const line = (measure: MeasureName, label: string) => ({
    label,
    points: runs.flatMap(({ result, measures }, x) => {
      const y = measures.get(measure);
      const words = `${result.release} ${result.commit} ${result.startedAt.slice(0, 16)}: ${y === undefined ? "" : inWords(measure, y)}`;
      return y === undefined ? [] : [{ x, y, words, bad: result.good === false }];
    }),
  });
  const classes = pathClasses.filter((one) => runs.some(({ measures }) => measures.has(`p95 ${one}`)));
  const charts = [
    await lineChart({
      title: "95th percentile",
      unit: "milliseconds",
      axis,
      lines: classes.map((one) => line(`p95 ${one}`, one)),
    }),
    ...(runs.some(({ measures }) => measures.has("requests per vCPU second"))
      ? [
          await lineChart({
            title: "Requests for each vCPU second: more is better",
            unit: "requests",
            axis,
            lines: [line("requests per vCPU second", "web")],
          }),
        ]
      : []),
  ];
  const columns: readonly MeasureName[] = [
    "requests per vCPU second",
    "error share",
    ...classes.map((one) => `p95 ${one}` as const),
  ];
  const rows = [...runs].reverse().map(({ result, measures }) => [
    `${result.release} (${result.commit})`,
    result.startedAt.slice(0, 16).replace("T", " "),
    result.good === false ? "not good" : "good",
    ...columns.map((measure) => {
      const value = measures.get(measure);
      return value === undefined ? "-" : inWords(measure, value);
    }),
  ]);
  return `<h2>${escaped(name)}</h2>
${charts.join("\n")}
${judgedTable(`Runs of ${name}`, [["release", "begun, UTC", "gate", ...columns], ...rows])}`;
}

import { pathClasses } from "../../../components/lib/pathClasses";
import { escape } from "../../lib/svg";
import { everyBlockOnce, type MeasureName, sample } from "../gate/measures";
import type { Result, Shape } from "../gate/result";
import { chart, colours, htmlTable, page } from "./chart";
import { inWords } from "./text";

interface Tracked {
  readonly result: Result;
  readonly measures: ReadonlyMap<MeasureName, number>;
}

/** The trend over releases: for each shape, its runs in the order of time, never mixed with those of another. */
export function trackerPage(results: readonly Result[]): string {
  const shapes = new Map<string, Tracked[]>();
  for (const result of [...results].sort((a, b) => a.startedAt.localeCompare(b.startedAt))) {
    const taken = sample(result);
    const name = shapeName(result.shape);
    shapes.set(name, [...(shapes.get(name) ?? []), { result, measures: taken.measure(everyBlockOnce(taken)) }]);
  }
  const last = results.reduce((latest, { startedAt }) => (startedAt > latest ? startedAt : latest), "");
  return page(
    "Performance over releases",
    `<h1>Performance over releases</h1>
<p class="sub">Runs: ${results.length}. Shapes: ${shapes.size}.${last === "" ? "" : ` The last is of ${escape(last.slice(0, 10))}.`} A dot is a run; red ones failed the gate, and nothing is compared with them.</p>
${shapes.size === 0 ? "<p>No run is stored yet: make loadtest.</p>" : [...shapes].map(([name, runs]) => section(name, runs)).join("\n")}`,
  );
}

const shapeName = ({ scenario, users, seconds, pace, target, generators, machine }: Shape): string =>
  `${scenario} on ${target}: ${users} users, ${seconds} s, pace ${pace}${generators > 1 ? `, ${generators} generators` : ""}; ${machine}`;

function section(name: string, runs: readonly Tracked[]): string {
  const xLabels = runs.flatMap(({ result }, index) =>
    index === 0 || result.release !== runs[index - 1]!.result.release ? [{ x: index, text: result.release }] : [],
  );
  const line = (measure: MeasureName, label: string, index: number) => ({
    label,
    colour: colours[index % colours.length]!,
    points: runs.flatMap(({ result, measures }, x) => {
      const y = measures.get(measure);
      const words = `${result.release} ${result.commit} ${result.startedAt.slice(0, 16)}: ${y === undefined ? "" : inWords(measure, y)}`;
      return y === undefined ? [] : [{ x, y, words, bad: result.good === false }];
    }),
  });
  const classes = pathClasses.filter((one) => runs.some(({ measures }) => measures.has(`p95 ${one}`)));
  const charts = [
    chart({
      title: "95th percentile",
      unit: "milliseconds",
      xLabels,
      lines: classes.map((one, index) => line(`p95 ${one}`, one, index)),
    }),
    ...(runs.some(({ measures }) => measures.has("requests per vCPU second"))
      ? [
          chart({
            title: "Requests for each vCPU second",
            unit: "more is better",
            xLabels,
            lines: [line("requests per vCPU second", "web", 2)],
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
  return `<h2>${escape(name)}</h2>
${charts.join("\n")}
${htmlTable([["release", "begun", "gate", ...columns], ...rows])}`;
}

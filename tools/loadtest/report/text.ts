import { table } from "../../lib/text";
import { mostErrors, objectiveOf, type Verdict } from "../gate/gate";
import { everyBlockOnce, type MeasureName, percentileOf, sample } from "../gate/measures";
import { type Block, countOf, requestsIn, type Result } from "../gate/result";
import { kinds, type RequestName } from "../scenario/kinds";

export function inWords(measure: MeasureName, value: number): string {
  if (measure === "error share") {
    return `${(100 * value).toFixed(2)} %`;
  }
  return measure.startsWith("p95") ? `${Math.round(value)} ms` : value.toFixed(2);
}

export interface RequestLine {
  readonly name: RequestName;
  readonly count: number;
  readonly failed: number;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
}

/** Each kind of request over the whole run. */
export function requestLines(blocks: readonly Block[]): readonly RequestLine[] {
  return (Object.keys(kinds) as RequestName[]).flatMap((name) => {
    const all = blocks.flatMap(({ requests }) => requests[name] ?? []);
    const count = all.reduce((sum, one) => sum + countOf(one), 0);
    const failed = all.reduce((sum, one) => sum + one.failed, 0);
    const at = (share: number): number | undefined => percentileOf(all, share);
    return count === 0 ? [] : [{ name, count, failed, p50: at(0.5), p95: at(0.95) }];
  });
}

export function requestTable(blocks: readonly Block[]): readonly (readonly string[])[] {
  const ms = (value: number | undefined): string => (value === undefined ? "-" : `${Math.round(value)} ms`);
  return [
    ["request", "class", "answers", "wrong", "p50", "p95"],
    ...requestLines(blocks).map(({ name, count, failed, p50, p95 }) => [
      name,
      kinds[name].pathClass ?? "edge",
      String(count),
      String(failed),
      ms(p50),
      ms(p95),
    ]),
  ];
}

/** The measures with what they were before, and what the gate says of them. */
export function gateTable(result: Result, { comparisons, missed }: Verdict): readonly (readonly string[])[] {
  const taken = sample(result);
  return [
    ["measure", "now", "objective", "before", "worse by", "interval", ""],
    ...[...taken.measure(everyBlockOnce(taken))].map(([measure, value]) => {
      const compared = comparisons.find((one) => one.measure === measure);
      const words = [
        missed.some((one) => one.measure === measure) ? "missed" : "",
        compared?.regressed === true ? "regressed" : "",
      ].filter((word) => word !== "");
      return [
        measure,
        inWords(measure, value),
        objectiveInWords(measure),
        compared === undefined ? "-" : inWords(measure, compared.before),
        compared === undefined ? "-" : percent(compared.worse),
        compared === undefined ? "-" : `${percent(compared.interval[0])} to ${percent(compared.interval[1])}`,
        words.join(", ") || "good",
      ];
    }),
  ];
}

/** Each class has its own percentile: a quiz has a stricter one. */
function objectiveInWords(measure: MeasureName): string {
  const objective = objectiveOf(measure);
  if (objective !== undefined) {
    return `p${objective.latencyPercent} ${1000 * objective.latencySeconds} ms`;
  }
  return measure === "error share" ? inWords(measure, mostErrors) : "-";
}

const percent = (ratio: number): string => `${ratio >= 1 ? "+" : "-"}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;

export function headline(result: Result, verdict: Verdict): string {
  const { scenario, users, seconds, target, pace } = result.shape;
  const asked = result.blocks.flatMap((block) => requestsIn(block)).reduce((sum, one) => sum + countOf(one), 0);
  const rate =
    asked /
    Math.max(
      1,
      result.blocks.reduce((sum, block) => sum + block.seconds, 0),
    );
  return `${scenario}: ${users} users, ${seconds} s, pace ${pace}, on ${target}: ${asked} requests to Moodle, ${rate.toFixed(1)} a second. ${verdict.good ? "Good." : "Not good."}`;
}

export function markdown(result: Result, verdict: Verdict): string {
  const rows = (cells: readonly (readonly string[])[]): string =>
    [cells[0]!, cells[0]!.map(() => "---"), ...cells.slice(1)].map((row) => `| ${row.join(" | ")} |`).join("\n");
  return `# Load test ${result.id}

${headline(result, verdict)}

Release ${result.release}, commit ${result.commit}, begun ${result.startedAt}, answered by ${result.shape.machine}.
${verdict.comparedWith === undefined ? "No earlier good run of this shape: nothing to compare with." : `Compared with ${verdict.comparedWith}.`}

${rows(gateTable(result, verdict))}
${verdict.notes.map((note) => `\n- ${note}`).join("")}

${rows(requestTable(result.blocks))}
${wrongs(result)}`;
}

const wrongs = ({ wrong }: Result): string =>
  Object.keys(wrong).length === 0
    ? ""
    : `\nWrong answers:\n\n${Object.entries(wrong)
        .map(([why, count]) => `- ${count} x ${why}`)
        .join("\n")}\n`;

export function plain(result: Result, verdict: Verdict): string {
  return [
    headline(result, verdict),
    "",
    table(gateTable(result, verdict)),
    "",
    table(requestTable(result.blocks)),
    wrongs(result),
  ].join("\n");
}

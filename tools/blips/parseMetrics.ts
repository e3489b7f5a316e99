import { instant } from "./time";
import { type MetricEntry, metricNames, type Parsed, skipped } from "./entries";

/** The answer of `aws cloudwatch get-metric-data`. */
export function metricData(record: Readonly<Record<string, unknown>>): Parsed {
  const results = record["MetricDataResults"];
  if (!Array.isArray(results)) {
    return undefined;
  }
  const entries: MetricEntry[] = [];
  for (const { Id, Timestamps, Values } of results as { Id?: string; Timestamps?: unknown[]; Values?: unknown[] }[]) {
    if (
      Id === undefined ||
      !Array.isArray(Timestamps) ||
      !Array.isArray(Values) ||
      Timestamps.length !== Values.length
    ) {
      return undefined;
    }
    if (metricNames[Id] === undefined) {
      continue;
    }
    for (const [index, time] of Timestamps.entries()) {
      // Seconds or ISO 8601, as the command line is set to write them.
      const at = typeof time === "number" ? time : Date.parse(String(time)) / 1000;
      const value = Number(Values[index]);
      if (!Number.isFinite(at) || !Number.isFinite(value)) {
        return undefined;
      }
      entries.push({ type: "metric", id: Id, at, value });
    }
  }
  return entries.length > 0 ? entries : skipped("metrics without a known id");
}

/** Rows of a CSV file whose first row names the columns: `time,db_cpu,...`. Times without an offset are the zone's. */
export class MetricCsv {
  private columns: readonly string[] | undefined;

  constructor(private readonly zone: string) {}

  line(text: string): Parsed {
    const cells = text.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    if (this.columns === undefined) {
      if (!/^(time|timestamp)$/i.test(cells[0] ?? "")) {
        return undefined;
      }
      this.columns = cells;
      return skipped("header");
    }
    const at = instant(cells[0] ?? "", this.zone);
    if (at === undefined || cells.length !== this.columns.length) {
      return undefined;
    }
    const entries: MetricEntry[] = [];
    for (const [index, id] of this.columns.entries()) {
      const cell = cells[index] ?? "";
      // An empty cell is a minute without a value.
      if (index === 0 || cell === "" || metricNames[id] === undefined) {
        continue;
      }
      if (!Number.isFinite(Number(cell))) {
        return undefined;
      }
      entries.push({ type: "metric", id, at, value: Number(cell) });
    }
    return entries.length > 0 ? entries : skipped("metrics without a known id");
  }
}

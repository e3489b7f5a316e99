import { type Entry, eventKinds, type Parsed, skipped, type Skipped } from "./entries";
import { eachLine, type LogFile, open, tooLong } from "./input";
import { bridgeEvent, ownEvent, taskRecord } from "./parseEvents";
import { metricData, MetricCsv } from "./parseMetrics";
import { albLine, cloudFrontEntry, nginxLine } from "./parseRequests";

/** Numbers of lines of one kind of file, by result. `read` is always the sum of the others. */
export interface Counts {
  read: number;
  used: number;
  skipped: number;
  rejected: number;
  /** Numbers of skipped lines, by reason. */
  readonly reasons: Map<string, number>;
  /** The first rejected ones, cut short: `file:line: text`. */
  readonly examples: string[];
}

const examplesKept = 3;
/** A document of many lines (the answer of an AWS command) is read whole; a larger one is refused. */
const largestDocument = 64 * 1024 * 1024;

/** Reads logs of every kind that is known, line by line, and tells what became of each line. */
export class LogReader {
  readonly counts: Counts = { read: 0, used: 0, skipped: 0, rejected: 0, reasons: new Map(), examples: [] };

  /** @param take Keeps an entry, or says why it is of no use: out of the time span, say. */
  constructor(
    private readonly take: (entry: Entry) => Skipped | undefined,
    private readonly zone: string,
  ) {}

  async file(file: LogFile): Promise<void> {
    const lines = this.lines(file.name);
    try {
      await eachLine(open(file), (line) => lines.line(line));
    } catch (error) {
      // A cut-off archive: what was read before counts, and the rest is known to be missing.
      this.reject(`${file.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    lines.end();
  }

  /** For lines that come from elsewhere than a file. */
  lines(name: string): { line(line: string | typeof tooLong): void; end(): void } {
    const base = name.replace(/\.gz$/, "");
    const csv = base.endsWith(".csv") ? new MetricCsv(this.zone) : undefined;
    let document: string[] | undefined;
    let size = 0;
    let number = 0;
    let fields: readonly string[] = [];
    return {
      line: (line) => {
        number += 1;
        const place = `${name}:${number}`;
        if (line === tooLong) {
          this.reject(`${place}: ${tooLong.description}`);
        } else if (number === 1 && base.endsWith(".json") && /^\s*[[{]\s*$/.test(line)) {
          document = [line];
        } else if (document !== undefined) {
          size += line.length;
          if (size <= largestDocument) {
            document.push(line);
          }
        } else if (line.startsWith("#")) {
          fields = line.startsWith("#Fields:") ? line.slice("#Fields:".length).trim().split(/\s+/) : fields;
          this.keep(skipped("header"), place, line);
        } else {
          this.keep(csv === undefined ? parse(line, fields) : csv.line(line), place, line);
        }
      },
      end: () => {
        if (document !== undefined) {
          this.document(name, document, size);
        }
      },
    };
  }

  /** An answer of the command line, spread over lines; counted as one line, and each log line in it as one more. */
  private document(name: string, lines: readonly string[], size: number): void {
    if (size > largestDocument) {
      this.reject(`${name}: a document of more than 64 MiB; write one record a line (aws ... | jq -c '.[]')`);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(lines.join("\n"));
    } catch {
      this.reject(`${name}: neither one JSON document nor a record on each line`);
      return;
    }
    const events = (value as { events?: unknown }).events;
    const rows = Array.isArray(value) ? value : Array.isArray(events) ? events : [value];
    for (const [index, row] of (rows as unknown[]).entries()) {
      const message = (row as { message?: unknown } | null)?.message;
      const text = typeof message === "string" ? message : JSON.stringify(row);
      this.keep(parse(text, []), `${name}[${index}]`, text);
    }
  }

  private keep(parsed: Parsed, place: string, text: string): void {
    if (parsed === undefined) {
      this.reject(`${place}: ${text}`);
      return;
    }
    this.counts.read += 1;
    const reasons = "reason" in parsed ? [parsed] : parsed.map((entry) => this.take(entry));
    if (reasons.some((reason) => reason === undefined)) {
      this.counts.used += 1;
      return;
    }
    const reason = reasons[0]?.reason ?? "nothing in it";
    this.counts.skipped += 1;
    this.counts.reasons.set(reason, (this.counts.reasons.get(reason) ?? 0) + 1);
  }

  private reject(example: string): void {
    this.counts.read += 1;
    this.counts.rejected += 1;
    if (this.counts.examples.length < examplesKept) {
      // Shown to people: no control character, and not much of what may be somebody's data.
      this.counts.examples.push(example.slice(0, 160).replace(/[^\x20-\x7e]/g, "?"));
    }
  }
}

/** Text that CloudWatch puts before a line when it exports to S3 or prints: the time, and perhaps the stream. */
const exported = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)? (?:\S+ )?(?=\{)/;

function parse(line: string, fields: readonly string[]): Parsed {
  const text = line.replace(exported, "");
  if (text.startsWith("{")) {
    return parseJson(text);
  }
  if (fields.length > 0) {
    const cells = line.split("\t");
    return cells.length === fields.length ? cloudFrontEntry((field) => cells[fields.indexOf(field)]) : undefined;
  }
  return albLine(line);
}

function parseJson(text: string): Parsed {
  let record: Readonly<Record<string, unknown>>;
  try {
    record = JSON.parse(text) as typeof record;
  } catch {
    return undefined;
  }
  switch (record["log"]) {
    case "access":
      return nginxLine(record);
    case "task":
      return taskRecord(record);
    case "event":
      return ownEvent(record, eventKinds);
    case undefined:
      break;
    default:
      return skipped("a log of another kind");
  }
  if (record["terminatingRuleId"] !== undefined) {
    return firewallLine(record);
  }
  return record["detail-type"] !== undefined
    ? bridgeEvent(record)
    : (metricData(record) ??
        cloudFrontEntry((field) => (record[field] === undefined ? undefined : String(record[field]))));
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html */
function firewallLine(record: Readonly<Record<string, unknown>>): Parsed {
  const at = Number(record["timestamp"]) / 1000;
  if (!Number.isFinite(at)) {
    return undefined;
  }
  return record["action"] === "BLOCK"
    ? [{ type: "metric", id: "waf_blocked", at, value: 1 }]
    : skipped("let through by the firewall");
}

import { createReadStream, existsSync } from "node:fs";

/** One line on the state of a running test. */
export interface Standing {
  readonly seconds: number;
  readonly of: number;
  readonly requests: number;
  readonly perSecond: number;
  readonly p95Ms: number | undefined;
  readonly failed: number;
  readonly webCpus: number | undefined;
}

export function standingLine({ seconds, of, requests, perSecond, p95Ms, failed, webCpus }: Standing): string {
  const clock = (value: number): string =>
    `${Math.floor(value / 60)}:${String(Math.floor(value % 60)).padStart(2, "0")}`;
  return [
    `${clock(seconds)} of ${clock(of)}`,
    `${requests} requests`,
    `${perSecond.toFixed(1)}/s`,
    `p95 ${p95Ms === undefined ? "-" : `${Math.round(p95Ms)} ms`}`,
    `${failed} wrong`,
    ...(webCpus === undefined ? [] : [`${webCpus.toFixed(2)} CPUs in web`]),
  ].join(" | ");
}

/** Reads what is new in the file of times that the processor writes: `<milliseconds>` a line, or `wrong`. */
export class Times {
  private read = 0;
  requests = 0;
  failed = 0;

  constructor(private readonly path: string) {}

  /** @returns The 95th percentile and number of the answers since it was last asked. */
  async fresh(): Promise<{ readonly p95Ms: number | undefined; readonly count: number }> {
    if (!existsSync(this.path)) {
      return { p95Ms: undefined, count: 0 };
    }
    let text = "";
    for await (const part of createReadStream(this.path, { start: this.read, encoding: "utf8" })) {
      text += part as string;
    }
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    this.read += Buffer.byteLength(whole);
    const lines = whole.split("\n").filter((line) => line !== "");
    this.failed += lines.filter((line) => line === "wrong").length;
    this.requests += lines.length;
    const sorted = lines
      .filter((line) => line !== "wrong")
      .map(Number)
      .sort((a, b) => a - b);
    return { p95Ms: sorted[Math.ceil(0.95 * sorted.length) - 1], count: lines.length };
  }
}

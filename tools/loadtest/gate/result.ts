import { type Kind, kinds, type RequestName, requestNames } from "../scenario/kinds";
import { parseCounter } from "../scenario/counters";

/** Properties that make two runs comparable. Runs of another shape are never compared. */
export interface Shape {
  readonly scenario: string;
  readonly users: number;
  readonly seconds: number;
  readonly pace: number;
  /** `local`, or the stack's name. */
  readonly target: string;
  /** Number of machines that made the load. */
  readonly generators: number;
  /**
   * The machine that answered, e.g. `2 x x86_64`, or the launch kind and size of the web tasks: another machine is
   * another shape.
   */
  readonly machine: string;
}

/** Ten seconds of a run, as Artillery counts, or several of them together. */
export interface Block {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly seconds: number;
  readonly requests: Readonly<Partial<Record<RequestName, Requests>>>;
  /** Processor seconds that nginx and PHP used, and the database. Undefined where they could not be measured. */
  readonly webCpuSeconds?: number | undefined;
  readonly databaseCpuSeconds?: number | undefined;
}
export interface Requests {
  /** Number of answers by time, in the bins of scenario/counters.ts. Wrong answers are not included. */
  readonly bins: Readonly<Record<number, number>>;
  readonly failed: number;
}

/** One run as it is stored: run.json. */
export interface Result {
  readonly id: string;
  readonly startedAt: string;
  readonly release: string;
  readonly commit: string;
  readonly shape: Shape;
  readonly blocks: readonly Block[];
  /** Reasons of wrong answers, and how often. */
  readonly wrong: Readonly<Record<string, number>>;
  /** The gate's word, once it has been asked. Only good runs are compared with. */
  readonly good?: boolean | undefined;
}

interface ArtilleryReport {
  readonly intermediate: readonly {
    readonly period: number | string;
    readonly counters?: Readonly<Record<string, number>>;
  }[];
}

const periodSeconds = 10;

/** Blocks and reasons from Artillery's reports, by one or several load generators of one run. */
export function readReports(reports: readonly ArtilleryReport[]): Pick<Result, "blocks" | "wrong"> {
  const periods = new Map<number, Partial<Record<RequestName, { bins: Record<number, number>; failed: number }>>>();
  const wrong: Record<string, number> = {};
  for (const { period, counters } of reports.flatMap(({ intermediate }) => intermediate)) {
    const requests = periods.get(Number(period)) ?? {};
    periods.set(Number(period), requests);
    for (const [counter, count] of Object.entries(counters ?? {})) {
      const parsed = parseCounter(counter);
      const reason = /^wrong\.(.*)$/.exec(counter)?.[1];
      if (reason !== undefined) {
        wrong[reason] = (wrong[reason] ?? 0) + count;
      }
      if (parsed === undefined) {
        continue;
      }
      const one = (requests[parsed.name] ??= { bins: {}, failed: 0 });
      if (parsed.bin === "failed") {
        one.failed += count;
      } else {
        one.bins[parsed.bin] = (one.bins[parsed.bin] ?? 0) + count;
      }
    }
  }
  const blocks = [...periods]
    .sort(([a], [b]) => a - b)
    .map(([start, requests]) => ({ start, seconds: periodSeconds, requests }));
  return { blocks, wrong };
}

export const countOf = ({ bins, failed }: Requests): number =>
  Object.values(bins).reduce((sum, count) => sum + count, failed);

/** Requests of a block that Moodle answers; `which` chooses some of them. */
export function requestsIn(
  block: Block,
  which: (kind: Kind) => boolean = ({ cost }) => cost !== undefined,
): readonly Requests[] {
  return requestNames.flatMap((name) => {
    const requests = block.requests[name];
    return requests !== undefined && which(kinds[name]) ? [requests] : [];
  });
}

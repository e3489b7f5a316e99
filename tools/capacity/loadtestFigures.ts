import type { PageClass } from "./pageClasses";

/** Processor time of one page class, as a load test measured it. */
export interface LoadtestFigure {
  /** Milliseconds of one vCPU in nginx and PHP, on average over the class's requests. */
  readonly cpuMs: number;
  /** The same in the database; undefined where it could not be measured. */
  readonly databaseMs?: number;
  /** The run, its machine, and its certainty. */
  readonly source: string;
}

/**
 * Written by `make loadtest-feed RUN=...` (docs/loadtests.md): what is here takes the place of the assumptions of
 * `pages` in measured.ts. Empty until a run on the platform's own processors has been fed.
 */
export const loadtestFigures: Readonly<Partial<Record<PageClass, LoadtestFigure>>> = {};

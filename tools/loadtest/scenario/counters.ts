import { requestNames, type RequestName } from "./kinds";

/**
 * Artillery keeps its own percentiles only, which cannot be resampled. So each answer is counted in a narrow bin of its
 * time, as one of Artillery's counters: those come every ten seconds, are added up over all workers on all machines,
 * and are in the JSON that it writes.
 */
export const binWidth = 1.02;
const least = 1;

/** Bin of a time in milliseconds; each is 2 % wide, so a percentile is right within 1 %. */
export function binOf(milliseconds: number): number {
  return Math.max(0, Math.floor(Math.log(Math.max(milliseconds, least) / least) / Math.log(binWidth)));
}

/** The middle of a bin, in milliseconds. */
export function timeOf(bin: number): number {
  return least * binWidth ** (bin + 0.5);
}

export const counterOf = (name: RequestName, bin: number | "failed"): string => `moodle.${name}.${bin}`;

export function parseCounter(
  counter: string,
): { readonly name: RequestName; readonly bin: number | "failed" } | undefined {
  const [, name, bin] = /^moodle\.([a-z-]+)\.(\d+|failed)$/.exec(counter) ?? [];
  if (name === undefined || !(requestNames as readonly string[]).includes(name)) {
    return undefined;
  }
  return { name: name as RequestName, bin: bin === "failed" ? "failed" : Number(bin) };
}

import type { Delays, Side } from "./sides";
/** Small statistics: medians, because a busy machine makes outliers in one direction only. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * at;
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (position - low);
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export function weighted(values: readonly { readonly value: number; readonly weight: number }[]): number {
  const all = values.reduce((sum, { weight }) => sum + weight, 0);
  return values.reduce((sum, { value, weight }) => sum + value * weight, 0) / all;
}

/** Short and exact enough: 0, 0.12, 1.2, 12, 1,234. */
export function number(value: number): string {
  const rounded = value === 0 ? 0 : Math.abs(value) < 1 ? 2 : Math.abs(value) < 10 ? 1 : 0;
  return value.toLocaleString("en-GB", { minimumFractionDigits: rounded, maximumFractionDigits: rounded });
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** side -> page -> value */
export type PerPage<T> = ReadonlyMap<Side, ReadonlyMap<string, T>>;

export interface Times {
  readonly delays: Delays;
  /** Paired ratios to the first side, one per round: median and quartiles. */
  readonly ratios: ReadonlyMap<Side, readonly [low: number, middle: number, high: number]>;
  readonly pages: PerPage<number>;
}

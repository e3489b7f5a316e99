import { table } from "../../lib/page";

/** A table in which "good" and its opposite stand out. */
export function judgedTable(name: string, rows: readonly (readonly string[])[]): string {
  const judged = (text: string) => {
    const verdict = /missed|regressed|not good/.test(text) ? "bad" : text === "good" ? "good" : undefined;
    return verdict === undefined ? text : ({ text, verdict } as const);
  };
  return table(
    name,
    rows.map((row, index) => (index === 0 ? row : row.map(judged))),
  );
}

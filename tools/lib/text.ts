/** A table in plain text: the first column to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function dollars(amount: number): string {
  return amount.toLocaleString("en-GB", {
    minimumFractionDigits: amount < 100 ? 2 : 0,
    maximumFractionDigits: amount < 100 ? 2 : 0,
  });
}

export function seconds(value: number | undefined): string {
  return value === undefined ? "-" : value < 1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

/** One line of text in the picture. */
export interface Written {
  readonly text: string;
  readonly isBold: boolean;
}

/** The width of a letter, in pixels: of a wide font, so that the text also fits where a narrower one is used. */
const letter = { bold: 7.8, plain: 7 };

/** A text in as many lines as it needs. It breaks after spaces and hyphens, and within a word that is longer than a line. */
export function written(text: string, available: number, isBold = false): readonly Written[] {
  const most = Math.max(1, Math.floor(available / (isBold ? letter.bold : letter.plain)));
  const lines: string[] = [];
  for (const piece of text.match(/[^\s-]*-+\s*|[^\s-]+\s*|\s+/g) ?? []) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}${piece}`.trimEnd().length <= most) {
      lines[lines.length - 1] = last + piece;
    } else {
      lines.push(...(piece.match(new RegExp(`.{1,${most}}`, "g")) ?? []));
    }
  }
  return lines.map((line) => ({ text: line.trim(), isBold }));
}

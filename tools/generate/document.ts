import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(__dirname, "../..");

/** A file of the repository that a program writes, wholly or in part. */
export interface Document {
  /** Path from the root of the repository. */
  readonly path: string;
  /**
   * The whole text of the file.
   *
   * @param current What the file says now; empty when it does not exist. A file that is generated in part keeps the rest.
   * @throws Error when it cannot be made, for example because a tool is missing. The file is then left as it is.
   */
  readonly text: (current: string) => string | Promise<string>;
}

export function currentText({ path }: Pick<Document, "path">): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** Whether the file differs from its generator's output. */
export async function isStale(document: Document): Promise<boolean> {
  const current = currentText(document);
  return (await document.text(current)) !== current;
}

/**
 * A text with the part between two marks replaced.
 *
 * @throws Error when the text does not have both marks.
 */
export function between(text: string, [start, end]: readonly [string, string], inside: string): string {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from + start.length);
  if (from < 0 || to < 0) {
    throw new Error(`The text has lost the two lines that its generated part stands between: ${start} and ${end}`);
  }
  return text.slice(0, from + start.length) + inside + text.slice(to);
}

import { readFileSync } from "node:fs";

/** One block of commands of a Markdown file, as a reader would paste it. */
export interface Block {
  /** The heading that it stands under. */
  readonly heading: string;
  readonly line: number;
  readonly commands: string;
}

/**
 * The `sh` blocks of one section, in order. Blocks of other languages are what is printed, and are left out.
 *
 * @param title Of a heading of the second level; the section ends at the next one.
 * @throws Error when there is no such section, or none of its blocks has commands.
 */
export function blocks(file: string, title: string): readonly Block[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const start = lines.indexOf(`## ${title}`);
  if (start < 0) {
    throw new Error(`${file} has no section "## ${title}".`);
  }
  const found: Block[] = [];
  let heading = title;
  let open: { readonly language: string; readonly line: number; readonly text: string[] } | undefined;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at]!;
    const fence = /^```(\w*)$/.exec(line);
    if (fence !== null) {
      if (open === undefined) {
        open = { language: fence[1]!, line: at + 2, text: [] };
      } else {
        if (open.language === "sh") {
          found.push({ heading, line: open.line, commands: open.text.join("\n") });
        }
        open = undefined;
      }
    } else if (open !== undefined) {
      open.text.push(line);
    } else if (line.startsWith("## ")) {
      break;
    } else if (line.startsWith("### ")) {
      heading = line.slice("### ".length);
    }
  }
  if (found.length === 0) {
    throw new Error(`The section "## ${title}" of ${file} has no block of commands (\`\`\`sh).`);
  }
  return found;
}

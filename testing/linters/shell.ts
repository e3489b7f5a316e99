import { readFileSync } from "node:fs";
import { join } from "node:path";

const interpreter = /^#!.*\b(ba|da)?sh\b/;

/** Whether a file is a shell script: by its first line, or by its name if another script sources it. */
export function isShellScript(root: string, file: string): boolean {
  return file.endsWith(".sh") || interpreter.test(readFileSync(join(root, file), "utf8").slice(0, 100));
}

/**
 * The shell commands of a Markdown document as one script: the blocks that begin with ```sh. All other lines are empty,
 * so that a finding has the document's line. A placeholder such as <stack> is a word.
 */
export function commandsOf(markdown: string): string {
  let language: string | undefined;
  return markdown
    .split("\n")
    .map((line) => {
      const fence = /^\s*```(\w*)/.exec(line);
      if (fence !== null) {
        language = language === undefined ? fence[1] : undefined;
        return "";
      }
      return language === "sh" ? line.replaceAll(/<[a-z0-9][^<>|&;]*>/gi, "PLACEHOLDER") : "";
    })
    .join("\n");
}

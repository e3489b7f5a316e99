import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PageFile } from "./files";

/** The form for people without a command line, as tools/generate writes it. */
export function editorFile(): PageFile {
  const content = readFileSync(join(__dirname, "editor.html"), "utf8");
  return { name: "editor.html", contentType: "text/html; charset=utf-8", content };
}

import * as fs from "node:fs";
import * as path from "node:path";

/** Writes a generated file; or, with --check on the command line, fails when the file does not say the same. */
export function writeOrCheck(file: string, text: string): void {
  const name = path.basename(file);
  if (!process.argv.includes("--check")) {
    fs.writeFileSync(file, text);
    console.log(`${name} written.`);
    return;
  }
  const found = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  if (!saysTheSame(file, found, text)) {
    console.error(`${name} is stale: run this again without --check, and commit the result.`);
    process.exitCode = 1;
    return;
  }
  console.log(`${name} is up to date.`);
}

/** Whether two texts are the same; of JSON only what it says counts, because the formatter has its own line breaks. */
export function saysTheSame(file: string, one: string, other: string): boolean {
  const normal = (text: string): string => {
    if (file.endsWith(".json")) {
      try {
        return JSON.stringify(JSON.parse(text));
      } catch {
        return text;
      }
    }
    return text
      .replace(/-{3,}/g, "---")
      .replace(/\s+/g, " ")
      .replace(/_([^_]+)_/g, "*$1*")
      .trim();
  };
  return normal(one) === normal(other);
}

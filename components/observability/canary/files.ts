import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The script as the Playwright runtime wants it: handler and `synthetics.json` beside one another at the root of the
 * archive, no folder nodejs/node_modules as the older runtimes have it.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Synthetics_WritingCanary_Nodejs_Playwright.html
 */
export function canaryFiles(): Readonly<Record<string, string>> {
  const read = (file: string) => readFileSync(join(__dirname, file), "utf8");
  return {
    "index.js": read("index.cjs"),
    "journey.cjs": read("journey.cjs"),
    "synthetics.json": read("synthetics.json"),
  };
}

export const canaryHandler = "index.handler";

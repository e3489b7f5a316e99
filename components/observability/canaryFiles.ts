import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../lib/bundle";

/**
 * The newest runtime with Playwright that AWS documents. A deprecated one keeps running but cannot be changed; AWS
 * announces that sixty days before.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_nodejs_playwright.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Runtime_Support_Policy.html
 */
export const canaryRuntime = "syn-nodejs-playwright-9.0";

/** Major version of Node.js in that runtime, by the same page. */
const nodeVersion = 22;

export const canaryHandler = "index.handler";

/**
 * The script as the Playwright runtime requires it: handler and `synthetics.json` at the root of the archive, without
 * the folder nodejs/node_modules of the older runtimes.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Synthetics_WritingCanary_Nodejs_Playwright.html
 */
export function canaryFiles(): Readonly<Record<"index.js" | "synthetics.json", string>> {
  return {
    "index.js": bundle(join(__dirname, "lambda", "canary.ts"), nodeVersion),
    "synthetics.json": readFileSync(join(__dirname, "lambda", "synthetics.json"), "utf8"),
  };
}
